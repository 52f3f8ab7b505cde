// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/app/http_exception.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

/// Two hooks of each kind that write their names.
void add_hooks(Scaffold scaffold, Trace& trace, const std::string& name) {
    for (const std::string number : {"1", "2"}) {
        scaffold.before_request(
            [&trace, name, number] { trace.push_back("before " + name + number); });
        scaffold.after_request([&trace, name, number](Response&) -> Task<> {
            co_await sleep(1ms);
            trace.push_back("after " + name + number);
        });
        scaffold.teardown_request(
            [&trace, name, number] { trace.push_back("teardown " + name + number); });
    }
}

void add_plain_hooks(Scaffold scaffold, Trace& trace) {
    scaffold.before_request([&trace] { trace.push_back("before"); });
    scaffold.after_request([&trace](Response&) { trace.push_back("after"); });
    scaffold.teardown_request([&trace] { trace.push_back("teardown"); });
}

}  // namespace

TEST_CASE("dispatcher: a plain handler answers with text and status 200") {
    App app("test");
    app.get("/", [] { return "hello"; });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/");
    CHECK(r.status == 200);
    CHECK(r.text() == "hello");
    CHECK(r.header("content-type") == "text/html; charset=utf-8");
}

TEST_CASE("dispatcher: a coroutine handler answers, whether it suspends or not") {
    App app("test");
    app.get("/now", []() -> Task<std::string> { co_return "now"; });
    app.get("/later", []() -> Task<std::string> {
        co_await sleep(1h);
        co_return "later";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/now").text() == "now");
    CHECK(client.get("/later").text() == "later");
}

TEST_CASE("dispatcher: hooks run inwards before the handler and outwards after it (BP-7)") {
    Trace trace;
    App app("test");
    Blueprint parent("parent", {.url_prefix = "/p"});
    Blueprint child("child", {.url_prefix = "/c"});
    add_hooks(app, trace, "app");
    add_hooks(parent, trace, "parent");
    add_hooks(child, trace, "child");
    child.get("/", [&trace] {
        trace.push_back("handler");
        return "";
    });
    parent.register_blueprint(std::move(child));
    app.register_blueprint(std::move(parent));
    TestClient client(std::move(app));

    CHECK(client.get("/p/c/").status == 200);
    CHECK(trace == Trace{"before app1", "before app2", "before parent1", "before parent2",
                         "before child1", "before child2", "handler", "after child2",
                         "after child1", "after parent2", "after parent1", "after app2",
                         "after app1", "teardown child2", "teardown child1", "teardown parent2",
                         "teardown parent1", "teardown app2", "teardown app1"});
}

TEST_CASE("dispatcher: hooks of a blueprint leave other requests alone (BP-8)") {
    Trace trace;
    App app("test");
    Blueprint blueprint("part", {.url_prefix = "/part"});
    add_hooks(blueprint, trace, "part");
    blueprint.get("/", [] { return ""; });
    app.get("/", [] { return ""; });
    app.register_blueprint(std::move(blueprint));
    TestClient client(std::move(app));

    client.get("/");
    CHECK(client.get("/part/missing").status == 404);  // nobody's, although under the prefix
    CHECK(trace.empty());
    client.get("/part/");
    CHECK(trace.size() == 6);
}

TEST_CASE("dispatcher: a blueprint's hook may reach the whole application (BP-8)") {
    int count = 0;
    App app("test");
    Blueprint blueprint("part");
    blueprint.before_request([&count] { ++count; }, Reach::App);
    app.get("/", [] { return ""; });
    app.register_blueprint(std::move(blueprint));
    TestClient client(std::move(app));
    client.get("/");
    CHECK(count == 1);
}

TEST_CASE("dispatcher: a before_request hook that returns something answers (LC-5)") {
    bool handled = false;
    App app("test");
    app.before_request([](Request& request) -> std::optional<Reply<std::string>> {
        if (request.path() == "/free") return std::nullopt;
        return Reply<std::string>("who are you?", 401);
    });
    app.get("/", [&handled] {
        handled = true;
        return "";
    });
    app.get("/free", [] { return "free"; });
    app.after_request([](Response& response) { response.headers.set("X-After", "yes"); });
    TestClient client(std::move(app));

    const TestResponse refused = client.get("/");
    CHECK(refused.status == 401);
    CHECK(refused.text() == "who are you?");
    CHECK(refused.header("x-after") == "yes");
    CHECK_FALSE(handled);
    CHECK(client.get("/free").text() == "free");
}

TEST_CASE("dispatcher: an error of routing is raised after the before_request hooks (RT-18)") {
    Trace trace;
    App app("test");
    add_hooks(app, trace, "app");
    app.before_request([](Request& request) {
        if (request.headers().contains("x-banned")) abort(403);
    });
    TestClient client(std::move(app));

    CHECK(client.get("/missing").status == 404);
    CHECK(trace == Trace{"before app1", "before app2", "after app2", "after app1", "teardown app2",
                         "teardown app1"});
    CHECK(client.get("/missing", Headers{{"X-Banned", "1"}}).status == 403);
}

TEST_CASE("dispatcher: what is set on the Response& is merged with the result") {
    App app("test");
    app.get("/text", [](Response& response) {
        response.status = 202;
        response.headers.set("X-A", "1");
        return "accepted";
    });
    app.get("/response", [](Response& response) {
        response.headers.set("X-A", "1");
        response.headers.set("X-B", "1");
        Response own("own", 203);
        own.headers.set("X-B", "2");
        return own;
    });
    TestClient client(std::move(app));

    const TestResponse text = client.get("/text");
    CHECK(text.status == 202);
    CHECK(text.header("x-a") == "1");
    const TestResponse own = client.get("/response");
    CHECK(own.status == 203);
    CHECK(own.header("x-a") == "1");
    CHECK(own.header("x-b") == "2");
}

TEST_CASE("dispatcher: Allow comes with 405 and with automatic OPTIONS (RT-17, RT-33)") {
    App app("test");
    app.get("/", [] { return "x"; });
    TestClient client(std::move(app));

    const TestResponse refused = client.post("/");
    CHECK(refused.status == 405);
    CHECK(refused.header("allow") == "GET, HEAD, OPTIONS");
    const TestResponse options = client.options("/");
    CHECK(options.status == 200);
    CHECK(options.header("allow") == "GET, HEAD, OPTIONS");
    CHECK(options.text().empty());
}

TEST_CASE("dispatcher: HEAD calls the handler of GET and drops the body (RT-3)") {
    App app("test");
    app.get("/", [] { return "four"; });
    TestClient client(std::move(app));
    const TestResponse r = client.head("/");
    CHECK(r.status == 200);
    CHECK(r.header("content-length") == "4");
    CHECK(r.text().empty());
}

TEST_CASE("dispatcher: a missing slash is redirected to an absolute URL with the query (RT-20)") {
    App app("test");
    app.get("/x/", [] { return "x"; });
    app.get("/loose/", [] { return "loose"; }, strict_slashes(false));
    TestClient client(std::move(app));

    const TestResponse r = client.get("/x?q=1");
    CHECK(r.status == 308);
    CHECK(r.header("location") == "http://localhost/x/?q=1");
    CHECK(client.get("/loose").text() == "loose");
}

TEST_CASE("dispatcher: an exception is 500 and one log line with the route and its line (LOG-2)") {
    LogCapture log;
    App app("test");
    const unsigned line = __LINE__ + 1;
    app.get("/<int:n>", [](int) -> std::string { throw std::runtime_error("out of beer"); });
    TestClient client(std::move(app));

    const TestResponse r = client.get("/7");
    CHECK(r.status == 500);
    CHECK(r.text().find("out of beer") == std::string_view::npos);
    REQUIRE(log.lines.size() == 1);
    const std::string expected = "dispatcher_test.cpp:" + std::to_string(line) + "): out of beer";
    CHECK(log.lines[0].find("Exception on request GET /7 (route /<int:n>, ") == 0);
    CHECK(log.lines[0].find(expected) != std::string::npos);
}

TEST_CASE("dispatcher: an exception of a handler that had suspended is answered too") {
    LogCapture log;
    App app("test");
    app.get("/", []() -> Task<std::string> {
        co_await sleep(1s);
        throw std::runtime_error("late");
    });
    app.get("/abort", []() -> Task<> {
        co_await sleep(1s);
        abort(410, "gone for good");
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").status == 500);
    CHECK(log.lines.size() == 1);
    const TestResponse gone = client.get("/abort");
    CHECK(gone.status == 410);
    CHECK(gone.text().find("gone for good") != std::string_view::npos);
    CHECK(log.lines.size() == 1);
}

TEST_CASE("dispatcher: teardown hooks see what escapes, not what became an answer (LC-5)") {
    LogCapture log;
    Trace trace;
    App app("test");
    app.teardown_request([&trace](Request& request, std::exception_ptr error) {
        trace.push_back(std::string(request.path()) + (error ? " failed" : " fine"));
    });
    app.get("/fine", [] { return ""; });
    app.get("/abort", [] { abort(403); });
    app.get("/throw", [] { throw std::runtime_error("x"); });
    TestClient client(std::move(app));
    client.get("/fine");
    client.get("/abort");
    client.get("/throw");
    CHECK(trace == Trace{"/fine fine", "/abort fine", "/throw fine"});
}

TEST_CASE("dispatcher: teardown hooks see an exception that propagates (LC-5, ERR-7)") {
    Trace trace;
    App app("test");
    app.config().set("TESTING", true);
    app.teardown_request([&trace](std::exception_ptr error) {
        trace.push_back(error ? "failed" : "fine");
        return 7;  // ignored
    });
    app.get("/throw", [] { throw std::runtime_error("x"); });
    TestClient client(std::move(app));
    CHECK_THROWS_AS(client.get("/throw"), std::runtime_error);
    CHECK(trace == Trace{"failed"});
}

TEST_CASE("dispatcher: plain hooks run around a coroutine that does not wait (LC-5)") {
    App app("test");
    Trace trace;
    add_plain_hooks(app, trace);
    app.get("/", []() -> Task<std::string> { co_return "done"; });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "done");
    CHECK(trace == Trace{"before", "after", "teardown"});
}

TEST_CASE("dispatcher: teardown_appcontext runs in the order of registration, last (BP-7)") {
    App app("test");
    Trace trace;
    add_hooks(app, trace, "app");
    app.teardown_appcontext([&trace] { trace.push_back("context 1"); });
    Blueprint part("part");
    part.teardown_appcontext([&trace] { trace.push_back("context 2"); });
    app.register_blueprint(std::move(part));
    app.get("/", [] {});
    TestClient client(std::move(app));
    client.get("/");
    CHECK(trace == Trace{"before app1", "before app2", "after app2", "after app1", "teardown app2",
                         "teardown app1", "context 1", "context 2"});
}

TEST_CASE("dispatcher: TRAP_HTTP_EXCEPTIONS makes abort() an ordinary error (ERR-9)") {
    LogCapture log;
    App app("test");
    app.config().set("TRAP_HTTP_EXCEPTIONS", true);
    app.get("/", [] { abort(403); });
    app.get("/whole", [] { abort(Response("whole", 409)); });
    TestClient client(std::move(app));
    CHECK(client.get("/").status == 500);
    CHECK(log.contains("Exception on request GET / "));
    CHECK(client.get("/missing").status == 500);
    CHECK(client.get("/whole").status == 409);
}

TEST_CASE(
    "dispatcher: a missing key of the request is 400, or an error where it is trapped (ERR-8)") {
    const auto make = [] {
        App app("test");
        app.get("/", [](Request& request) { return std::string(request.args().at("q")); });
        return app;
    };
    TestClient client(make());
    CHECK(client.get("/?q=1").text() == "1");
    CHECK(client.get("/").status == 400);
    CHECK(client.get("/").text().size() == 167);

    LogCapture log;
    App trapping = make();
    trapping.config().set("TRAP_BAD_REQUEST_ERRORS", true);
    TestClient trapped(std::move(trapping));
    CHECK(trapped.get("/").status == 500);
    CHECK(log.contains("there is no value named \"q\""));
}

TEST_CASE("dispatcher: a handler of 500 is told the cause (ERR-6)") {
    LogCapture log;
    App app("test");
    app.get("/", [] { throw std::runtime_error("cause"); });
    app.get("/abort", [] { abort(500); });
    app.errorhandler(500, [](const HTTPException& error) {
        return sentence_of<std::runtime_error>([&] {
            if (error.original()) std::rethrow_exception(error.original());
        });
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "cause");
    CHECK(client.get("/abort").text().empty());
}

TEST_CASE("debug page: shows exception, route and request, only where DEBUG is on (DBG-1)") {
    const auto make = [](bool debug) {
        App app("test");
        app.config().set("DEBUG", debug);
        app.get("/items/<int:id>", [](long) { throw std::out_of_range("<no item>"); });
        app.errorhandler(500, [] { return Reply{"own page", 500}; });
        return app;
    };
    LogCapture log;
    TestClient debug(make(true));
    const TestResponse page = debug.get("/items/7?q=1", Headers{{"Authorization", "secret"}});
    CHECK(page.status == 500);
    for (const char* part : {"std::out_of_range", "&lt;no item&gt;", "/items/&lt;int:id&gt;",
                             "dispatcher_test.cpp:", "http://localhost/items/7?q=1"}) {
        CAPTURE(part);
        CHECK(page.text().find(part) != std::string_view::npos);
    }
    CHECK(page.text().find("secret") == std::string_view::npos);

    TestClient production(make(false));
    CHECK(production.get("/items/7").text() == "own page");

    App testing = make(true);
    testing.config().set("TESTING", true);
    TestClient tested(std::move(testing));
    CHECK_THROWS_AS(tested.get("/items/7"), std::out_of_range);
}

TEST_CASE("dispatcher: Cancelled is never answered, but teardown hooks run (ERR-9)") {
    LogCapture log;
    int torn_down = 0;
    int answered = 0;
    App app("test");
    app.errorhandler<std::exception>([&answered](const std::exception&) {
        ++answered;
        return "";
    });
    app.teardown_request([&torn_down] { ++torn_down; });
    app.get("/inline", [] { throw Cancelled{}; });
    app.get("/later", [](Request& request) -> Task<> {
        co_await sleep(1ms);
        request.exchange().scope().cancel(CancelReason::Disconnected);
        co_await sleep(1h);
    });
    TestClient client(std::move(app));
    CHECK_THROWS_AS(client.get("/inline"), Cancelled);
    CHECK_THROWS_AS(client.get("/later"), Cancelled);
    CHECK(torn_down == 2);
    CHECK(answered == 0);
    CHECK(log.lines.empty());
}

TEST_CASE("dispatcher: a failing after_request hook is answered as an error (LC-6)") {
    LogCapture log;
    App app("test");
    app.after_request([](Request& request) {
        if (request.path() == "/bad") throw std::runtime_error("hook");
    });
    app.get("/bad", [] { return "x"; });
    app.get("/good", [] { return "x"; });
    TestClient client(std::move(app));
    CHECK(client.get("/good").status == 200);
    CHECK(client.get("/bad").status == 500);
    CHECK(log.lines.size() == 2);  // the second time it ran for the answer to the first
}

TEST_CASE("dispatcher: exceptions propagate to the client's call when asked for (ERR-7)") {
    App app("test");
    app.get("/", [] { throw std::runtime_error("see me"); });
    app.get("/abort", [] { abort(404); });
    app.get("/handled", [] { throw std::invalid_argument("x"); });
    app.errorhandler<std::invalid_argument>([](const std::invalid_argument&) { return "handled"; });
    app.errorhandler(500, [](const HTTPException&) { return "never"; });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK_THROWS_WITH_AS(client.get("/"), "see me", std::runtime_error);
    CHECK(client.get("/abort").status == 404);
    CHECK(client.get("/handled").text() == "handled");
}

TEST_CASE("dispatcher: a streamed body may use the request; teardown runs before it (RESP-24)") {
    Trace trace;
    App app("test");
    app.teardown_request([&trace] { trace.push_back("teardown"); });
    app.get("/<name>", [&trace](std::string name, Request& request) -> Generator<std::string> {
        co_yield name + ' ';
        co_await sleep(1s);
        trace.push_back("streaming");
        co_yield std::string(request.path());
    });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/ale");
    CHECK(r.text() == "ale /ale");
    CHECK(r.header("content-length").empty());
    CHECK(trace == Trace{"teardown", "streaming"});
}

TEST_CASE("dispatcher: a generator without hooks keeps its request as well") {
    App app("test");
    app.get("/", [](Request& request) -> Generator<std::string> {
        co_yield "a";
        co_yield std::string(request.query_string());
    });
    TestClient client(std::move(app));
    CHECK(client.get("/?b").text() == "ab");
}

TEST_CASE("dispatcher: a body that is not there yet is read before the handler runs") {
    App app("test");
    app.post("/", [](Body body) { return std::string(body.view()); });
    app.post("/limited", [](Body body) { return std::to_string(body.size()); }, body_limit(10));
    app.post("/data", [](Request& request) -> Task<std::string> {
        co_return std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    for (const ByteCount piece : {0, 1, 3}) {
        CAPTURE(piece);
        TestRequest request;
        request.method = "POST";
        request.body = "twelve bytes";
        request.body_piece = piece;
        CHECK(client.open(request).text() == "twelve bytes");
        request.target = "/data";
        CHECK(client.open(request).text() == "twelve bytes");
        request.target = "/limited";
        CHECK(client.open(request).status == 413);
        request.body = "ten bytes.";
        CHECK(client.open(request).text() == "10");
    }
}

TEST_CASE("dispatcher: a body is read when a hook suspended before the handler") {
    App app("test");
    app.before_request([]() -> Task<> { co_await sleep(1s); });
    app.post("/", [](Body body) { return std::string(body.view()); });
    TestClient client(std::move(app));
    CHECK(client.post("/", "text").text() == "text");
}

TEST_CASE("dispatcher: the limit of a route holds for streamed bodies too") {
    App app("test");
    app.post(
        "/",
        [](BodyStream& body) -> Task<std::string> {
            std::size_t size = 0;
            while (auto chunk = co_await body.next()) size += chunk->size();
            co_return std::to_string(size);
        },
        body_limit(4));
    TestClient client(std::move(app));
    CHECK(client.post("/", "1234").text() == "4");
    CHECK(client.post("/", "12345").status == 413);
    TestRequest request;
    request.method = "POST";
    request.body = "12345";
    request.body_piece = 2;
    CHECK(client.open(request).status == 413);
}

TEST_CASE("dispatcher: a body in hand is kept for a handler that suspends") {
    App app("test");
    app.post("/", [](Body first, Request& request) -> Task<std::string> {
        co_await sleep(1s);
        co_return std::string(first.view()) + std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", "ab").text() == "abab");
}

TEST_CASE("dispatcher: a view of the body lives as long as the request") {
    App app("test");
    app.post("/task", [](Body, Request& request) -> Task<std::string> {
        const std::string_view body = co_await request.get_data();
        co_await sleep(1s);
        co_return std::string(body);
    });
    app.post("/stream", [](Body, Request& request) -> Generator<std::string> {
        co_yield std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    CHECK(client.post("/task", "octets").text() == "octets");
    CHECK(client.post("/stream", "octets").text() == "octets");
}

TEST_CASE("dispatcher: blocking() and fibre() handlers answer like plain ones (BG-4)") {
    App app("test");
    app.get("/blocking/<int:n>", blocking([](int n) { return std::to_string(n * 2); }));
    app.get("/fibre/<int:n>", fibre([](int n) -> std::optional<std::string> {
                if (n == 0) return std::nullopt;
                return std::to_string(n);
            }));
    app.get("/nothing", blocking([] {}));
    app.get("/throws", blocking([] { abort(418); }));
    TestClient client(std::move(app));
    CHECK(client.get("/blocking/21").text() == "42");
    CHECK(client.get("/fibre/7").text() == "7");
    CHECK(client.get("/fibre/0").status == 404);
    CHECK(client.get("/nothing").status == 204);
    CHECK(client.get("/throws").status == 418);
}
