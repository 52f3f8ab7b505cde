// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <pottle/async/memory_stream.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using server::Output;

namespace {
std::string read_all(async::Stream& stream, async::VirtualExecutor& executor) {
    executor.run_until_idle();
    std::string text;
    char buffer[512];
    for (;;) {
        const async::IoResult result = stream.read(buffer);
        if (result.kind != async::IoResult::Kind::Done) return text;
        text.append(buffer, result.count);
    }
}
}  // namespace

TEST_CASE("Output: keeps the order of batch and body however little the peer takes at once") {
    async::VirtualExecutor executor;
    auto pair = async::make_memory_streams(executor, {.capacity = 100});
    Output output;
    std::uint64_t sent = 0;
    std::string expected;
    for (int i = 0; i < 20; ++i) {
        std::string batch = "head" + std::to_string(i) + ";";
        std::string body(static_cast<std::size_t>(i * 13), static_cast<char>('a' + i));
        expected += batch + body;
        output.write(*pair.server, batch, std::move(body), sent);
        CHECK(batch.empty());
    }
    CHECK(output.size() == expected.size() - sent);
    std::string received;
    std::string none;
    for (int i = 0; i < 200 && received.size() < expected.size(); ++i) {
        received += read_all(*pair.client, executor);
        output.write(*pair.server, none, sent);
    }
    CHECK(received == expected);
    CHECK(output.empty());
    CHECK(sent == expected.size());
}

TEST_CASE("Output: reports a stream that fails") {
    async::VirtualExecutor executor;
    auto pair = async::make_memory_streams(executor, {});
    pair.client->reset();
    Output output;
    std::uint64_t sent = 0;
    std::string batch = "x";
    CHECK(output.write(*pair.server, batch, sent) == Output::State::Failed);
}

TEST_CASE("Output: a queue that never empties holds few pieces") {
    async::VirtualExecutor executor;
    auto pair = async::make_memory_streams(executor, {.capacity = 100});
    Output output;
    std::uint64_t sent = 0;
    std::string expected;
    std::string received;
    for (int i = 0; i < 10'000; ++i) {
        std::string batch(i % 100 == 0 ? 20'000 : 2, static_cast<char>('a' + i % 26));
        expected += batch;
        output.write(*pair.server, batch, sent);
        if (i < 2) continue;  // a little behind from now on
        while (output.size() > 20'000) {
            received += read_all(*pair.client, executor);
            output.write(*pair.server, batch, sent);
        }
        CHECK_FALSE(output.empty());
        CHECK(output.pieces() < 10);
    }
    std::string none;
    while (received.size() < expected.size()) {
        received += read_all(*pair.client, executor);
        output.write(*pair.server, none, sent);
    }
    CHECK(received == expected);
}
