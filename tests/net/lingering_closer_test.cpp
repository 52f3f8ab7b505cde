// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/async/memory_stream.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/net/lingering_closer.hpp>

namespace pottle::net::test {

namespace {
/// A peer that says nothing and takes what was written when the test says so.
class HeldStream final : public async::Stream {
public:
    HeldStream(async::Executor& executor, bool& holds) : executor_(executor), holds_(holds) {}

    async::Executor& executor() const noexcept override { return executor_; }
    void observe(async::StreamObserver*) noexcept override {}
    async::IoResult read(std::span<char>) noexcept override {
        return async::IoResult::would_block();
    }
    async::IoResult write(std::span<const std::string_view>) noexcept override {
        return async::IoResult::would_block();
    }
    async::IoResult send_file(int, std::uint64_t, std::size_t) noexcept override {
        return async::IoResult::would_block();
    }
    void shutdown_write() noexcept override {}
    bool has_unsent() const noexcept override { return holds_; }
    bool peer_closed() const noexcept override { return false; }
    std::string peer_address() const override { return {}; }
    std::string local_address() const override { return {}; }
    const async::TlsFacts* tls() const noexcept override { return nullptr; }

private:
    async::Executor& executor_;
    bool& holds_;
};
}  // namespace

TEST_CASE("LingeringCloser: waits for what the stream has still to send, but not for ever") {
    async::VirtualExecutor executor;
    LingeringCloser closer(executor, {.timeout = Seconds(2), .send_timeout = Seconds(30)});
    bool holds = true;
    closer.close(std::make_unique<HeldStream>(executor, holds));
    executor.advance(Seconds(20));
    REQUIRE(closer.size() == 1);
    SUBCASE("sent") {
        holds = false;
        executor.advance(Seconds(5));
    }
    SUBCASE("never sent") {
        executor.advance(Seconds(9));
        CHECK(closer.size() == 1);
        executor.advance(Seconds(2));
    }
    CHECK(closer.size() == 0);
}

TEST_CASE("LingeringCloser: the peer gets the last response although it is still sending") {
    Connection c;
    LingeringCloser closer(c.loop);
    c.client.send(std::string(1000, 'x'));
    run_idle(c.loop);
    c.write("HTTP/1.1 413 Content Too Large\r\n\r\n");
    closer.close(std::move(c.sink.streams.front()));
    c.sink.streams.clear();
    for (int i = 0; i < 20; ++i) {
        c.client.send(std::string(1000, 'x'));
        run_idle(c.loop);
    }
    CHECK(c.client.receive() == "HTTP/1.1 413 Content Too Large\r\n\r\n");
    c.client.receive();
    CHECK(c.client.ended());
    CHECK_FALSE(c.client.reset());
    CHECK(closer.size() == 1);
    c.client.close();
    CHECK(run_until(c.loop, [&] { return closer.size() == 0; }));
}

TEST_CASE(
    "LingeringCloser: without a time to linger it waits for what is to be sent all the same") {
    async::VirtualExecutor executor;
    LingeringCloser closer(executor, {.timeout = Milliseconds(0), .send_timeout = Seconds(30)});
    bool holds = true;
    closer.close(std::make_unique<HeldStream>(executor, holds));
    executor.advance(Seconds(1));
    CHECK(closer.size() == 1);
    holds = false;
    executor.advance(Seconds(1));
    CHECK(closer.size() == 0);
}

TEST_CASE("LingeringCloser: ends at the peer's end, the time limit and the byte limit") {
    async::VirtualExecutor executor;
    LingeringCloser closer(executor, {.timeout = Milliseconds(500), .max_discarded = 50'000});
    auto [client, server] = async::make_memory_streams(executor);
    closer.close(std::move(server));
    executor.run_until_idle();
    CHECK(closer.size() == 1);
    SUBCASE("the peer's end") {
        client->shutdown_write();
        executor.run_until_idle();
    }
    SUBCASE("the time limit") {
        executor.advance(Milliseconds(499));
        CHECK(closer.size() == 1);
        executor.advance(Milliseconds(2));
    }
    SUBCASE("the byte limit") {
        const std::string block(10'000, 'x');
        const std::string_view piece = block;
        for (int i = 0; i < 10 && closer.size() == 1; ++i) {
            client->write({&piece, 1});
            executor.run_until_idle();
        }
    }
    CHECK(closer.size() == 0);
}

TEST_CASE("LingeringCloser: beyond its limit of streams the oldest is closed") {
    Loop loop;
    const Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor(loop, listener, sink);
    LingeringCloser closer(loop, {.max_streams = 2});
    std::vector<Client> clients;
    for (int i = 0; i < 3; ++i) clients.emplace_back(listener.port());
    REQUIRE(run_until(loop, [&] { return sink.streams.size() == 3; }));
    for (auto& stream : sink.streams) closer.close(std::move(stream));
    sink.streams.clear();
    CHECK(closer.size() == 2);
}

}  // namespace pottle::net::test
