// SPDX-License-Identifier: MIT
#include <pottle/async/event.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("TestClient: sends method, target, fields and body as they were given (TST-6)") {
    App app("test");
    app.route(
        "/<path:rest>",
        [](std::string rest, Request& r, Body body) {
            return std::string(r.method_text()) + " " + rest + "?" + std::string(r.query_string()) +
                   " " + std::string(r.headers().get("x-a")) + " " + std::string(body.view());
        },
        methods("PUT"));
    TestClient client(std::move(app));
    CHECK(client.put("/a/b?c=d", "body", Headers{{"X-A", "1"}}).text() == "PUT a/b?c=d 1 body");
}

TEST_CASE("TestClient: adds the fields that the server would") {
    App app("test");
    app.get("/text", [] { return "abc"; });
    app.get("/own", [](Response& response) {
        response.headers.set("Content-Type", "text/plain");
        return "abc";
    });
    app.get("/nothing", [] {});
    TestClient client(std::move(app));
    CHECK(client.get("/text").header("content-length") == "3");
    CHECK(client.get("/own").headers.get_all("content-type").size() == 1);
    CHECK(client.get("/own").header("content-type") == "text/plain");
    CHECK_FALSE(client.get("/nothing").headers.contains("content-type"));
}

TEST_CASE("TestClient: time is virtual and moves with what handlers wait for") {
    App app("test");
    app.get("/", []() -> Task<std::string> {
        co_await sleep(24h);
        co_return "tomorrow";
    });
    TestClient client(std::move(app));
    const SteadyTime before = client.executor().now();
    CHECK(client.get("/").text() == "tomorrow");
    CHECK(client.executor().now() - before >= 24h);
}

TEST_CASE("TestClient: a handler that waits for ever is a LogicError and not a hang") {
    App app("test");
    app.get("/", []() -> Task<> {
        async::Event never;
        co_await never.wait();
    });
    TestClient client(std::move(app));
    CHECK_THROWS_AS(client.get("/"), LogicError);
}

TEST_CASE("TestResponse: json() reads the body as a type or as a document") {
    struct Ale {
        std::string name;
    };
    App app("test");
    app.get("/", [] { return Ale{"stout"}; });
    app.get("/text", [] { return "stout"; });
    TestClient client(std::move(app));
    CHECK(client.get("/").json<Ale>().name == "stout");
    CHECK(client.get("/").json().find("name")->dump() == "\"stout\"");
    CHECK_THROWS_AS(client.get("/text").json(), LogicError);
    CHECK_THROWS_AS(client.get("/text").json<Ale>(), LogicError);
}

TEST_CASE("TestClient: forms, files, queries, credentials and settings (TST-1)") {
    App app("test");
    app.post("/echo", [](Request& r, Body body) {
        return std::string(r.content_type()) + "|" + std::string(body.view()) + "|" +
               std::string(r.query_string());
    });
    app.get("/head", [](Request& r) {
        return std::string(r.scheme()) + "://" + std::string(r.host()) + " " +
               std::string(r.http_version()) + " " + std::string(r.headers().get("authorization")) +
               " " + std::string(r.headers().get("user-agent"));
    });
    TestClient client(std::move(app));
    CHECK(client.post("/echo", MultiDict{{"a", "1 2"}, {"b", "\u00e9"}}).text() ==
          "application/x-www-form-urlencoded|a=1+2&b=%C3%A9|");
    CHECK(client.post("/echo", TestQuery{{"q", "x y"}, {"q", "&"}}, "text").text() ==
          "|text|q=x+y&q=%26");
    const TestResponse multipart =
        client.post("/echo", MultiDict{{"name", "Zo\"e"}},
                    TestFile{"file", "a.txt", "pottle-test-1", "text/plain"});
    CHECK(multipart.text() ==
          "multipart/form-data; boundary=pottle-test-2|"
          "--pottle-test-2\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nZo\"e\r\n"
          "--pottle-test-2\r\nContent-Disposition: form-data; name=\"file\"; "
          "filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\npottle-test-1\r\n"
          "--pottle-test-2--\r\n|");
    CHECK(client.get("/head").text() == "http://localhost 1.1  Pottle");
    CHECK(client
              .get("/head", TestAuth{"user", "pass"}, Headers{{"User-Agent", "x"}},
                   TestSettings{.scheme = "https",
                                .host = "example.org",
                                .subdomain = "shop",
                                .version = HttpVersion::Http2})
              .text() == "https://shop.example.org 2 Basic dXNlcjpwYXNz x");
}

TEST_CASE("TestClient: two bodies, and two queries, are a mistake of the test (TST-1)") {
    App app("test");
    app.post("/", [] {});
    TestClient client(std::move(app));
    CHECK_THROWS_AS(client.post("/", "text", Bytes(std::string_view("x"))), LogicError);
    CHECK_THROWS_AS(client.post("/", "text", MultiDict{{"a", "b"}}), LogicError);
    CHECK_THROWS_AS(client.post("/", Json{std::string("x")}, TestFile{"f", "n", "c"}), LogicError);
    CHECK_THROWS_AS(client.post("/?a=b", TestQuery{{"c", "d"}}), LogicError);
    CHECK(client.post("/", TestFile{"f", "n", "c"}, MultiDict{{"a", "b"}}).status == 204);
}

