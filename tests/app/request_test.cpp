// SPDX-License-Identifier: MIT
#include <pottle/http/multi_dict.hpp>
#include <pottle/json/value.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// Serves `request` with `look`, which checks what it likes.
template <class Look>
void inspect(TestRequest request, Look look) {
    bool looked = false;
    App app("test");
    app.route(
        "/<path:rest>",
        [&](std::string, Request& r) {
            look(r);
            looked = true;
        },
        methods("GET", "POST"));
    TestClient client(std::move(app), {.propagate_exceptions = true});
    client.open(std::move(request));
    CHECK(looked);
}

}  // namespace

TEST_CASE("Request: takes URL and path apart (REQ-1)") {
    TestRequest request;
    request.target = "/caf%C3%A9/a%20b?x=1&y";
    request.scheme = "https";
    request.host = "Example.org:443";
    inspect(request, [](Request& r) {
        CHECK(r.method() == Method::Get);
        CHECK(r.path() == "/caf\xc3\xa9/a b");
        CHECK(r.query_string() == "x=1&y");
        CHECK(r.full_path() == "/caf\xc3\xa9/a b?x=1&y");
        CHECK(r.scheme() == "https");
        CHECK(r.is_secure());
        CHECK(r.host() == "Example.org");
        CHECK(r.url() == "https://Example.org/caf%C3%A9/a%20b?x=1&y");
        CHECK(r.base_url() == "https://Example.org/caf%C3%A9/a%20b");
        CHECK(r.root_url() == "https://Example.org/");
        CHECK(r.http_version() == "1.1");
        CHECK(r.args().get("x") == "1");
        CHECK(r.args().contains("y"));
    });
}

TEST_CASE("Request: full_path() has its question mark without a query (REQ-1)") {
    TestRequest request;
    request.target = "/x";
    request.host = "h:8080";
    inspect(request, [](Request& r) {
        CHECK(r.full_path() == "/x?");
        CHECK(r.url() == "http://h:8080/x");
    });
}

TEST_CASE("Request: remote_addr() is the client's address without its port (REQ-2)") {
    for (const auto& [peer, expected] :
         std::vector<std::pair<std::string, std::string>>{{"192.0.2.1:5000", "192.0.2.1"},
                                                          {"[2001:db8::1]:5000", "2001:db8::1"},
                                                          {"unix:", "<local>"},
                                                          {"", "<local>"}}) {
        TestRequest request;
        request.target = "/x";
        request.client_address = peer;
        inspect(request, [&](Request& r) { CHECK(r.remote_addr() == expected); });
    }
}

TEST_CASE("Request: fields, cookies and the content type (REQ-3, REQ-5, REQ-6)") {
    TestRequest request;
    request.method = "POST";
    request.target = "/x";
    request.content_type = "Application/Problem+JSON; charset=utf-8";
    request.body = "[1]";
    request.headers = {{"X-A", "1"}, {"x-a", "2"}, {"Cookie", "a=1"}, {"Cookie", "b=2"}};
    inspect(request, [](Request& r) {
        CHECK(r.headers().get("X-a") == "1");
        CHECK(r.headers().get_all("X-A") == std::vector<std::string_view>{"1", "2"});
        CHECK_FALSE(r.headers().find("x-b"));
        CHECK(r.cookies().get("a") == "1");
        CHECK(r.cookies().get("b") == "2");
        CHECK(r.mimetype() == "application/problem+json");
        CHECK(r.is_json());
        CHECK(r.content_length() == ByteCount{3});
    });
}

TEST_CASE("Request: a chunked body has no content length (REQ-6)") {
    TestRequest request;
    request.target = "/x";
    request.headers = {{"Transfer-Encoding", "chunked"}};
    inspect(request, [](Request& r) {
        CHECK_FALSE(r.content_length());
        CHECK(r.content_type().empty());
        CHECK_FALSE(r.is_json());
    });
}

