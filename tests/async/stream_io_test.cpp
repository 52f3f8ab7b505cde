// SPDX-License-Identifier: MIT
#include <pottle/async/gather.hpp>
#include <pottle/async/memory_stream.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/stream_io.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <string>

#include <doctest/doctest.h>
#include <support/faulty_stream.hpp>

using namespace pottle;
using namespace pottle::async;

namespace {

struct Fixture {
    VirtualExecutor executor;
    MemoryStreamPair pair = make_memory_streams(executor, {.capacity = 10});
};

Task<std::string> read_all(Stream* stream) {
    std::string all;
    std::string buffer(7, '\0');
    StreamIo io(*stream);
    while (const auto count = co_await io.read_some(buffer)) all += buffer.substr(0, count);
    co_return all;
}

Task<> send(Stream* stream, std::string text) {
    co_await sleep(Milliseconds(1));
    co_await write_all(*stream, std::move(text));
    stream->shutdown_write();
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "StreamIo: reader and writer wait for each other, and nothing is lost") {
    const std::string text(1000, 'x');
    auto both = gather(read_all(pair.server.get()), send(pair.client.get(), text + "end"));
    CHECK(std::get<0>(executor.run(std::move(both))) == text + "end");
}

TEST_CASE_FIXTURE(Fixture, "StreamIo: one stream is read and written at the same time") {
    const auto echoes = [](Stream* stream) -> Task<> {
        StreamIo io(*stream);
        std::string buffer(4, '\0');
        while (const auto count = co_await io.read_some(buffer))
            co_await io.write_all(buffer.substr(0, count));
        stream->shutdown_write();
    };
    const auto talks = [](Stream* stream) -> Task<std::string> {
        StreamIo io(*stream);
        const auto writes = [](StreamIo* to) -> Task<> {
            co_await to->write_all(std::string(50, 'y'));
            to->stream().shutdown_write();
        };
        const auto reads = [](StreamIo* from) -> Task<std::string> {
            std::string all;
            std::string buffer(100, '\0');
            while (const auto count = co_await from->read_some(buffer))
                all += buffer.substr(0, count);
            co_return all;
        };
        auto result = co_await gather(writes(&io), reads(&io));
        co_return std::get<1>(result);
    };
    auto both = gather(echoes(pair.server.get()), talks(pair.client.get()));
    CHECK(std::get<1>(executor.run(std::move(both))) == std::string(50, 'y'));
}

TEST_CASE_FIXTURE(Fixture, "StreamIo: a cancelled read leaves the stream as it was") {
    std::string buffer(10, '\0');
    CHECK_THROWS_AS(executor.run(timeout(Milliseconds(5), read_some(*pair.server, buffer))),
                    TimedOut);
    executor.run(write_all(*pair.client, "kept"));
    CHECK(executor.run(read_some(*pair.server, buffer)) == 4);
}

TEST_CASE_FIXTURE(Fixture, "StreamIo: a cancelled write ends although the peer never reads") {
    CHECK_THROWS_AS(
        executor.run(timeout(Milliseconds(5), write_all(*pair.server, std::string(100, 'z')))),
        TimedOut);
}

TEST_CASE_FIXTURE(Fixture, "StreamIo: every failing read and write comes out as StreamError") {
    for (std::size_t n = 1;; ++n) {
        MemoryStreamPair fresh = make_memory_streams(executor, {.capacity = 10});
        test::FaultyStream faulty(*fresh.server, {.failing_read = n, .read_limit = 2});
        executor.run(send(fresh.client.get(), "12345"));
        if (n == 5) {
            CHECK(executor.run(read_all(&faulty)) == "12345");  // three reads and the end
            break;
        }
        CHECK_THROWS_AS(executor.run(read_all(&faulty)), StreamError);
        CHECK(faulty.failed());
    }
    test::FaultyStream faulty(*pair.server, {.failing_write = 1});
    CHECK_THROWS_WITH_AS(executor.run(write_all(faulty, "x")), "injected fault", StreamError);
}
