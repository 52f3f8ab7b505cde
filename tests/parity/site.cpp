// SPDX-License-Identifier: MIT
/// \file
/// The application that quart_test.py and flask_test.py ask, beside its twin in Python
/// (quart_site.py). Each route stands in both, in the same order.
#include "site.hpp"

#include <pottle/http/cookies.hpp>
#include <pottle/pottle.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace site {

using namespace pottle;

std::string joined(const MultiDict& fields) {
    std::string text;
    for (const auto& [name, value] : fields) text += name + "=" + value + "|";
    return text;
}

void add_routing(App& app) {
    app.get("/", [] { return "hello"; }, endpoint("index"));
    app.get("/text", [](Response& response) {
        response.set_content_type("text/plain; charset=utf-8");
        return "gr\u00fc\u00dfe";
    });
    app.get("/int/<int:value>", [](long value) { return std::to_string(value); });
    app.get("/float/<float:value>", [](double value, Request& request) {
        return value > 0 ? std::string(*request.view_arg("value")) : std::string("zero");
    });
    app.get("/string/<value>", [](std::string value) { return value; });
    app.get("/two/<string(length=2):value>", [](std::string value) { return value; });
    app.get("/path/<path:rest>/end", [](std::string rest) { return rest; });
    app.get("/uuid/<uuid:id>", [](Uuid id) { return id.text(); });
    app.get("/slash/", [] { return "slash"; });
    app.get("/no-slash", [] { return "no slash"; });
    app.get("/where", [](Request& request) {
        return std::string(request.path()) + " " + std::string(request.query_string()) + " " +
               request.full_path();
    });
    app.post("/only-post", [] { return "posted"; });
    app.get("/redirect", [] { return redirect("/target?a=1"); });
    app.get("/moved", [] { return redirect("/target", 301); });
    app.get("/abort/<int:code>", [](int code) { abort(code); });
    app.get("/abort-text", [] { abort(400, "because\n<b>"); });
    app.get("/fail", []() -> std::string { throw std::runtime_error("broken"); });
}

void add_answers(App& app) {
    app.get("/json", [] {
        return jsonify(
            {{"b", JsonValue::array({1, 2.5, nullptr, true})}, {"a", "\u00e9\U0001F600"}});
    });
    app.get("/json-list", [] { return jsonify(1, "two"); });
    app.get("/json-null", [] { return jsonify(); });
    app.get("/created", [] { return Reply<std::string>{"made", 201, Headers{{"X-Made", "yes"}}}; });
    app.get("/empty", [] { return ""; });
    app.get("/no-content", [] {});
    app.get("/teapot", [] { return Reply<std::string>{"short and stout", 418}; });
    app.get("/cookie", [](Response& response) {
        response.headers.add("Set-Cookie",
                             http::format_set_cookie({.name = "plain", .value = "v"}));
        response.headers.add(
            "Set-Cookie",
            http::format_set_cookie({.name = "odd", .value = "v w;\"\u00e9", .http_only = true}));
        response.headers.add("Set-Cookie", http::format_set_cookie(SetCookie::expired("gone")));
        return "cookies";
    });
    app.get("/stream", []() -> Generator<std::string> {
        co_yield "one ";
        co_yield "two";
    });
}

void add_requests(App& app) {
    app.get("/args", [](Request& request) { return joined(request.args()); });
    app.get("/cookies", [](Request& request) { return joined(request.cookies()); });
    app.post("/echo", [](Request& request) -> Task<std::string> {
        std::string body(co_await request.get_data());
        co_return std::string(request.method_text()) + " " + request.mimetype() + " " + body;
    });
    app.post("/form", [](Request& request) -> Task<std::string> {
        co_return joined(co_await request.form());
    });
    app.post("/json", [](Request& request) -> Task<Response> {
        const auto value = co_await request.get_json();
        co_return jsonify(value ? *value : JsonValue("none"));
    });
}

void add_sessions(App& app) {
    app.get("/session", [](Session& session) { return jsonify(session.to_json()); });
    app.get("/session/set", [](Session& session) {
        session.set("n", session.get("n", 0) + 1);
        session.set("name", "Zo\u00eb");
        return "set";
    });
    app.get("/session/kinds", [](Session& session) {
        session.set("tuple", std::tuple(1, std::string("x")));
        session.set("bytes", Bytes(std::string_view("\0\xff", 2)));
        session.set("uuid", *Uuid::parse("12345678-9abc-def0-1234-56789abcdef0"));
        return "set";
    });
    // For flask_test.py alone: Debian's Quart cannot read the times and wrapped tags that it
    // writes.
    app.get("/session/more-kinds", [](Session& session) {
        session.set("tagged", JsonValue::object({{" t", 1}}));
        session.set("time", std::chrono::sys_seconds(Seconds(1577934245)));
        return "set";
    });
    app.get("/session/permanent", [](Session& session) {
        session.set_permanent();
        return "permanent";
    });
    app.get("/session/pop",
            [](Session& session) { return session.pop<std::string>("name").value_or("none"); });
    app.get("/session/clear", [](Session& session) {
        session.clear();
        return "cleared";
    });
    app.get("/flash", [](Session& session) {
        flash(session, "first");
        flash(session, "second", "error");
        return "flashed";
    });
    app.get("/flash/show", [](Session& session) {
        std::string text;
        for (const auto& [category, message] : get_flashed_messages(session))
            text += category + ":" + message + "|";
        return text;
    });
    // The session as it stands in the cookie, for flask_test.py.
    app.get("/session/document", [](Session& session) {
        (void)session.empty();
        return session.document().dump();
    });
}

}  // namespace site

int main(int argc, char** argv) {
    if (std::getenv("PARITY_HOSTS")) return pottle::run(site::make_hosts(), argc, argv);
    pottle::App app("site");
    app.config().set("SECRET_KEY", "secret");
    site::add_routing(app);
    site::add_answers(app);
    site::add_requests(app);
    site::add_sessions(app);
    site::add_structure(app);
    return pottle::run(std::move(app), argc, argv);
}