TEST_CASE("TestClient: the host is the application's SERVER_NAME (TST-1)") {
    App app("test");
    app.config().set("SERVER_NAME", "shop.example:5000");
    app.get("/", [](Request& r) { return std::string(r.head().authority()); });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "shop.example:5000");
}

TEST_CASE("TestClient: follows redirects when asked, as the status says (TST-1)") {
    App app("test");
    const auto go = [](int status, const char* location) {
        return [status, location](Response& response) {
            response.headers.set("Location", location);
            response.status = status;
            return "moved";
        };
    };
    app.route("/a/302", go(302, "../b?x=1#f"), methods("GET", "POST"));
    app.post("/307", go(307, "/b"));
    app.get("/absolute", go(301, "https://other.example/b/./c/../d"));
    app.get("/circle", go(302, "/circle"));
    app.route(
        "/b",
        [](Request& r, Body body) {
            return std::string(r.method_text()) + " " + r.url() + " " + std::string(body.view());
        },
        methods("GET", "POST"));
    app.get("/b/d", [](Request& r) { return r.url(); });
    TestClient client(std::move(app));
    const TestSettings follow{.follow_redirects = true};
    CHECK(client.get("/a/302").status == 302);
    const TestResponse found = client.post("/a/302", "text", follow);
    CHECK(found.text() == "GET http://localhost/b?x=1 ");
    REQUIRE(found.history.size() == 1);
    CHECK(found.history[0].status == 302);
    CHECK(client.post("/307", "text", follow).text() == "POST http://localhost/b text");
    CHECK(client.get("/absolute", follow).text() == "https://other.example/b/d");
    CHECK_THROWS_AS(client.get("/circle", follow), LogicError);
}

TEST_CASE("TestClient: keeps cookies and sends them where they belong (TST-2)") {
    App app("test");
    app.get("/set/<name>", [](std::string name, Response& response) {
        response.headers.add("Set-Cookie", name + "=1; Path=/");
        response.headers.add("Set-Cookie", name + "_short=1; Max-Age=60; Path=/");
    });
    app.get("/show", [](Request& r) { return std::string(r.headers().get("cookie")); });
    TestClient client(std::move(app));
    (void)client.get("/set/a");
    CHECK(client.get("/show").text() == "a=1; a_short=1");
    CHECK(client.get("/show", Headers{{"Cookie", "own=1"}}).text() == "own=1");
    client.executor().advance(61s);
    CHECK(client.get("/show").text() == "a=1");
    client.set_cookie("b", "x y");
    CHECK(client.cookie("b") == "x y");
    CHECK(client.get("/show").text() == "a=1; b=\"x y\"");
    client.delete_cookie("a");
    CHECK_FALSE(client.cookie("a"));
    CHECK(client.get("/show").text() == "b=\"x y\"");
    CHECK(client.get("/show", TestSettings{.host = "other.example"}).text().empty());
}

TEST_CASE("TestClient: without cookies it keeps none (TST-1)") {
    App app("test");
    app.get("/", [](Request& r, Response& response) {
        response.headers.add("Set-Cookie", "a=1");
        return std::string(r.headers().get("cookie", "none"));
    });
    TestClient client(std::move(app), {.use_cookies = false});
    (void)client.get("/");
    CHECK(client.get("/").text() == "none");
    CHECK_THROWS_AS(client.set_cookie("a", "b"), LogicError);
    CHECK_THROWS_AS(client.session_transaction([](Session&) {}), LogicError);
}

TEST_CASE("TestClient: session_transaction() reads and writes the session (TST-4)") {
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    app.get("/", [](Session& session) {
        session.set("n", session.get("n", 0) + 1);
        return std::to_string(session.get("n", 0));
    });
    TestClient client(std::move(app));
    client.session_transaction([](Session& session) { session.set("n", 41); });
    CHECK(client.get("/").text() == "42");
    int seen = 0;
    client.session_transaction([&seen](Session& session) { seen = session.get("n", 0); });
    CHECK(seen == 42);
    TestClient keyless(App("keyless"));
    CHECK_THROWS_WITH_AS(keyless.session_transaction([](Session&) {}),
                         doctest::Contains("no SECRET_KEY is set"), LogicError);
}

TEST_CASE("TestApp: several clients, each with cookies of its own (U-15)") {
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    app.get("/", [](Session& session) {
        session.set("n", session.get("n", 0) + 1);
        return std::to_string(session.get("n", 0));
    });
    TestApp test_app(std::move(app));
    TestClient ann(test_app), bob(test_app);
    (void)ann.get("/");
    CHECK(ann.get("/").text() == "2");
    CHECK(bob.get("/").text() == "1");
    test_app.shutdown();
    test_app.shutdown();
}
