// SPDX-License-Identifier: MIT
#include <pottle/gateway/server_stats.hpp>
#include <pottle/middleware/middleware.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Shop {
    std::string name = "shop";
    std::string items(Request& request) { return name + std::string(request.path()); }
    long price(long id) const noexcept { return id * 2; }
};

std::string free_function(long id) noexcept {
    return std::to_string(id);
}

/// The sentence with which start-up fails; empty when it does not.
std::string start_up_error(App app) {
    try {
        app.gateway();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return {};
}

std::string here(unsigned line) {
    return std::string(__FILE__) + ":" + std::to_string(line);
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("App: routes take functions, closures and member functions (APP-1)") {
    Shop shop;
    const std::string suffix = "?";
    App app("test");
    app.get("/free/<int:id>", free_function);
    app.get("/capture/<int:id>", [suffix](long id) { return std::to_string(id) + suffix; });
    app.get("/items", &Shop::items, shop);
    app.get("/owned", &Shop::items, std::make_unique<Shop>(Shop{"owned"}), endpoint("owned"));
    app.get("/price/<int:id>", &Shop::price, &shop);
    TestClient client(std::move(app));
    CHECK(client.get("/free/7").text() == "7");
    CHECK(client.get("/capture/7").text() == "7?");
    CHECK(client.get("/items").text() == "shop/items");
    CHECK(client.get("/owned").text() == "owned/owned");
    CHECK(client.get("/price/4").text() == "8");
}

TEST_CASE("App: every method has its call, and route() takes a list (RT-1)") {
    App app("test");
    const auto method = [](Request& r) { return std::string(r.method_text()); };
    app.post("/", method);
    app.put("/", method);
    app.patch("/", method);
    app.del("/", method);
    app.options("/", method);
    app.route("/many", method, methods("GET", "PURGE"));
    TestClient client(std::move(app));
    for (const char* name : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        CHECK(client.send(name, "/").text() == name);
    CHECK(client.get("/").status == 405);
    CHECK(client.get("/many").text() == "GET");
    CHECK(client.send("PURGE", "/many").text() == "PURGE");
    CHECK(client.post("/many").status == 405);
}

TEST_CASE("App: routes() lists methods, pattern, parameters, endpoint and source line (APP-10)") {
    App app("test");
    Blueprint todos("todos", {.url_prefix = "/api/todos"});
    const unsigned line = __LINE__ + 1;
    todos.get("/<int:id>/<path:rest>", [](long, std::string) {}, endpoint("one"));
    app.register_blueprint(std::move(todos));
    app.post("/", [] {});

    const std::vector<RouteInfo> routes = app.routes();
    REQUIRE(routes.size() == 2);
    CHECK(routes[0].methods == std::vector<std::string>{"POST", "OPTIONS"});
    CHECK(routes[1].methods == std::vector<std::string>{"GET", "HEAD", "OPTIONS"});
    CHECK(routes[1].pattern == "/api/todos/<int:id>/<path:rest>");
    CHECK(routes[1].parameters == std::vector<std::string>{"id", "rest"});
    CHECK(routes[1].endpoint == "todos.one");
    CHECK(routes[1].blueprint == "todos");
    CHECK(routes[1].where.file == std::string_view(__FILE__));
    CHECK(routes[1].where.line == line);
}

TEST_CASE("App: a missing extension stops start-up, naming route, line and type") {
    App app("test");
    const unsigned line = __LINE__ + 1;
    app.get("/needs", [](Shop&) {});
    const std::string error = start_up_error(std::move(app));
    CHECK(contains(error, here(line)));
    CHECK(contains(error, "route /needs needs "));
    CHECK(contains(error, "Shop, which is not installed: add app.use<"));
}

TEST_CASE("App: hooks need their extensions as well") {
    App app("test");
    app.before_request([](Shop&) {});
    CHECK(contains(start_up_error(std::move(app)), "before_request hook of the application needs"));
}

TEST_CASE("App: the same pattern and method twice stops start-up, naming both lines (RT-4)") {
    App app("test");
    const unsigned line = __LINE__ + 1;
    app.get("/<a>", [](std::string) {});
    app.get("/<b>", [](std::string) {});
    const std::string error = start_up_error(std::move(app));
    CHECK(contains(error, here(line)));
    CHECK(contains(error, here(line + 1)));
}

TEST_CASE("App: a runtime() pattern is checked when the app starts") {
    const std::string prefix = "/x";
    App good("test");
    good.get(runtime(prefix + "/<int:id>"), [](long id) { return std::to_string(id); });
    TestClient client(std::move(good));
    CHECK(client.get("/x/5").text() == "5");

    App bad("test");
    bad.get(runtime(prefix + "/<id>"), [](long) {});
    CHECK(contains(start_up_error(std::move(bad)), "need a std::string parameter in the handler"));
}

TEST_CASE("App: an endpoint belongs to one handler (RT-2)") {
    App app("test");
    app.get("/a", [] {}, endpoint("x"));
    app.get("/b", [] {}, endpoint("x"));
    CHECK(contains(start_up_error(std::move(app)), "endpoint x belongs to another handler"));

    App shared("test");
    shared.get("/a/<int:id>", free_function, endpoint("x"));
    shared.get("/b/<int:id>", free_function, endpoint("x"));
    CHECK(start_up_error(std::move(shared)).empty());
}

TEST_CASE("App: nothing can be added once it serves (APP-8)") {
    App app("test");
    app.gateway();
    CHECK_THROWS_AS(app.get("/", [] {}), ConfigError);
    CHECK_THROWS_AS(app.before_request([] {}), ConfigError);
    CHECK_THROWS_AS(app.use<Shop>(), ConfigError);
    CHECK_THROWS_AS(app.register_blueprint(Blueprint("late")), ConfigError);
}

TEST_CASE("App: an extension is installed once, and told of the app by a handle (APP-9)") {
    struct Greeter {
        void install(Scaffold scaffold) {
            scaffold.get("/greet", [] { return "hello"; });
        }
    };
    App app("test");
    app.use<Greeter>();
    try {
        app.use<Greeter>();
        FAIL("installed twice");
    } catch (const ConfigError& error) {
        CHECK(contains(error.what(), "Greeter is installed twice: handlers get it by its type"));
    }
    CHECK_THROWS_AS(app.extension<Shop>(), ConfigError);
    TestClient client(std::move(app));
    CHECK(client.get("/greet").text() == "hello");
}

TEST_CASE("App: younger extensions die before older ones") {
    static std::string order;
    order.clear();
    struct First {
        ~First() { order += "first "; }
    };
    struct Second {
        ~Second() { order += "second "; }
    };
    {
        App app("test");
        app.use<First>();
        app.use<Second>();
    }
    CHECK(order == "second first ");
}

TEST_CASE("App: ServerStats is always there") {
    App app("test");
    ServerStats& stats = app.extension<ServerStats>();
    stats.slot(0).requests_total.add(3);
    app.get("/", [](ServerStats& s) { return std::to_string(s.read().requests_total); });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "3");
}

TEST_CASE("Blueprint: prefixes are joined with one slash (BP-3)") {
    App app("test");
    Blueprint a("a", {.url_prefix = "/a/"});
    a.get("", [] { return "bare"; });
    a.get("/x", [] { return "x"; });
    Blueprint b("b", {.url_prefix = "/b"});
    b.get("/y", [] { return "y"; });
    a.register_blueprint(std::move(b));
    app.register_blueprint(std::move(a));
    TestClient client(std::move(app));
    CHECK(client.get("/a/").text() == "bare");
    CHECK(client.get("/a/x").text() == "x");
    CHECK(client.get("/a/b/y").text() == "y");
}

TEST_CASE("Blueprint: registration replaces its prefix and its name (BP-2, BP-5)") {
    const auto make = [] {
        Blueprint part("part", {.url_prefix = "/part"});
        part.get("/", [](Request& r) { return std::string(r.blueprint()); });
        return part;
    };
    App app("test");
    app.register_blueprint(make());
    app.register_blueprint(make(), {.url_prefix = "/other", .name = "other"});
    TestClient client(std::move(app));
    CHECK(client.get("/part/").text() == "part");
    CHECK(client.get("/other/").text() == "other");

    App twice("test");
    twice.register_blueprint(make());
    twice.register_blueprint(make(), {.url_prefix = "/other"});
    CHECK(contains(start_up_error(std::move(twice)), "a blueprint of this name is registered"));
}

TEST_CASE("Blueprint: its name and its prefix are checked (BP-1)") {
    for (const char* name : {"", "a.b"}) {
        App app("test");
        app.register_blueprint(Blueprint(name));
        CHECK(contains(start_up_error(std::move(app)), "must not be empty or contain a dot"));
    }
    App app("test");
    app.register_blueprint(Blueprint("a", {.url_prefix = "a"}));
    CHECK(contains(start_up_error(std::move(app)), "must start with '/'"));
}

TEST_CASE("Blueprint: an empty rule without a prefix is refused") {
    App app("test");
    app.get("", [] {});
    CHECK(contains(start_up_error(std::move(app)), "the pattern must start with '/'"));
}

TEST_CASE("App: settings cannot change once it serves (APP-6, APP-8)") {
    App app("test");
    app.config().set("OWN", 1);
    app.get("/", [](Config& config) { config.set("OWN", 2); });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK_THROWS_WITH_AS(client.get("/"), doctest::Contains("OWN"), ConfigError);
    Config& config = client.app().config();
    CHECK_THROWS_AS(config.set_default("OTHER", 1), ConfigError);
    CHECK_THROWS_AS(config.from_mapping({{"OTHER", 1}}), ConfigError);
    CHECK(config.get<int>("OWN") == 1);
    CHECK_FALSE(config.contains("OTHER"));
}

TEST_CASE("App: a start-up that failed fails again, with the same sentence") {
    App app("test");
    app.get("/", [](Shop&) {});
    std::string sentences[2];
    for (std::string& sentence : sentences) {
        try {
            app.gateway();
        } catch (const ConfigError& error) {
            sentence = error.what();
        }
    }
    CHECK(sentences[0].contains("which is not installed"));
    CHECK(sentences[1] == sentences[0]);
}

TEST_CASE("App: a middleware that cannot be made is never left out") {
    struct Guard final : middleware::Middleware {
        Guard(gateway::Gateway& inner, int* left) : Middleware(inner) {
            if ((*left)-- > 0) throw std::runtime_error("no key");
        }
        gateway::Outcome start(gateway::Exchange& exchange) override {
            exchange.response() = Response("guarded", 403);
            return gateway::Outcome::finished();
        }
    };
    App app("test");
    int left = 1;
    app.get("/", [] { return "open"; });
    app.wrap<Guard>(&left);
    CHECK_THROWS_AS(app.gateway(), std::runtime_error);
    TestClient client(std::move(app));
    CHECK(client.get("/").status == 403);
}
