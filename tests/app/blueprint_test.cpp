// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("Blueprint: registration replaces its prefix, or appends when asked (BP-2, U-13)") {
    const auto make = [] {
        Blueprint part("part", {.url_prefix = "/own"});
        part.get("/x", [] { return "x"; });
        return part;
    };
    App app("test");
    app.register_blueprint(make());
    app.register_blueprint(make(), {.url_prefix = "/v2", .name = "second"});
    app.register_blueprint(make(), {.url_prefix = "/v3", .name = "third", .append_prefix = true});
    TestClient client(std::move(app));
    CHECK(client.get("/own/x").text() == "x");
    CHECK(client.get("/v2/x").text() == "x");
    CHECK(client.get("/v3/own/x").text() == "x");
    CHECK(client.get("/v2/own/x").status == 404);
}

TEST_CASE("Blueprint: prefixes and names of nested ones join (BP-3, BP-4)") {
    App app("test");
    Blueprint parent("parent", {.url_prefix = "/parent/"});
    Blueprint child("child", {.url_prefix = "/child"});
    child.get("", [](Request& r) { return std::string(r.endpoint()); }, endpoint("view"));
    child.get("/deep", [](Request& r) { return std::string(r.url_rule()); });
    parent.register_blueprint(std::move(child));
    app.register_blueprint(std::move(parent));
    TestClient client(std::move(app));
    CHECK(client.get("/parent/child").text() == "parent.child.view");
    CHECK(client.get("/parent/child/").status == 404);
    CHECK(client.get("/parent/child/deep").text() == "/parent/child/deep");
}

TEST_CASE("Blueprint: registering it on itself is a mistake (BP-4)") {
    Blueprint part("part");
    Blueprint& same = part;
    CHECK(sentence_of<LogicError>([&] {
              same.register_blueprint(std::move(part));
          }).find("cannot be registered on itself") != std::string::npos);
}

TEST_CASE("Blueprint: the same name twice is refused with the cure (BP-5)") {
    App app("test");
    app.register_blueprint(Blueprint("part"));
    app.register_blueprint(Blueprint("part"));
    const std::string sentence = sentence_of<ConfigError>([&] { app.gateway(); });
    CHECK(sentence.find(".name = ") != std::string::npos);
    CHECK(sentence.find("blueprint_test.cpp:") != std::string::npos);
}

TEST_CASE("Blueprint: request.blueprints are dotted, innermost first (BP-6)") {
    App app("test");
    Blueprint a("a"), b("b");
    b.get("/", [](Request& r) {
        std::string all(r.blueprint());
        for (const std::string_view name : r.blueprints()) all += " " + std::string(name);
        return all;
    });
    a.register_blueprint(std::move(b));
    app.register_blueprint(std::move(a));
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "a.b a.b a");
}

TEST_CASE("Blueprint: hooks run for its routes only, Reach::App ones for all (BP-8)") {
    Trace trace;
    App app("test");
    Blueprint part("part", {.url_prefix = "/part"});
    part.before_request([&] { trace.push_back("own"); });
    part.before_request([&] { trace.push_back("app"); }, Reach::App);
    part.errorhandler(404, [] { return Reply{"part's", 404}; });
    part.get("/", [] { return ""; });
    app.register_blueprint(std::move(part));
    app.get("/", [] { return ""; });
    TestClient client(std::move(app));
    client.get("/");
    CHECK(trace == Trace{"app"});
    client.get("/part/");
    CHECK(trace == Trace{"app", "app", "own"});
    CHECK(client.get("/part/missing").text().size() == 207);  // belongs to no blueprint
}

TEST_CASE("Blueprint: parameters of its prefix are its own, not its handlers' (RT-31)") {
    struct Language {
        std::string code;
    };
    App app("test");
    Blueprint pages("pages", {.url_prefix = "/<lang>"});
    pages.url_value_preprocessor(
        [](Request& r) { r.g.set<Language>(Language{std::string(*r.view_arg("lang"))}); });
    pages.before_request([](Request& r) { r.g.get<Language>().code += "!"; });
    pages.url_defaults([](std::string_view, UrlValues& values, Request* request) {
        if (request) values.set_default("lang", *request->view_arg("lang"));
    });
    pages.get("/about", [](Request& r) { return r.g.get<Language>().code; }, endpoint("about"));
    pages.get("/item/<int:id>",
              [](long id, Request& r) { return std::to_string(id) + r.url_for(".about"); });
    app.register_blueprint(std::move(pages));
    TestClient client(std::move(app));
    CHECK(client.get("/de/about").text() == "de!");
    CHECK(client.get("/de/item/7").text() == "7/de/about");
}

TEST_CASE("url_value_preprocessor: runs before before_request, app first, and may change (RT-31)") {
    Trace trace;
    App app("test");
    Blueprint part("part");
    app.before_request([&] { trace.push_back("before"); });
    app.url_value_preprocessor(
        [&](Request& r) { trace.push_back("app " + std::string(r.endpoint())); });
    part.url_value_preprocessor([&](Request& r) {
        trace.push_back("part");
        r.set_view_arg("id", "8");
    });
    part.get("/<int:id>", [](long id) { return std::to_string(id); }, endpoint("item"));
    app.register_blueprint(std::move(part));
    TestClient client(std::move(app));
    CHECK(client.get("/7").text() == "8");
    CHECK(trace == Trace{"app part.item", "part", "before"});
    trace.clear();
    CHECK(client.get("/missing/path").status == 404);
    CHECK(trace == Trace{"app ", "before"});
}

TEST_CASE("Blueprint: url_defaults of a blueprint are defaults of its routes (BP-2)") {
    App app("test");
    Blueprint part("part", {.url_prefix = "/part", .url_defaults = {{"kind", "a"}}});
    part.get(runtime("/x"), [](std::string kind) { return kind; });
    part.get(runtime("/own"), [](std::string kind) { return kind; }, defaults({{"kind", "own"}}));
    app.register_blueprint(std::move(part), {.url_defaults = {{"kind", "b"}}});
    TestClient client(std::move(app));
    CHECK(client.get("/part/x").text() == "b");
    CHECK(client.get("/part/own").text() == "own");
}

TEST_CASE("Blueprint: what is recorded runs with the application when it freezes (BP-11)") {
    Trace trace;
    App app("test");
    Blueprint outer("outer", {.url_prefix = "/outer"});
    Blueprint inner("inner", {.url_prefix = "/inner"});
    inner.record([&](Scaffold whole, const BlueprintSetup& state) {
        trace.push_back(std::string(state.name) + " " + std::string(state.url_prefix));
        whole.get(runtime("/recorded"), [] { return "recorded"; });
    });
    outer.register_blueprint(std::move(inner));
    app.register_blueprint(std::move(outer));
    TestClient client(std::move(app));
    CHECK(trace == Trace{"outer.inner /outer/inner"});
    CHECK(client.get("/recorded").text() == "recorded");
}

TEST_CASE("App: an error status out of range is refused with its line (ERR-1)") {
    App app("test");
    const std::string sentence =
        sentence_of<ConfigError>([&] { app.errorhandler(200, [] { return ""; }); });
    CHECK(sentence.find("blueprint_test.cpp:") != std::string::npos);
}
