// SPDX-License-Identifier: MIT
#include "router.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using app::Captures;
using app::RouteKind;
using app::RouteMatch;
using app::RouteOptions;
using app::Router;
using Kind = app::RouteMatch::Kind;

namespace {

constexpr SourceLine kHere{"app.cpp", 1};

struct Table {
    Router router;
    Captures captures;

    app::RouteIndex add(std::string_view pattern, std::vector<std::string_view> methods = {"GET"},
                        RouteOptions options = {}) {
        const auto index = router.add(pattern, methods, options, kHere);
        REQUIRE_MESSAGE(index.has_value(), index.error());
        return *index;
    }
    RouteMatch match(std::string_view path, std::string_view method = "GET",
                     RouteKind kind = RouteKind::Http) {
        return router.match({path, parse_method(method), method, kind}, captures);
    }
    /// The pattern that answers, or what else happens.
    std::string ask(std::string_view path, std::string_view method = "GET") {
        const RouteMatch found = match(path, method);
        switch (found.kind) {
            case Kind::Found: {
                std::string text = router.route(found.route).pattern;
                for (std::size_t i = 0; i < captures.size(); ++i)
                    text += " " + std::string(captures[i]);
                return text;
            }
            case Kind::AutomaticOptions:
                return "options " + router.list_methods(found.allow);
            case Kind::Redirect:
                return "308 " + found.location;
            case Kind::NotFound:
                return "404";
            case Kind::MethodNotAllowed:
                return "405 " + router.list_methods(found.allow);
            case Kind::WrongKind:
                return "400";
        }
        return {};
    }
};

}  // namespace

TEST_CASE("Router: prefers static text, then numbers, then strings, then paths (RT-10)") {
    Table t;
    for (const char* pattern : {"/a/<path:p>", "/a/<s>", "/a/<int:n>", "/a/<float:x>", "/a/b",
                                "/a/<s>.txt", "/a/x<s>.txt", "/<path:p>"})
        t.add(pattern);
    t.router.freeze();
    CHECK(t.ask("/a/b") == "/a/b");
    CHECK(t.ask("/a/7") == "/a/<int:n> 7");
    CHECK(t.ask("/a/7.5") == "/a/<float:x> 7.5");
    CHECK(t.ask("/a/c") == "/a/<s> c");
    CHECK(t.ask("/a/c.txt") == "/a/<s>.txt c");
    CHECK(t.ask("/a/xc.txt") == "/a/x<s>.txt c");
    CHECK(t.ask("/a/b/c") == "/a/<path:p> b/c");
    CHECK(t.ask("/b/c") == "/<path:p> b/c");
    CHECK(t.ask("/") == "404");
}

TEST_CASE("Router: leaves a branch that leads nowhere (RT-10)") {
    Table t;
    t.add("/a/b/c");
    t.add("/a/<s>/d");
    t.add("/<x>/b/e");
    t.add("/<path:p>/f");
    t.router.freeze();
    CHECK(t.ask("/a/b/c") == "/a/b/c");
    CHECK(t.ask("/a/b/d") == "/a/<s>/d b");
    CHECK(t.ask("/a/b/e") == "/<x>/b/e a");
    CHECK(t.ask("/a/b/f") == "/<path:p>/f a/b");
    CHECK(t.ask("/a/b/g") == "404");
}

TEST_CASE("Router: matches mixed segments and paths before static text (RT-13)") {
    Table t;
    t.add("/file-<int:n>.txt");
    t.add("/p/<path:v>/end");
    t.add("/v<int:major>.<int:minor>/<a>-<b>");
    t.router.freeze();
    CHECK(t.ask("/file-12.txt") == "/file-<int:n>.txt 12");
    CHECK(t.ask("/file-x.txt") == "404");
    CHECK(t.ask("/p/a/b/end") == "/p/<path:v>/end a/b");
    CHECK(t.ask("/p/end") == "404");
    CHECK(t.ask("/v1.22/x-y-z") == "/v<int:major>.<int:minor>/<a>-<b> 1 22 x-y z");
}

TEST_CASE("Router: checks bounds after the route is chosen, without trying others (RT-12)") {
    Table t;
    t.add("/a/<int(max=5):v>");
    t.add("/a/<string:v>");
    t.add("/f/<float(min=0.5,max=1.5):v>");
    t.add("/d/<int(fixed_digits=3):v>");
    t.add("/s/<int(signed=True,min=-3):v>");
    t.add("/l/<string(length=2):v>");
    t.router.freeze();
    CHECK(t.ask("/a/5") == "/a/<int(max=5):v> 5");
    CHECK(t.ask("/a/9") == "404");
    CHECK(t.ask("/a/99999999999999999999999") == "404");
    CHECK(t.ask("/a/x") == "/a/<string:v> x");
    CHECK(t.ask("/f/1.5") == "/f/<float(min=0.5,max=1.5):v> 1.5");
    CHECK(t.ask("/f/1.6") == "404");
    CHECK(t.ask("/f/1") == "404");
    CHECK(t.ask("/d/007") == "/d/<int(fixed_digits=3):v> 007");
    CHECK(t.ask("/d/07") == "404");
    CHECK(t.ask("/s/-3") == "/s/<int(signed=True,min=-3):v> -3");
    CHECK(t.ask("/s/-4") == "404");
    CHECK(t.ask("/l/ab") == "/l/<string(length=2):v> ab");
    CHECK(t.ask("/l/\xc3\xa9\xc3\xa9") == "/l/<string(length=2):v> \xc3\xa9\xc3\xa9");
    CHECK(t.ask("/l/abc") == "404");
}

