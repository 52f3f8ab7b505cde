// SPDX-License-Identifier: MIT
#include <pottle/app/session_store.hpp>
#include <pottle/base/log.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

using Trace = std::vector<std::string>;

struct LogCapture {
    std::vector<std::string> lines;
    LogCapture() {
        log::set_sink(
            [](void* self, log::Level, std::string_view message) {
                static_cast<LogCapture*>(self)->lines.emplace_back(message);
            },
            this);
    }
    ~LogCapture() { log::set_sink(nullptr, nullptr); }
};

Task<> echo(Websocket& ws) {
    while (auto text = co_await ws.receive()) co_await ws.send(*text);
}

/// The status with which a handshake is refused; 101 when it is not.
int refusal(TestClient& client, const std::string& path, std::string* body = nullptr) {
    try {
        client.websocket(path);
    } catch (const WebsocketRefused& refused) {
        if (body) *body = refused.response().body;
        return refused.status();
    }
    return 101;
}

struct Move {
    std::string piece;
    int field = 0;
};

void trace_hooks(Scaffold scaffold, Trace& trace, const std::string& name) {
    scaffold.before_websocket([&trace, name] { trace.push_back("before " + name); });
    scaffold.after_websocket([&trace, name] { trace.push_back("after " + name); });
    scaffold.teardown_websocket([&trace, name](std::exception_ptr error) {
        trace.push_back((error ? "failed " : "teardown ") + name);
    });
}

}  // namespace

TEST_CASE("app.websocket: receives and sends, with path values, until the client closes (WS-3)") {
    App app{"test"};
    int code = 0;
    app.websocket("/rooms/<room>", [&code](std::string room, Websocket& ws) -> Task<> {
        while (auto text = co_await ws.receive()) co_await ws.send(room + ": " + *text);
        code = ws.close_code();
    });
    TestClient client{std::move(app)};
    // doc: test
    TestWebsocket ws = client.websocket("/rooms/tap");
    ws.send("hello");
    CHECK(ws.receive() == "tap: hello");
    // doc: end
    ws.send("");
    CHECK(ws.receive() == "tap: ");
    ws.close(4001, "bye");
    CHECK(code == 4001);
    CHECK(ws.finished());
}

TEST_CASE("app.websocket: HTTP and websockets have routes of their own (WS-1, RT-17)") {
    App app{"test"};
    app.websocket("/ws", echo);
    app.get("/page", [] { return "page"; });
    app.websocket("/both", echo);
    app.get("/both", [] { return "both"; });
    TestClient client{std::move(app)};
    CHECK(client.get("/ws").status == 400);
    CHECK(client.get("/both").body == "both");
    CHECK(refusal(client, "/both") == 101);
    std::string body;
    CHECK(refusal(client, "/page", &body) == 400);
    CHECK(body.find("Bad Request") != body.npos);
    CHECK(refusal(client, "/nowhere", &body) == 404);
    CHECK(body.find("Not Found") != body.npos);
}

TEST_CASE("websocket: tells what the handshake says (WS-2)") {
    App app{"test"};
    Trace seen;
    app.websocket(
        "/a/<int:id>",
        [&seen](long id, Websocket& ws, Request& request) -> Task<> {
            const std::string_view texts[] = {ws.path(),
                                              ws.scheme(),
                                              ws.args().get("q"),
                                              ws.headers().get("x-token"),
                                              ws.http_version(),
                                              *ws.view_arg("id"),
                                              ws.requested_subprotocols().at(1)};
            seen.assign(std::begin(texts), std::end(texts));
            seen.push_back(ws.url());
            seen.push_back(std::to_string(id));
            CHECK(&ws.request() == &request);
            co_await ws.accept();
        },
        endpoint("a"));
    TestClient client{std::move(app)};
    client.websocket("/a/7?q=1", Headers{{"x-token", "t"}, {"sec-websocket-protocol", "p1, p2"}});
    CHECK(seen == Trace{"/a/7", "ws", "1", "t", "1.1", "7", "p2", "ws://localhost/a/7?q=1", "7"});
}

TEST_CASE("websocket.accept: chooses a subprotocol and adds fields, once (WS-3, WS-4)") {
    App app{"test"};
    app.websocket("/ws", [](Websocket& ws) -> Task<> {
        CHECK_FALSE(ws.accepted());
        co_await ws.accept("p1", Headers{{"X-Room", "7"}});
        co_await ws.accept("p2");
        CHECK(ws.accepted());
    });
    TestClient client{std::move(app)};
    const TestWebsocket ws = client.websocket("/ws", Headers{{"sec-websocket-protocol", "p1, p2"}});
    CHECK(ws.subprotocol() == "p1");
    CHECK(ws.headers().get("x-room") == "7");
}

