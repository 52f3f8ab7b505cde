// SPDX-License-Identifier: MIT
#include "app_support.hpp"

#include <pottle/app/http_exception.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace pottle;

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
    const std::string expected =
        "dispatcher_errors_test.cpp:" + std::to_string(line) + "): out of beer";
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
                             "dispatcher_errors_test.cpp:", "http://localhost/items/7?q=1"}) {
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

namespace {
Task<int> pour_from_empty_barrel() {
    co_await sleep(1ms);
    throw std::runtime_error("the barrel is empty");
}
Task<int> serve_table() {
    co_return co_await pour_from_empty_barrel();
}
}  // namespace

TEST_CASE("debug page: shows who awaited whom, and the session (DBG-1)") {
    const LogCapture log;
    App app("test");
    app.config().set("DEBUG", true).set("SECRET_KEY", "hush");
    app.get("/", [](Session& session) -> Task<std::string> {
        session.set("table", 7);
        co_return std::to_string(co_await serve_table());
    });
    TestClient client(std::move(app));
    const TestResponse page = client.get("/");
    CHECK(page.status == 500);
    CHECK(page.text().contains("the barrel is empty"));
    CHECK(page.text().contains("<th>table<td>7"));
    CHECK_FALSE(page.text().contains("hush"));
    const std::size_t inner = page.text().find("pour_from_empty_barrel");
    const std::size_t outer = page.text().find("serve_table");
    REQUIRE(inner != page.text().npos);
    REQUIRE(outer != page.text().npos);
    CHECK(inner < outer);
    CHECK(page.text().contains("dispatcher_errors_test.cpp:"));
    CHECK_FALSE(page.text().contains("pottle::app::"));
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

TEST_CASE("dispatcher: a full pool of threads is 503 with Retry-After, and no error in the log") {
    App app("test");
    app.get("/", [] { throw Overloaded(); });
    app.get("/later", []() -> Task<> {
        co_await sleep(1s);
        throw Overloaded();
    });
    TestClient client(std::move(app));
    const LogCapture log;
    for (const char* path : {"/", "/later"}) {
        const TestResponse response = client.get(path);
        CHECK(response.status == 503);
        CHECK(response.header("retry-after") == "1");
    }
    CHECK(log.lines.empty());
}

TEST_CASE("dispatcher: an HTTPException that is kept and thrown again has its response again") {
    static const HTTPException kDenied = [] {
        Response response("denied", 403);
        response.headers.set("x-why", "no badge");
        response.set_content_type("text/plain");
        return HTTPException(std::move(response));
    }();
    App app("test");
    app.get("/", [] { throw kDenied; });
    TestClient client(std::move(app));
    for (int i = 0; i < 2; ++i) {
        const TestResponse response = client.get("/");
        CHECK(response.status == 403);
        CHECK(response.text() == "denied");
        CHECK(response.header("x-why") == "no badge");
        CHECK(response.header("content-type") == "text/plain");
    }
}
