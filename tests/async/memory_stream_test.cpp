// SPDX-License-Identifier: MIT
#include <pottle/async/memory_stream.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <cstdio>
#include <string>

#include <doctest/doctest.h>
#include <support/faulty_stream.hpp>

using namespace pottle;
using namespace pottle::async;

namespace {

struct Listener final : StreamObserver {
    int readable = 0;
    int writable = 0;
    int closed = 0;
    std::unique_ptr<MemoryStream>* destroys = nullptr;
    void on_readable() noexcept override {
        ++readable;
        if (destroys) destroys->reset();
    }
    void on_writable() noexcept override { ++writable; }
    void on_peer_closed() noexcept override { ++closed; }
};

IoResult write(Stream& stream, std::string_view text) {
    return stream.write({&text, 1});
}

std::string read(Stream& stream) {
    std::string buffer(100'000, '\0');
    const IoResult result = stream.read(buffer);
    switch (result.kind) {
        case IoResult::Kind::Done:
            return buffer.substr(0, result.count);
        case IoResult::Kind::WouldBlock:
            return "<would block>";
        case IoResult::Kind::End:
            return "<end>";
        case IoResult::Kind::Failed:
            return "<failed>";
    }
    return {};
}

struct Fixture {
    VirtualExecutor executor;
    MemoryStreamPair pair = make_memory_streams(executor, {.capacity = 10});
    Listener client;
    Listener server;
    Fixture() {
        pair.client->observe(&client);
        pair.server->observe(&server);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "MemoryStream: bytes written at one end are read in order at the other") {
    const std::string_view pieces[] = {"ab", "", "cd"};
    CHECK(pair.client->write(pieces).count == 4);
    CHECK(write(*pair.server, "xy").count == 2);
    CHECK(read(*pair.server) == "abcd");
    CHECK(read(*pair.client) == "xy");
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: tells readiness once, after WouldBlock (contract 1)") {
    CHECK(read(*pair.server) == "<would block>");
    write(*pair.client, "a");
    write(*pair.client, "b");
    CHECK(server.readable == 0);  // never from inside a call
    executor.run_until_idle();
    CHECK(server.readable == 1);
    write(*pair.client, "c");
    executor.run_until_idle();
    CHECK(server.readable == 1);
    CHECK(read(*pair.server) == "abc");
}

TEST_CASE_FIXTURE(Fixture,
                  "MemoryStream: a full direction blocks the writer until the peer reads") {
    CHECK(write(*pair.client, "0123456789abc").count == 10);
    CHECK(write(*pair.client, "abc").kind == IoResult::Kind::WouldBlock);
    executor.run_until_idle();
    CHECK(client.writable == 0);
    CHECK(read(*pair.server) == "0123456789");
    executor.run_until_idle();
    CHECK(client.writable == 1);
    CHECK(write(*pair.client, "abc").count == 3);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: a half-close lets the other direction go on") {
    write(*pair.client, "last");
    pair.client->shutdown_write();
    CHECK(pair.server->peer_closed());
    executor.run_until_idle();
    CHECK(server.closed == 1);
    CHECK(read(*pair.server) == "last");
    CHECK(read(*pair.server) == "<end>");
    CHECK(write(*pair.server, "reply").count == 5);
    CHECK(read(*pair.client) == "reply");
    CHECK(write(*pair.client, "more").kind == IoResult::Kind::Failed);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: the peer's close is told although nobody reads") {
    pair.client.reset();
    executor.run_until_idle();
    CHECK(server.closed == 1);
    CHECK(server.readable == 0);
    CHECK(read(*pair.server) == "<end>");
    CHECK(write(*pair.server, "x").error.code == Errc::Reset);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: a reset fails both ends and loses what is under way") {
    write(*pair.client, "lost");
    pair.client->reset();
    CHECK(read(*pair.server) == "<failed>");
    CHECK(write(*pair.client, "x").error.code == Errc::Reset);
    executor.run_until_idle();
    CHECK(server.closed == 1);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: events without an observer are told to the next one") {
    pair.server->observe(nullptr);
    CHECK(read(*pair.server) == "<would block>");
    write(*pair.client, "a");
    executor.run_until_idle();
    CHECK(server.readable == 0);
    pair.server->observe(&server);
    executor.run_until_idle();
    CHECK(server.readable == 1);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: the observer may destroy the stream while it is told") {
    read(*pair.server);
    server.destroys = &pair.server;
    write(*pair.client, "a");
    pair.client->shutdown_write();
    executor.run_until_idle();
    CHECK(server.readable == 1);
    CHECK(server.closed == 0);
    CHECK(client.closed == 1);
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: send_file writes a piece of an open file") {
    std::FILE* file = std::tmpfile();
    std::fputs("0123456789abcdef", file);
    std::fflush(file);
    CHECK(pair.server->send_file(fileno(file), 4, 8).count == 8);
    std::fclose(file);
    CHECK(read(*pair.client) == "456789ab");
}

TEST_CASE_FIXTURE(Fixture, "MemoryStream: knows the addresses of both ends") {
    CHECK(pair.client->peer_address() == pair.server->local_address());
    CHECK(pair.server->peer_address() == "192.0.2.1:50000");
    CHECK(pair.server->tls() == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "FaultyStream: fails the chosen operation and all that follow") {
    test::FaultyStream faulty(*pair.server, {.failing_read = 2, .read_limit = 1});
    write(*pair.client, "ab");
    CHECK(read(faulty) == "a");
    CHECK_FALSE(faulty.failed());
    CHECK(read(faulty) == "<failed>");
    CHECK(write(faulty, "x").kind == IoResult::Kind::Failed);
}
