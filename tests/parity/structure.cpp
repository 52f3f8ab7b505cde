// SPDX-License-Identifier: MIT
#include "site.hpp"

#include <exception>
#include <string>

namespace site {

using namespace pottle;

namespace {

struct Trace {
    std::string text;
};

void note(Request& request, std::string_view what) {
    Trace* trace = request.g.find<Trace>();
    if (!trace) trace = &request.g.set<Trace>();
    trace->text += what;
    trace->text += ' ';
}

/// Hooks that leave their names in X-Trace.
void add_hooks(Scaffold scaffold, const std::string& name) {
    for (const std::string number : {"1", "2"}) {
        scaffold.before_request([name, number](Request& r) { note(r, "before-" + name + number); });
        scaffold.after_request([name, number](Request& r, Response& response) {
            note(r, "after-" + name + number);
            response.headers.set("X-Trace", r.g.get<Trace>().text);
        });
    }
}

struct OutOfStock : std::exception {
    const char* what() const noexcept override { return "out of stock"; }
};
struct Broken : std::exception {
    const char* what() const noexcept override { return "broken"; }
};

Blueprint child() {
    Blueprint bp("child", {.url_prefix = "/child"});
    add_hooks(bp, "child");
    bp.get(
        "/",
        [](Request& r) {
            note(r, "view");
            return "child";
        },
        endpoint("index"));
    bp.get("/items/<int:id>", [](long id) { return std::to_string(id); }, endpoint("item"));
    bp.get(
        "/build",
        [](Request& r) {
            return r.url_for(".index") + " " + r.url_for(".item", {{"id", 7}, {"q", "a b"}}) + " " +
                   r.url_for("parent.index", {}, {.anchor = "x y"}) + " " +
                   r.url_for("index", {}, {.external = true}) + " " +
                   r.url_for("index", {}, {.scheme = "https"});
        },
        endpoint("build"));
    bp.get("/stock", [] { throw OutOfStock(); }, endpoint("stock"));
    bp.get("/teapot", [] { abort(418); }, endpoint("teapot"));
    bp.get("/gone", [] { abort(410); }, endpoint("gone"));
    bp.errorhandler([](const OutOfStock& error) { return Reply{std::string(error.what()), 409}; });
    return bp;
}

Blueprint parent() {
    Blueprint bp("parent", {.url_prefix = "/parent"});
    add_hooks(bp, "parent");
    bp.before_request([](Request& r) -> std::optional<Reply<std::string>> {
        if (r.args().contains("stop")) return Reply<std::string>{"stopped", 202};
        return std::nullopt;
    });
    bp.get("/", [] { return "parent"; }, endpoint("index"));
    bp.errorhandler(418, [](const HTTPException&) { return "tea of the parent"; });
    bp.register_blueprint(child());
    return bp;
}

/// Error handlers by type alone.
Blueprint caught() {
    Blueprint bp("caught", {.url_prefix = "/caught"});
    bp.get("", [] { return "the prefix itself"; }, endpoint("bare"));
    bp.get("/forbidden", [] { abort(403); }, endpoint("forbidden"));
    bp.get("/broken", [] { throw Broken(); }, endpoint("broken"));
    bp.errorhandler([](const std::exception&) { return "caught"; });
    return bp;
}

struct Shelf {
    std::string get(long id) { return "got " + std::to_string(id); }
    std::string put(long id) { return "put " + std::to_string(id); }
};

void add_requests(App& app) {
    app.route(
        "/multi", [](Request& r) { return std::string(r.method_text()); }, methods("GET", "POST"),
        endpoint("multi"));
    app.get(
        "/attributes/<int:id>",
        [](long id, Request& r) {
            const auto who = r.authorization();
            return std::string(r.endpoint()) + "|" + std::string(r.url_rule()) + "|" +
                   std::to_string(id) + "|" + r.base_url() + "|" + r.url() + "|" + r.host_url() +
                   "|" + r.root_url() + "|" + std::string(r.scheme()) + "|" +
                   std::string(r.accept_mimetypes().best_match({"text/html", "application/json"})) +
                   "|" + std::string(r.accept_languages().best_match({"en", "de"})) + "|" +
                   (who ? who->username + ":" + who->password : "nobody") + "|" +
                   std::string(r.user_agent()) + "|" + std::string(r.args().get("x", "none"));
        },
        endpoint("attributes"));
    app.get("/after-this", [](Request& r) {
        r.after_this_request([](Response& response) { response.headers.set("X-Made", "late"); });
        return "after";
    });
    app.get("/redirect/<int:code>", [](int code) { return redirect("/target", code); });
    const auto page = +[](long page) { return std::to_string(page); };
    app.get(runtime("/page/"), page, defaults({{"page", 1}}), endpoint("page"));
    app.get("/page/<int:page>", page, endpoint("page"));
    add_view(app, "/view/<int:id>", Shelf{});
}

void add_streams(App& app) {
    app.get("/file/<path:name>", [](std::string name) {
        return send_from_directory(PARITY_DATA, name, {.max_age = Seconds(43200)});
    });
    app.get("/attachment", [] {
        return send_file(PARITY_DATA "/poem.txt",
                         {.as_attachment = true, .max_age = Seconds(43200)});
    });
    app.get("/events", []() -> Generator<ServerSentEvent> {
        co_yield ServerSentEvent{.data = "one"};
        co_yield ServerSentEvent{.data = "two\nlines", .event = "tick", .id = "7"};
    });
    app.get("/cut", []() -> Generator<std::string> {
        co_yield "before";
        throw Broken();
    });
}

}  // namespace

void add_structure(App& app) {
    add_hooks(app, "app");
    app.register_blueprint(parent());
    app.register_blueprint(caught());
    add_requests(app);
    add_streams(app);
}

App make_hosts() {
    App app("hosts");
    app.config().set("SERVER_NAME", "quart.com");
    app.get("/", [] { return "main"; }, endpoint("index"));
    app.get(
        "/", [](Request& r) { return "user " + std::string(*r.view_arg("user")); },
        subdomain("<user>"), endpoint("user"));
    app.get(
        "/where",
        [](Request& r) {
            return r.url_for("index") + " " + r.url_for("user", {{"user", "ann"}}) + " " + r.url();
        },
        endpoint("where"));
    Blueprint admin("admin", {.subdomain = "admin"});
    admin.get("/panel", [] { return "panel"; }, endpoint("panel"));
    app.register_blueprint(std::move(admin));
    return app;
}

}  // namespace site
