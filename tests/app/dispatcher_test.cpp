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