TEST_CASE("websocket: text and octets stay what they are; the wrong kind closes with 1003 (WS-3)") {
    App app{"test"};
    app.websocket("/any", [](Websocket& ws) -> Task<> {
        while (auto message = co_await ws.receive_message()) {
            if (message->kind == WebsocketMessage::Kind::Text)
                co_await ws.send("text " + message->data);
            else
                co_await ws.send(Bytes(std::move(message->data)));
        }
    });
    app.websocket("/text", echo);
    app.websocket("/bytes", [](Websocket& ws) -> Task<> {
        while (auto octets = co_await ws.receive_bytes()) co_await ws.send(std::move(*octets));
    });
    TestClient client{std::move(app)};
    TestWebsocket any = client.websocket("/any");
    any.send("a");
    any.send(Bytes(std::string("\xff")));
    any.send(Bytes());
    CHECK(any.receive() == "text a");
    CHECK(any.receive_bytes().view() == "\xff");
    CHECK(any.receive_bytes().empty());

    TestWebsocket text = client.websocket("/text");
    text.send(Bytes(std::string("x")));
    CHECK(text.close_code() == 1003);
    TestWebsocket bytes = client.websocket("/bytes");
    bytes.send(Bytes(std::string("x")));
    CHECK(bytes.receive_bytes().view() == "x");
    bytes.send("x");
    CHECK(bytes.close_code() == 1003);
}

TEST_CASE("websocket.receive<T>: decodes and validates JSON; what does not fit closes with 1007") {
    App app{"test"};
    app.websocket("/game", [](Websocket& ws) -> Task<> {
        while (auto move = co_await ws.receive<Move>()) {
            ++move->field;
            co_await ws.send(*move);
        }
    });
    TestClient client{std::move(app)};
    TestWebsocket ws = client.websocket("/game");
    ws.send(Move{"rook", 4});
    const Move moved = ws.receive<Move>();
    CHECK(moved.piece == "rook");
    CHECK(moved.field == 5);
    ws.send(R"({"piece": "rook", "field": "five"})");
    try {
        ws.receive();
        FAIL("not closed");
    } catch (const WebsocketClosed& closed) {
        CHECK(closed.code() == 1007);
        CHECK(closed.reason().starts_with("/field "));
    }
}

TEST_CASE("websocket: before accept() any response is a refusal (WS-5, WS-6)") {
    LogCapture log;
    App app{"test"};
    app.websocket("/result", [](Websocket&) { return std::pair{"no", 403}; });
    app.websocket("/task", [](Websocket&) -> Task<Reply<std::string>> {
        co_return {"later", 429, Headers{{"retry-after", "5"}}};
    });
    app.websocket("/abort", [](Websocket&) -> Task<> {
        abort(401);
        co_return;
    });
    app.websocket("/close", [](Websocket& ws) -> Task<> { co_await ws.close(4000, "no"); });
    app.websocket("/nothing", [](Websocket&) -> Task<> { co_return; });
    app.websocket("/error", [](Websocket&) -> Task<> {
        throw std::runtime_error("defect");
        co_return;
    });
    app.errorhandler(401, [](const HTTPException&) { return std::pair{"who?", 401}; });
    TestClient client{std::move(app)};
    std::string body;
    CHECK(refusal(client, "/result", &body) == 403);
    CHECK(body == "no");
    CHECK(refusal(client, "/task", &body) == 429);
    CHECK(body == "later");
    CHECK(refusal(client, "/abort", &body) == 401);
    CHECK(body == "who?");
    CHECK(refusal(client, "/close", &body) == 403);
    CHECK(body.empty());
    CHECK(refusal(client, "/nothing", &body) == 500);
    CHECK(body.empty());
    CHECK(log.lines.empty());
    CHECK(refusal(client, "/error", &body) == 500);
    CHECK(body.find("Internal Server Error") != body.npos);
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0].starts_with("Exception on websocket /error (route /error"));
}

