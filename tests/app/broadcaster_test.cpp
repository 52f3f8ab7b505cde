// SPDX-License-Identifier: MIT
#include <pottle/app/broadcaster.hpp>
#include <pottle/async/start.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/gateway/shared_message.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Line {
    std::string who;
    std::string text;
};

App chat(Broadcaster<Line>& room) {
    App app{"chat"};
    app.websocket("/<name>", [&room](std::string name, Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room.join(ws);
        while (auto text = co_await ws.receive()) co_await room.publish({name, *text});
    });
    return app;
}

}  // namespace

TEST_CASE("Broadcaster: everybody who has joined gets what is published, until they leave (WS-9)") {
    Broadcaster<Line> room;
    TestClient client{chat(room)};
    TestWebsocket ada = client.websocket("/ada");
    TestWebsocket bob = client.websocket("/bob");
    CHECK(room.size() == 2);
    ada.send("hello");
    CHECK(ada.receive() == R"({"who":"ada","text":"hello"})");
    CHECK(bob.receive<Line>().text == "hello");
    bob.close();
    CHECK(room.size() == 1);
    ada.send("alone");
    CHECK(ada.receive<Line>().text == "alone");
    room.post({"server", "bye"});
    CHECK(ada.receive<Line>().who == "server");
}

TEST_CASE("Broadcaster: a message from before the joining is not for the one who joins") {
    Broadcaster<> room;
    App app{"test"};
    app.websocket("/ws", [&room](Websocket& ws) -> Task<> {
        room.post("too early");
        const BroadcastSeat seat = room.join(ws);
        room.post("now");
        co_await ws.receive();
    });
    TestClient client{std::move(app)};
    CHECK(client.websocket("/ws").receive() == "now");
}

TEST_CASE("Broadcaster: octets are binary messages") {
    Broadcaster<Bytes> room;
    App app{"test"};
    app.websocket("/ws", [&room](Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room.join(ws);
        co_await room.publish(Bytes(std::string("\x01\xff")));
        co_await ws.receive();
    });
    TestClient client{std::move(app)};
    CHECK(client.websocket("/ws").receive_bytes().view() == "\x01\xff");
}

TEST_CASE("BroadcastGroups: a group is there while it has members") {
    BroadcastGroups<> rooms;
    App app{"test"};
    app.websocket("/<room>", [&rooms](std::string room, Websocket& ws) -> Task<> {
        const auto seat = rooms.join(room, ws);
        while (auto text = co_await ws.receive()) co_await rooms.publish(room, *text);
    });
    TestClient client{std::move(app)};
    TestWebsocket a1 = client.websocket("/a");
    TestWebsocket a2 = client.websocket("/a");
    TestWebsocket b = client.websocket("/b");
    CHECK(rooms.size("a") == 2);
    a1.send("x");
    CHECK(a1.receive() == "x");
    CHECK(a2.receive() == "x");
    CHECK(b.quiet());
    rooms.post("nobody", "x");
    b.close();
    CHECK(rooms.size("b") == 0);
}

namespace {

/// A websocket whose client takes messages when the test says so.
class SlowSocket final : public gateway::Websocket {
public:
    explicit SlowSocket(gateway::Exchange& exchange) : Websocket(exchange) {}
    bool accepted() const noexcept override { return true; }
    bool closed() const noexcept override { return close_code != 0; }
    void accept(std::string_view, const Headers&) override {}
    bool try_receive(WebsocketMessage&) override { return false; }
    void queue(WebsocketMessage::Kind, std::string_view) override {}
    bool queue(const Shared<const gateway::SharedMessage>& message) override {
        got.push_back(message.get());
        texts.emplace_back(message->data());
        return true;
    }
    bool send_now(const Shared<const gateway::SharedMessage>& message) override {
        ++sent_now;
        return queue(message);
    }
    ByteCount unsent() const noexcept override { return slow ? 1 : 0; }
    bool congested() const noexcept override { return slow; }
    void close(std::uint16_t code, std::string_view) override { close_code = code; }
    void catch_up() {
        slow = false;
        tell_drained();
    }

