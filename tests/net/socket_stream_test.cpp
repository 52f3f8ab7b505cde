// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/net/socket_stream.hpp>

#include <cstdlib>

namespace pottle::net::test {

using Kind = async::IoResult::Kind;

TEST_CASE("SocketStream: tells of bytes once and remembers that it ran dry") {
    Connection c;
    CHECK(c.observer.readable == 0);
    c.client.send("hello");
    REQUIRE(run_until(c.loop, [&] { return c.observer.readable == 1; }));
    CHECK(c.read(3) == "hel");
    CHECK(c.read(3) == "lo");
    c.client.send("more");
    // Written, but no event has been delivered: the stream answers without asking the system.
    c.read();
    CHECK(c.result.kind == Kind::WouldBlock);
    REQUIRE(run_until(c.loop, [&] { return c.observer.readable == 2; }));
    CHECK(c.read() == "more");
}

TEST_CASE("SocketStream: does not repeat a notification while nobody reads (back-pressure)") {
    Connection c;
    c.client.send("one");
    REQUIRE(run_until(c.loop, [&] { return c.observer.readable == 1; }));
    c.client.send("two");
    run_idle(c.loop);
    CHECK(c.observer.readable == 1);
    CHECK(c.read() == "onetwo");
}

TEST_CASE("SocketStream: tells an observer that comes later what happened before") {
    Connection c;
    c.stream().observe(nullptr);
    c.client.send("x");
    c.client.shutdown_write();
    run_idle(c.loop);
    CHECK(c.observer.readable == 0);
    c.stream().observe(&c.observer);
    CHECK(c.observer.readable == 0);
    REQUIRE(run_until(c.loop, [&] { return c.observer.closed == 1; }));
    CHECK(c.observer.readable == 1);
}

TEST_CASE("SocketStream: writes many pieces in order") {
    Connection c;
    const std::string_view pieces[] = {"HTTP/1.1 ", "200", "", " OK"};
    CHECK(c.stream().write(pieces).count == 15);
    CHECK(c.client.receive() == "HTTP/1.1 200 OK");
}

TEST_CASE("SocketStream: a full socket blocks the writer until the peer reads") {
    Connection c;
    const std::string block(1 << 16, 'x');
    std::size_t written = 0;
    async::IoResult result;
    while ((result = c.write(block)).kind == Kind::Done) written += result.count;
    CHECK(result.kind == Kind::WouldBlock);
    run_idle(c.loop);
    CHECK(c.observer.writable == 0);
    std::size_t received = 0;
    const bool went_on = run_until(c.loop, [&] {
        received += c.client.receive().size();
        return c.observer.writable == 1;
    });
    REQUIRE(went_on);
    CHECK(c.write("end").kind == Kind::Done);
    REQUIRE(run_until(c.loop, [&] {
        received += c.client.receive().size();
        return received == written + 3;
    }));
}

TEST_CASE("SocketStream: a half-closed peer is an end, and can still be answered") {
    Connection c;
    c.client.send("request");
    c.client.shutdown_write();
    REQUIRE(run_until(c.loop, [&] { return c.observer.closed == 1; }));
    CHECK(c.stream().peer_closed());
    CHECK(c.read() == "request");
    c.read();
    CHECK(c.result.kind == Kind::End);
    c.read();
    CHECK(c.result.kind == Kind::End);
    CHECK(c.write("answer").count == 6);
    CHECK(c.client.receive() == "answer");
    c.stream().shutdown_write();
    c.client.receive();
    CHECK(c.client.ended());
}

TEST_CASE("SocketStream: a peer that closes is seen while nobody reads") {
    Connection c;
    c.client.send("unread");
    REQUIRE(run_until(c.loop, [&] { return c.observer.readable == 1; }));
    c.client.close();
    REQUIRE(run_until(c.loop, [&] { return c.observer.closed == 1; }));
    run_idle(c.loop);
    CHECK(c.observer.closed == 1);
}

TEST_CASE("SocketStream: a reset fails reads and writes for good") {
    Connection c;
    c.client.abort();
    REQUIRE(run_until(c.loop, [&] { return c.observer.closed == 1; }));
    for (int i = 0; i < 2; ++i) {
        c.read();
        CHECK(c.result.kind == Kind::Failed);
        CHECK(c.result.error.code == Errc::Reset);
        CHECK(c.write("x").kind == Kind::Failed);
    }
}

TEST_CASE("SocketStream: knows both addresses, the peer's also after a reset") {
    Connection c;
    sockaddr_in own{};
    socklen_t length = sizeof own;
    ::getsockname(c.client.descriptor(), reinterpret_cast<sockaddr*>(&own), &length);
    const std::string expected = "127.0.0.1:" + std::to_string(ntohs(own.sin_port));
    CHECK(c.stream().peer_address() == expected);
    CHECK(c.stream().local_address() == "127.0.0.1:" + std::to_string(c.listener.port()));
    c.client.abort();
    REQUIRE(run_until(c.loop, [&] { return c.observer.closed == 1; }));
    CHECK(c.stream().peer_address() == expected);
}

TEST_CASE("SocketStream: the observer may destroy the stream in any call") {
    struct Destroyer final : async::StreamObserver {
        explicit Destroyer(Connection& c) : connection(c) {}
        void on_readable() noexcept override { connection.sink.streams.clear(); }
        void on_writable() noexcept override { ++others; }
        void on_peer_closed() noexcept override { ++others; }
        Connection& connection;
        int others = 0;
    };
    Connection c;
    Destroyer destroyer(c);
    c.stream().observe(&destroyer);
    c.client.send("x");
    c.client.shutdown_write();
    REQUIRE(run_until(c.loop, [&] { return c.sink.streams.empty(); }));
    run_idle(c.loop);
    CHECK(destroyer.others == 0);
}

TEST_CASE("SocketStream: sends a file range, and refuses a range beyond its end") {
    char name[] = "/tmp/pottle_net_file_XXXXXX";
    const int file = ::mkstemp(name);
    REQUIRE(file >= 0);
    ::unlink(name);
    REQUIRE(::write(file, "0123456789", 10) == 10);
    Connection c;
    CHECK(c.stream().send_file(file, 2, 5).count == 5);
    CHECK(c.client.receive() == "23456");
    CHECK(c.stream().send_file(file, 10, 5).kind == Kind::Failed);
    ::close(file);
}

TEST_CASE("SocketStream: a file larger than the socket's buffer arrives whole") {
    char name[] = "/tmp/pottle_net_file_XXXXXX";
    const int file = ::mkstemp(name);
    REQUIRE(file >= 0);
    ::unlink(name);
    std::string content(8 << 20, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 8);
    REQUIRE(::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    Connection c;
    std::string received;
    std::size_t sent = 0;
    int blocked = 0;
    REQUIRE(run_until(c.loop, [&] {
        while (sent < content.size()) {
            const auto result = c.stream().send_file(file, sent, content.size() - sent);
            if (result.kind == Kind::WouldBlock) ++blocked;
            if (result.kind != Kind::Done) break;
            sent += result.count;
        }
        received += c.client.receive();
        return received.size() == content.size();
    }));
    CHECK(received == content);
    CHECK(blocked > 0);
    ::close(file);
}

}  // namespace pottle::net::test