TEST_CASE("websocket: behind accept() an error closes with 1011, also an HTTP one (WS-6, WS-11)") {
    LogCapture log;
    App app{"test"};
    app.websocket("/error", [](Websocket& ws) -> Task<> {
        co_await ws.accept();
        throw std::runtime_error("defect");
    });
    app.websocket("/abort", [](Websocket& ws) -> Task<> {
        co_await ws.send("hi");
        abort(404);
    });
    app.websocket("/return", [](Websocket& ws) -> Task<> { co_await ws.accept(); });
    app.websocket("/close", [](Websocket& ws) -> Task<> {
        co_await ws.accept();
        co_await ws.close(4000, "enough");
        co_await ws.close(4001);
        CHECK_FALSE(co_await ws.receive());
        CHECK_THROWS_AS(co_await ws.send("late"), WebsocketClosed);
    });
    TestClient client{std::move(app)};
    CHECK(client.websocket("/error").close_code() == 1011);
    TestWebsocket aborted = client.websocket("/abort");
    CHECK(aborted.receive() == "hi");
    CHECK(aborted.close_code() == 1011);
    CHECK(client.websocket("/return").close_code() == 1000);
    CHECK(client.websocket("/close").close_code() == 4000);
    CHECK(log.lines.size() == 2);
}

TEST_CASE("websocket hooks: run around the handler, outside in and back (LC-7)") {
    App app{"test"};
    Trace trace;
    trace_hooks(app, trace, "app");
    Blueprint bp{"bp", {.url_prefix = "/bp"}};
    trace_hooks(bp, trace, "bp");
    bp.websocket("/ws", [&trace](Websocket& ws) -> Task<> {
        trace.push_back("handler");
        co_await ws.accept();
    });
    app.get("/page", [] { return "page"; });
    app.register_blueprint(std::move(bp));
    TestClient client{std::move(app)};
    client.websocket("/bp/ws");
    CHECK(trace == Trace{"before app", "before bp", "handler", "after bp", "after app",
                         "teardown bp", "teardown app"});
    trace.clear();
    client.get("/page");
    CHECK(trace.empty());
}

TEST_CASE("websocket hooks: a result of before_websocket refuses (WS-5)") {
    App app{"test"};
    app.before_websocket([](Websocket& ws) -> std::optional<std::pair<std::string, int>> {
        if (ws.headers().contains("x-key")) return std::nullopt;
        return std::pair{std::string("key?"), 401};
    });
    app.after_websocket([](Response& response) { response.headers.set("x-after", "1"); });
    app.websocket("/ws", echo);
    TestClient client{std::move(app)};
    try {
        client.websocket("/ws");
        FAIL("not refused");
    } catch (const WebsocketRefused& refused) {
        CHECK(refused.status() == 401);
        CHECK(refused.response().body == "key?");
        CHECK(refused.response().header("x-after") == "1");
    }
    TestWebsocket ws = client.websocket("/ws", Headers{{"x-key", "1"}});
    ws.send("in");
    CHECK(ws.receive() == "in");
}

TEST_CASE("websocket: a handler whose client is gone is cut off; teardown runs, after not (LC-7)") {
    App app{"test"};
    Trace trace;
    trace_hooks(app, trace, "app");
    app.websocket("/sleeps", [&trace](Websocket& ws) -> Task<> {
        co_await ws.accept();
        try {
            co_await sleep(1h);
        } catch (const Cancelled&) {
            trace.push_back("cancelled");
            throw;
        }
    });
    app.websocket("/sends", [&trace](Websocket& ws) -> Task<> {
        for (;;) {
            try {
                co_await ws.send("tick");
            } catch (const WebsocketClosed& closed) {
                trace.push_back("closed " + std::to_string(closed.code()));
                throw;
            }
            co_await sleep(100ms);
        }
    });
    TestClient client{std::move(app)};
    client.websocket("/sleeps").disconnect();
    CHECK(trace == Trace{"before app", "cancelled", "failed app"});
    trace.clear();
    client.websocket("/sends").disconnect();
    CHECK(trace == Trace{"before app", "closed 1006", "failed app"});
}

TEST_CASE("websocket: its end is an event with code and reason, and told in one way (U-3)") {
    App app{"test"};
    Trace trace;
    app.teardown_websocket([&trace] { trace.push_back("cleaned"); });
    app.websocket("/", [&trace](Websocket& ws) -> Task<> {
        while (co_await ws.receive()) continue;
        trace.push_back(std::to_string(ws.close_code()) + " " + std::string(ws.close_reason()));
        CHECK(ws.closed());
        CHECK_FALSE(co_await ws.receive());  // again, and not an error
        co_await ws.close();                 // harmless, and so is the next
        co_await ws.close(4000, "too late");
        try {
            co_await ws.send("to nobody");
        } catch (const WebsocketClosed& closed) {
            trace.push_back("sending " + std::to_string(closed.code()));
        }
    });
    TestClient client{std::move(app)};
    TestWebsocket ws = client.websocket("/");
    ws.send("in");
    ws.close(4001, "bye");
    CHECK(trace == Trace{"4001 bye", "sending 4001", "cleaned"});
    trace.clear();
    client.websocket("/").disconnect();
    CHECK(trace == Trace{"1006 ", "sending 1006", "cleaned"});
}

