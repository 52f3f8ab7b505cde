// SPDX-License-Identifier: MIT
#include "data.hpp"

#include <pottle/app/broadcaster.hpp>
#include <pottle/app/passwords.hpp>

#include <memory>

namespace shop {

using namespace pottle;

namespace {

void add_requests(App& app) {
    // doc: who
    app.get("/who", [](Request& request) {
        const auto credentials = request.authorization();
        if (!credentials || credentials->username != "ann") abort(401);
        const std::string_view best =
            request.accept_mimetypes().best_match({"text/html", "application/json"});
        return escape(std::string(best) + " for " + std::string(request.user_agent()));
    });
    // doc: end
    // doc: files
    app.post("/upload", [](Request& request) -> Task<std::string> {
        const FileDict& files = co_await request.files();
        const FileStorage* picture = files.find("picture");
        if (!picture) abort(400, "no picture");
        const std::string name = secure_filename(picture->filename());
        co_await picture->save("/tmp/" + name);
        co_return name;
    });
    // doc: end
    // doc: after-this
    app.get("/remember", [](Request& request) {
        request.after_this_request(
            [](Response& response) { response.set_cookie({.name = "seen", .value = "1"}); });
        return "once";
    });
    // doc: end
}

void add_responses(App& app) {
    // doc: cookie
    app.get("/theme", [] {
        Response page = make_response("dark");
        page.set_cookie({.name = "theme",
                         .value = "dark",
                         .max_age_seconds = 3600,
                         .http_only = true,
                         .same_site = SameSite::Lax});
        page.delete_cookie({.name = "old"});
        return page;
    });
    // doc: end
    // doc: jsonify
    app.get("/api/cup", [] { return jsonify(JsonValue::object({{"id", 1}, {"name", "cup"}})); });
    // doc: end
    // doc: etag
    app.get("/cached", [] {
        Response page("the same as ever");
        page.set_etag("v1");
        page.set_cache_control({.is_public = true, .max_age = 60});
        page.make_conditional();
        return page;
    });
    // doc: end
    // doc: send-file
    app.get("/terms", [] { return send_file("terms.pdf", {.as_attachment = true}); });
    app.get("/pictures/<path:name>",
            [](std::string name) { return send_from_directory("pictures", name); });
    app.static_folder("static");
    // doc: end
}

void add_sessions(App& app) {
    // doc: session
    app.post("/login", [](Session& session) {
        session.set("user", "ann");
        session.set_permanent();
        flash(session, "Welcome.", "info");
        return redirect("/");
    });
    app.get("/visits", [](Session& session) {
        std::string page = session.get("user", "nobody");
        for (const auto& [category, message] : get_flashed_messages(session)) page += message;
        session.set("visits", session.get("visits", 0) + 1);
        return page;
    });
    app.post("/logout", [](Session& session) { session.clear(); });
    // doc: end
}

// doc: current
Task<> audit(std::string what) {
    Request& request = co_await current_request();
    request.logger().info(what + " by " + (co_await current_session()).get("user", "nobody"));
    const AppHandle app = co_await current_app();
    if (app.config().get<bool>("DEBUG")) app.logger().debug("audited");
}
// doc: end

void add_streams(App& app) {
    app.post("/audit", []() -> Task<> { co_await audit("an audit"); });
    // doc: websocket
    app.websocket("/chat", [room = std::make_shared<Broadcaster<>>()](Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room->join(ws, SlowClient::Disconnect);
        while (auto text = co_await ws.receive()) co_await room->publish(*text);
    });
    // doc: end
    // doc: events
    app.get("/events", [](EventStream& events) -> Task<> {
        for (int i = 0; i < 3; ++i) {
            co_await events.send(ServerSentEvent{.data = std::to_string(i), .event = "tick"});
            co_await sleep(1s);
        }
    });
    // doc: end
    // doc: password
    app.post("/register", [](Request& request) -> Task<> {
        const MultiDict& form = co_await request.form();
        const std::string hash = co_await generate_password_hash(std::string(form.get("password")));
        if (!co_await check_password_hash(hash, std::string(form.get("password")))) abort(500);
    });
    // doc: end
}

}  // namespace

void add_data(App& app) {
    add_requests(app);
    add_responses(app);
    add_sessions(app);
    add_streams(app);
}

}  // namespace shop