TEST_CASE("Request: knows its route (REQ-10)") {
    App app("test");
    Blueprint outer("outer", {.url_prefix = "/o"});
    Blueprint inner("inner", {.url_prefix = "/i"});
    inner.get(
        "/<int:id>/<name>",
        [](long, std::string, Request& r) {
            CHECK(r.url_rule() == "/o/i/<int:id>/<name>");
            CHECK(r.endpoint() == "outer.inner.one");
            CHECK(r.blueprint() == "outer.inner");
            CHECK(r.blueprints() == std::vector<std::string_view>{"outer.inner", "outer"});
            CHECK(r.view_arg("id") == "7");
            CHECK(r.view_arg("name") == "a b");
            CHECK_FALSE(r.view_arg("other"));
            CHECK(r.exchange().route() == "/o/i/<int:id>/<name>");
        },
        endpoint("one"));
    outer.register_blueprint(std::move(inner));
    app.register_blueprint(std::move(outer));
    app.errorhandler(404, [](const HTTPException&, Request& r) {
        CHECK(r.url_rule().empty());
        CHECK(r.endpoint().empty());
        CHECK(r.blueprint().empty());
        CHECK_FALSE(r.view_arg("id"));
        return "";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/o/i/7/a%20b").status == 204);
    CHECK(client.get("/missing").status == 200);
}

TEST_CASE("Request: get_json() is nothing for another type, 400 for bad syntax (REQ-23)") {
    App app("test");
    app.post("/", [](Request& r) -> Task<std::string> {
        const std::optional<JsonValue> value = co_await r.get_json();
        co_return value ? value->dump() : "none";
    });
    TestClient client(std::move(app));
    const Headers json{{"Content-Type", "application/json"}};
    CHECK(client.post("/", "[1, 2]", json).text() == "[1,2]");
    CHECK(client.post("/", "[1, 2]").text() == "none");
    CHECK(client.post("/", "[1, 2", json).status == 400);
}

TEST_CASE("Request: form() is empty for another type (REQ-25)") {
    App app("test");
    app.post("/", [](Request& r) -> Task<std::string> {
        const MultiDict& form = co_await r.form();
        co_return std::string(form.get("a", "none"));
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", MultiDict{{"a", "1"}}).text() == "1");
    CHECK(client.post("/", "a=1").text() == "none");
}

TEST_CASE("Request: g hands values from hooks to handlers (CTX-3)") {
    struct Marker {
        int value;
    };
    App app("test");
    app.before_request([](Request& r) {
        r.g.set<Marker>(1);
        r.g.set<Marker>(2).value += 40;
        r.g.set<std::string>("x");
    });
    app.get("/", [](Request& r) {
        CHECK(r.g.find<int>() == nullptr);
        CHECK_THROWS_AS(r.g.get<int>(), LogicError);
        return r.g.get<std::string>() + std::to_string(r.g.get<Marker>().value);
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "x42");
    CHECK(client.get("/").text() == "x42");  // each request has its own
}

TEST_CASE("Request: a push promise has the fields that the answer depends on, no others (PUSH-1)") {
    App app{"t"};
    app.get("/", [](Request& request) {
        return request.make_push_promise("/style.css") ? "promised" : "not promised";
    });
    TestClient client(std::move(app));
    TestRequest asked;
    asked.headers = {{"Accept", "text/css"}, {"User-Agent", "tests"}, {"Cookie", "a=b"}};
    const TestResponse got = client.open(std::move(asked));
    CHECK(got.body == "promised");
    REQUIRE(got.push_promises.size() == 1);
    CHECK(got.push_promises[0].path == "/style.css");
    CHECK(got.push_promises[0].headers == Headers{{"accept", "text/css"}, {"user-agent", "tests"}});
}

TEST_CASE("Response: trailers set by the handler or by its generator reach the client") {
    App app{"t"};
    app.get("/whole", [](Response& response) {
        response.trailers.add("X-Sum", "3");
        return "abc";
    });
    app.get("/returned", [](Response& response) {
        response.trailers.add("X-Sum", "3");
        return Response("abc");
    });
    app.get("/stream", [](Response& response) -> Generator<std::string> {
        co_yield std::string("abc");
        response.trailers.add("X-Sum", "3");
    });
    TestClient client(std::move(app));
    for (const char* path : {"/whole", "/returned", "/stream"}) {
        const TestResponse got = client.get(path);
        CHECK(got.body == "abc");
        CHECK(got.trailers.get("x-sum") == "3");
    }
}