TEST_CASE("websocket: sees the session; a refusal carries its cookie (SES-27)") {
    App app{"test"};
    app.config().set("SECRET_KEY", "secret");
    app.websocket("/who", [](Websocket& ws, Session& session) -> Task<> {
        co_await ws.send(session.get("user", "nobody"));
        if (co_await ws.receive() == "change") session.set("user", "changed");
    });
    app.websocket("/refuse", [](Session& session) -> Task<Reply<std::string>> {
        session.set("user", "refused");
        co_return {"no", 403};
    });
    TestClient client{std::move(app)};
    client.session_transaction([](Session& session) { session.set("user", "ann"); });
    const LogCapture log;
    TestWebsocket ws = client.websocket("/who");
    CHECK(ws.receive() == "ann");
    ws.close();
    CHECK(log.lines.empty());
    TestWebsocket late = client.websocket("/who");
    late.send("change");
    late.close();
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0].contains("route /who: the session was changed, but its cookie cannot"));
    try {
        client.websocket("/refuse");
        FAIL("it was accepted");
    } catch (const WebsocketRefused& refused) {
        CHECK(refused.response().header("set-cookie").starts_with("session="));
    }
}

TEST_CASE("websocket: what a store keeps of the session is saved when it ends (SES-27, SES-28)") {
    App app{"test"};
    app.config().set("SECRET_KEY", "secret");
    app.use_session_interface<ServerSessions>(app.use<MemorySessionStore>());
    app.websocket("/count", [](Websocket& ws, Session& session) -> Task<> {
        session.set("n", session.get("n", 0) + 1);
        co_await ws.send(std::to_string(session.get("n", 0)));
    });
    TestClient client{std::move(app)};
    client.session_transaction([](Session& session) { session.set("n", 1); });
    CHECK(client.websocket("/count").receive() == "2");
    CHECK(client.websocket("/count").receive() == "3");
}

TEST_CASE("websocket: one task receives while another sends (WS-9)") {
    App app{"test"};
    app.websocket("/both", [](Websocket& ws) -> Task<> {
        co_await with_scope(
            [](Scope& scope, Websocket* socket) -> Task<> {
                scope.spawn(
                    [](Websocket* to) -> Task<> {
                        for (int i = 0;; ++i) {
                            co_await to->send("tick " + std::to_string(i));
                            co_await sleep(1s);
                        }
                    },
                    socket);
                while (auto text = co_await socket->receive())
                    co_await socket->send("got " + *text);
                scope.cancel();
            },
            &ws);
    });
    TestClient client{std::move(app)};
    TestWebsocket ws = client.websocket("/both");
    CHECK(ws.receive() == "tick 0");
    ws.send("x");
    CHECK(ws.receive() == "got x");
    CHECK(ws.receive() == "tick 1");
    ws.close();
    CHECK(ws.finished());
}

TEST_CASE("websocket: extensions and extractors are injected, g belongs to the handshake") {
    struct Page {
        int size = 1;
    };
    struct Counter {
        int value = 0;
    };
    App app{"test"};
    Counter& counter = app.use<Counter>();
    app.before_websocket([](Request& request) { request.g.set<std::string>("from the hook"); });
    app.websocket("/ws", [](Query<Page> page, Websocket& ws, Counter& shared) -> Task<> {
        ++shared.value;
        co_await ws.send(ws.request().g.get<std::string>() + " " + std::to_string(page->size));
    });
    TestClient client{std::move(app)};
    CHECK(client.websocket("/ws?size=3").receive() == "from the hook 3");
    CHECK(counter.value == 1);
    CHECK(refusal(client, "/ws?size=x") == 422);
}

TEST_CASE("TestWebsocket: what waits for ever is named, exceptions come through when wanted") {
    App app{"test"};
    app.websocket("/never", [](Websocket& ws) -> Task<> {
        async::Event never;
        co_await never.wait();
        co_await ws.accept();
    });
    app.websocket("/error", [](Websocket& ws) -> Task<> {
        co_await ws.accept();
        throw std::runtime_error("defect");
    });
    TestClient client{std::move(app), {.propagate_exceptions = true}};
    CHECK_THROWS_AS(client.websocket("/never"), LogicError);
    CHECK_THROWS_WITH(client.websocket("/error"), "defect");
}
