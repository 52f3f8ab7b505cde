// SPDX-License-Identifier: MIT
#include "log_lines.hpp"
#include "tls_support.hpp"

#include <pottle/net/acceptor.hpp>
#include <pottle/net/loop_threads.hpp>

#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>

namespace pottle::net::test {

namespace {

/// Lowers the limit of descriptors, and takes all that are left.
class DescriptorShortage {
public:
    DescriptorShortage() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low = before_;
        low.rlim_cur = 128;
        ::setrlimit(RLIMIT_NOFILE, &low);
        int descriptor = -1;
        while ((descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
            taken_.push_back(descriptor);
    }
    ~DescriptorShortage() {
        release_all();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    void release_one() {
        ::close(taken_.back());
        taken_.pop_back();
    }
    void release_all() {
        while (!taken_.empty()) release_one();
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

/// Counts connections on one of several loops.
struct CountingSink final : ConnectionSink {
    void on_connection(std::unique_ptr<async::Stream> stream) noexcept override {
        ++count;
        ++*total;
        streams.push_back(std::move(stream));
    }
    std::atomic<int> count = 0;
    std::atomic<int>* total = nullptr;
    std::vector<std::unique_ptr<async::Stream>> streams;
};

}  // namespace

TEST_CASE("Acceptor: takes a burst that is larger than its batch") {
    Loop loop;
    const Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor(loop, listener, sink, nullptr, {.accepts_per_turn = 3});
    std::vector<Client> clients;
    for (int i = 0; i < 20; ++i) clients.emplace_back(listener.port());
    CHECK(run_until(loop, [&] { return sink.streams.size() == 20; }));
    sink.streams.clear();
}

TEST_CASE("Acceptor: a Unix connection has the peer 'unix:'") {
    Loop loop;
    const std::string name = "@pottle-acceptor-" + std::to_string(::getpid());
    const auto listener = Listener::bind(*Address::parse("unix:" + name));
    REQUIRE(listener);
    KeepStreams sink;
    Acceptor acceptor(loop, *listener, sink);
    const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    name.copy(where.sun_path + 1, name.size() - 1, 1);
    REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&where),
                      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0);
    REQUIRE(run_until(loop, [&] { return sink.streams.size() == 1; }));
    CHECK(sink.streams.front()->peer_address() == "unix:");
    REQUIRE(::write(client, "hi", 2) == 2);
    CountingObserver observer;
    sink.streams.front()->observe(&observer);
    REQUIRE(run_until(loop, [&] { return observer.readable == 1; }));
    char text[8];
    CHECK(sink.streams.front()->read(text).count == 2);
    ::close(client);
    sink.streams.clear();
}

TEST_CASE("Acceptor: stop gives the port up, so that connects are refused") {
    Loop loop;
    Listener listener = listen_on_loopback();
    const auto port = listener.port();
    KeepStreams sink;
    Acceptor acceptor(loop, listener, sink);
    listener.close();
    CHECK(Client(port).connected());
    acceptor.stop();
    acceptor.stop();
    CHECK(Client(port).error() == ECONNREFUSED);
    run_idle(loop);
    CHECK(sink.streams.empty());
}

TEST_CASE("Acceptor: the sink may destroy it while it accepts") {
    struct Destroyer final : ConnectionSink {
        void on_connection(std::unique_ptr<async::Stream>) noexcept override {
            ++calls;
            acceptor.reset();
        }
        std::unique_ptr<Acceptor> acceptor;
        int calls = 0;
    };
    Loop loop;
    const Listener listener = listen_on_loopback();
    Destroyer sink;
    sink.acceptor = std::make_unique<Acceptor>(loop, listener, sink);
    const Client first(listener.port());
    const Client second(listener.port());
    run_idle(loop);
    CHECK(sink.calls == 1);
}

TEST_CASE("Acceptor: out of descriptors it ends one connection, pauses, says so once, goes on") {
    LogLines lines;
    Loop loop;
    const Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor(loop, listener, sink, nullptr, {.retry_after = Milliseconds(5)});
    Client refused(listener.port());
    Client waiting(listener.port());
    {
        DescriptorShortage shortage;
        loop.run_once(Milliseconds(0));
        CHECK_FALSE(acceptor.accepting());
        refused.receive();
        CHECK((refused.ended() || refused.reset()));
        // Retried by timer without success, and without a second line.
        CHECK(run_until(loop, [&] { return acceptor.accepting(); }));
        CHECK(run_until(loop, [&] { return !acceptor.accepting(); }));
        CHECK(sink.streams.empty());
    }
    Client later(listener.port());
    CHECK(run_until(loop, [&] { return !sink.streams.empty(); }));
    CHECK(acceptor.accepting());
    REQUIRE(lines.all.size() == 1);
    CHECK(lines.all[0].first == log::Level::Warning);
    CHECK(lines.all[0].second.find(listener.address()) != std::string::npos);
    sink.streams.clear();
}

TEST_CASE("Acceptor: a closed connection ends the pause at once") {
    LogLines lines;
    Loop loop;
    const Listener listener = listen_on_loopback();
    KeepStreams sink;
    Acceptor acceptor(loop, listener, sink, nullptr, {.retry_after = Milliseconds(3'600'000)});
    Client first(listener.port());
    REQUIRE(run_until(loop, [&] { return sink.streams.size() == 1; }));
    Client refused(listener.port());
    Client waiting(listener.port());
    DescriptorShortage shortage;
    run_idle(loop);
    CHECK_FALSE(acceptor.accepting());
    sink.streams.clear();
    CHECK(acceptor.accepting());
    REQUIRE(run_until(loop, [&] { return sink.streams.size() == 1; }));
    sink.streams.clear();
}

TEST_CASE("Acceptor: two loops share one listener, and a stuck loop strands nobody") {
    const Listener listener = listen_on_loopback();
    LoopThreads threads({.count = 2, .first = LoopThreadsOptions::First::OwnThread});
    std::atomic<int> total = 0;
    CountingSink sinks[2];
    for (auto& sink : sinks) sink.total = &total;
    {
        Acceptor first(threads[0], listener, sinks[0]);
        Acceptor second(threads[1], listener, sinks[1]);
        // Only the second loop runs: the first is stuck before its first turn.
        std::vector<Client> clients;
        std::thread runner([&] { threads[1].run(); });
        for (int i = 0; i < 50; ++i) clients.emplace_back(listener.port());
        const auto limit = std::chrono::steady_clock::now() + kHangLimit;
        while (total < 50 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
        CHECK(sinks[1].count == 50);
        threads[1].stop();
        runner.join();

        threads.start();
        for (int i = 0; i < 50; ++i) clients.emplace_back(listener.port());
        while (total < 100 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
        CHECK(total == 100);
        threads.stop();
        threads.join();
        for (auto& sink : sinks) sink.streams.clear();
    }
}

TEST_CASE("Acceptor: a handshake that takes too long is dropped with one quiet line") {
    LogLines lines;
    TlsServer server(nullptr, {.handshake_timeout = Milliseconds(30)});
    Client silent(server.listener.port());
    REQUIRE(run_until(server.loop, [&] { return server.acceptor.pending_handshakes() == 1; }));
    REQUIRE(run_until(server.loop, [&] { return server.acceptor.pending_handshakes() == 0; }));
    silent.receive();
    CHECK((silent.ended() || silent.reset()));
    REQUIRE(lines.all.size() == 1);
    CHECK(lines.all[0].first == log::Level::Info);
    CHECK(lines.all[0].second.find("127.0.0.1:") != std::string::npos);
    CHECK(lines.all[0].second.find("too long") != std::string::npos);
}

TEST_CASE("Acceptor: a handshake timeout of zero is none") {
    TlsServer server(nullptr, {.handshake_timeout = Milliseconds(0)});
    Client silent(server.listener.port());
    REQUIRE(run_until(server.loop, [&] { return server.acceptor.pending_handshakes() == 1; }));
    for (int turn = 0; turn < 3; ++turn) server.loop.run_once(Milliseconds(5));
    CHECK(server.acceptor.pending_handshakes() == 1);
}

TEST_CASE("Acceptor: a failed handshake is one quiet line and hurts nobody else") {
    LogLines lines;
    TlsServer server;
    Client rubbish(server.listener.port());
    rubbish.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Client probe(server.listener.port());
    probe.close();
    run_idle(server.loop);
    REQUIRE(run_until(server.loop, [&] { return server.acceptor.pending_handshakes() == 0; }));
    CHECK(lines.all.size() == 1);  // the probe that left without a byte is not worth a line
    TlsClient client(server.clients, server.listener.port());
    CHECK(server.connect(client));
}

TEST_CASE("Acceptor: beyond its limit of handshakes the oldest is dropped") {
    LogLines lines;
    TlsServer server(nullptr, {.max_pending_handshakes = 2});
    Client silent[3] = {Client(server.listener.port()), Client(server.listener.port()),
                        Client(server.listener.port())};
    run_idle(server.loop);
    CHECK(server.acceptor.pending_handshakes() == 2);
    silent[0].receive();
    CHECK((silent[0].ended() || silent[0].reset()));
    TlsClient client(server.clients, server.listener.port());
    CHECK(server.connect(client));
    CHECK(server.sink.streams.size() == 1);
}

TEST_CASE("Acceptor: bytes that came with the end of the handshake are told") {
    TlsServer server;
    SSL_CTX_set_max_proto_version(server.clients.native, TLS1_3_VERSION);
    TlsClient client(server.clients, server.listener.port());
    REQUIRE(run_until(server.loop, [&] { return client.step_handshake(); }));
    // The client is done after its Finished, and the server has not read it.
    client.send("early bird");
    REQUIRE(run_until(server.loop, [&] { return !server.sink.streams.empty(); }));
    CountingObserver observer;
    server.newest().observe(&observer);
    REQUIRE(run_until(server.loop, [&] { return observer.readable == 1; }));
    char text[32];
    CHECK(server.newest().read(text).count == 10);
}

}  // namespace pottle::net::test