TEST_CASE("Router: redirects to the slash of a strict route, for its methods only (RT-20, RT-21)") {
    Table t;
    t.add("/x/", {"GET", "POST"});
    t.add("/y");
    t.add("/z/", {"GET"}, {.strict_slashes = false});
    t.add("/w", {"GET"}, {.strict_slashes = false});
    t.add("/p/<path:v>/");
    t.add("/");
    t.router.freeze();
    CHECK(t.ask("/x") == "308 /x/");
    CHECK(t.ask("/x", "POST") == "308 /x/");
    CHECK(t.ask("/x", "PUT") == "404");
    CHECK(t.ask("/x/", "PUT") == "405 GET, HEAD, POST, OPTIONS");
    CHECK(t.ask("/y/") == "404");
    CHECK(t.ask("/z") == "/z/");
    CHECK(t.ask("/z/") == "/z/");
    CHECK(t.ask("/w") == "/w");
    CHECK(t.ask("/w/") == "/w");
    CHECK(t.ask("/p/a/b") == "308 /p/a/b/");
    CHECK(t.ask("/p/a/b/") == "/p/<path:v>/ a/b");
    CHECK(t.ask("") == "308 /");
}

TEST_CASE("Router: redirects to merged slashes, never to another host (RT-22)") {
    Table t;
    t.add("/int/<int:n>");
    t.add("/dir/");
    t.add("/raw/<s>/x", {"GET"}, {.merge_slashes = false});
    t.router.freeze();
    CHECK(t.ask("//int///5") == "308 /int/5");
    CHECK(t.ask("/int//x") == "404");
    CHECK(t.ask("//int/5") == "/int/<int:n> 5");
    CHECK(t.ask("/dir//") == "308 /dir/");
    CHECK(t.ask("/raw//a/x") == "404");
    CHECK(t.ask("/raw/a/x") == "/raw/<s>/x a");
}

TEST_CASE("Router: encodes the target of a redirect") {
    Table t;
    t.add("/caf\xc3\xa9 <s>/");
    t.router.freeze();
    CHECK(t.ask("/caf\xc3\xa9 a?b%") == "308 /caf%C3%A9%20a%3Fb%25/");
}

TEST_CASE("Router: answers HEAD with GET and OPTIONS by itself (RT-3, RT-17, RT-33)") {
    Table t;
    const auto get = t.add("/a");
    t.add("/a", {"POST", "PURGE"});
    t.add("/own", {"GET", "OPTIONS"});
    t.add("/off", {"GET"}, {.automatic_options = false});
    t.router.freeze();
    CHECK(t.match("/a", "HEAD").route == get);
    CHECK(t.ask("/a", "PURGE") == "/a");
    CHECK(t.ask("/a", "OPTIONS") == "options GET, HEAD, POST, OPTIONS, PURGE");
    CHECK(t.ask("/a", "PUT") == "405 GET, HEAD, POST, OPTIONS, PURGE");
    CHECK(t.ask("/a", "BREW") == "405 GET, HEAD, POST, OPTIONS, PURGE");
    CHECK(t.ask("/own", "OPTIONS") == "/own");
    CHECK(t.ask("/off", "OPTIONS") == "405 GET, HEAD");
    CHECK(t.ask("/b", "OPTIONS") == "404");
}

TEST_CASE("Router: prefers a route that names HEAD or OPTIONS to one that implies it") {
    Table t;
    t.add("/a");
    const auto head = t.add("/a", {"HEAD", "OPTIONS"});
    t.router.freeze();
    CHECK(t.match("/a", "HEAD").route == head);
    CHECK(t.match("/a", "OPTIONS").kind == Kind::Found);
    CHECK(t.match("/a", "OPTIONS").route == head);
}

TEST_CASE("Router: keeps HTTP and WebSocket routes apart (RT-17)") {
    Table t;
    const auto http = t.add("/both");
    const auto socket = t.add("/both", {"GET"}, {.kind = RouteKind::Websocket});
    t.add("/socket", {"GET"}, {.kind = RouteKind::Websocket});
    t.router.freeze();
    CHECK(t.match("/both").route == http);
    CHECK(t.match("/both", "GET", RouteKind::Websocket).route == socket);
    CHECK(t.match("/socket").kind == Kind::WrongKind);
    CHECK(t.match("/socket", "GET", RouteKind::Websocket).kind == Kind::Found);
}

TEST_CASE("Router: refuses a second route for the same pattern and method, naming both (RT-4)") {
    Router router;
    const std::string_view get[] = {"GET"}, post[] = {"POST"}, both[] = {"POST", "GET"};
    REQUIRE(router.add("/a/<int:n>", get, {}, {"one.cpp", 10}));
    CHECK(router.add("/a/<int:n>", post, {}, {"one.cpp", 11}));
    CHECK(router.add("/a/<m>", get, {}, {"one.cpp", 12}));
    const auto twin = router.add("/a/<int(max=3):m>", both, {}, {"two.cpp", 20});
    REQUIRE_FALSE(twin);
    CHECK(twin.error() ==
          "route GET /a/<int(max=3):m> at two.cpp:20 is already defined as /a/<int:n> at "
          "one.cpp:10");
    CHECK(router.add("bad", get, {}, {"two.cpp", 21}).error() ==
          "route bad at two.cpp:21: the pattern must start with '/'");
    const std::string_view no_token[] = {"GE T"};
    CHECK(router.add("/b", no_token, {}, {"two.cpp", 22}).error() ==
          "route /b at two.cpp:22: 'GE T' is not a method");
}