    std::vector<const gateway::SharedMessage*> got;
    std::vector<std::string> texts;
    bool slow = false;
    int close_code = 0;
    int sent_now = 0;

private:
    void throw_closed() const override { throw WebsocketClosed(1006, {}); }
};

class NoExchange final : public gateway::Exchange {
public:
    explicit NoExchange(async::Executor& executor) : scope_(executor) {}
    const gateway::RequestHead& head() const noexcept override { return head_; }
    async::CancelScope& scope() noexcept override { return scope_; }
    std::optional<std::string_view> body_in_hand() noexcept override { return std::nullopt; }
    Task<Result<Bytes>> read() override { co_return Bytes(); }
    Result<> set_body_limit(ByteCount) noexcept override { return {}; }
    Task<> send_informational(int, Headers) override { co_return; }
    Task<> send_head(std::optional<std::uint64_t>) override { co_return; }
    Task<> send_chunk(std::string) override { co_return; }
    Task<> finish(Headers) override { co_return; }

private:
    gateway::RequestHead head_;
    async::CancelScope scope_;
};

/// One member without an application.
struct Member {
    explicit Member(async::Executor& executor) : exchange(executor), socket(exchange) {}
    BroadcastSeat join(Broadcaster<>& room, SlowClient policy) { return room.join(socket, policy); }
    NoExchange exchange;
    SlowSocket socket;
};

struct Done final : async::Completion {
    void on_done(std::exception_ptr) noexcept override { done = true; }
    bool done = false;
};

}  // namespace

TEST_CASE("Broadcaster: all receivers share one message") {
    async::VirtualExecutor executor;
    Broadcaster<> room;
    Member a(executor), b(executor);
    const BroadcastSeat seats[] = {a.join(room, SlowClient::Drop), b.join(room, SlowClient::Wait)};
    room.post("x");
    executor.run_until_idle();
    REQUIRE(a.socket.got.size() == 1);
    CHECK(a.socket.got == b.socket.got);
}

TEST_CASE("Broadcaster: one message is written at once, several of a turn together") {
    async::VirtualExecutor executor;
    Broadcaster<> room;
    Member member(executor);
    const BroadcastSeat seat = member.join(room, SlowClient::Drop);
    room.post("1");
    executor.run_until_idle();
    CHECK(member.socket.sent_now == 1);
    room.post("2");
    room.post("3");
    executor.run_until_idle();
    CHECK(member.socket.sent_now == 1);
    CHECK(member.socket.texts == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("Broadcaster: a slow client is passed over, disconnected or waited for, as it joined") {
    async::VirtualExecutor executor;
    Broadcaster<> room;
    Member drop(executor), disconnect(executor), wait(executor);
    const BroadcastSeat seats[] = {drop.join(room, SlowClient::Drop),
                                   disconnect.join(room, SlowClient::Disconnect),
                                   wait.join(room, SlowClient::Wait)};
    drop.socket.slow = disconnect.socket.slow = wait.socket.slow = true;
    async::CancelScope scope(executor);
    Done published;
    async::start(room.publish("x"), scope, published);
    executor.run_until_idle();
    CHECK(drop.socket.texts.empty());
    CHECK(seats[0].dropped() == 1);
    CHECK(disconnect.socket.close_code == 1013);
    CHECK_FALSE(published.done);
    wait.socket.catch_up();
    executor.run_until_idle();
    CHECK(published.done);
    CHECK(wait.socket.texts == std::vector<std::string>{"x"});
    wait.socket.slow = true;
    room.post("y");  // waits for nobody
    executor.run_until_idle();
    CHECK(seats[2].dropped() == 1);
}

TEST_CASE("Broadcaster: a publisher goes on when the slow client leaves, or is cancelled itself") {
    async::VirtualExecutor executor;
    Broadcaster<> room;
    Member member(executor);
    std::optional<BroadcastSeat> seat = member.join(room, SlowClient::Wait);
    member.socket.slow = true;
    async::CancelScope scope(executor), other(executor);
    Done first, second;
    async::start(room.publish("x"), scope, first);
    async::start(room.publish("y"), other, second);
    executor.run_until_idle();
    other.cancel();
    executor.run_until_idle();
    CHECK(second.done);
    CHECK_FALSE(first.done);
    seat.reset();
    executor.run_until_idle();
    CHECK(first.done);
}

TEST_CASE("Broadcaster: publishers and receivers on several threads (thread safety)") {
    constexpr int kThreads = 3;
    constexpr int kMessages = 200;
    Broadcaster<> room;
    std::atomic<int> joined{0}, finished{0};
    std::vector<std::size_t> received(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            async::VirtualExecutor executor;
            Member member(executor);
            {
                const BroadcastSeat seat = member.join(room, SlowClient::Drop);
                ++joined;
                while (joined < kThreads) std::this_thread::yield();
                for (int i = 0; i < kMessages; ++i) {
                    room.post(std::to_string(i));
                    executor.run_until_idle();
                }
                ++finished;
                while (member.socket.got.size() < kThreads * kMessages) {
                    executor.run_until_idle();
                    std::this_thread::yield();
                }
            }
            while (finished < kThreads) std::this_thread::yield();
            executor.run_until_idle();
            received[static_cast<std::size_t>(t)] = member.socket.got.size();
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(received == std::vector<std::size_t>(kThreads, kThreads * kMessages));
    CHECK(room.size() == 0);
}
