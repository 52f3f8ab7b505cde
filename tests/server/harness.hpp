// SPDX-License-Identifier: MIT
/// \file
/// A connection under test: the server's side runs on a virtual clock over an in-memory stream, the
/// test is the client.
#pragma once

#include "h1_connection.hpp"
#include "loop_context.hpp"

#include <pottle/async/event.hpp>
#include <pottle/async/generator.hpp>
#include <pottle/async/memory_stream.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/base/log.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/websocket.hpp>
#include <pottle/server/options.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pottle::server {

/// A gateway whose answer is the test's function.
class TestGateway final : public gateway::Gateway {
public:
    std::function<gateway::Outcome(gateway::Exchange&)> handler;
    gateway::Outcome start(gateway::Exchange& exchange) override { return handler(exchange); }

    std::function<gateway::Outcome(gateway::Websocket&)> websocket;
    gateway::Outcome start_websocket(gateway::Websocket& socket) override {
        return websocket ? websocket(socket) : Gateway::start_websocket(socket);
    }
};

/// Answers 200 with a text, at once.
inline gateway::Outcome answer(gateway::Exchange& exchange, std::string text) {
    exchange.response().set_body(std::move(text));
    return gateway::Outcome::finished();
}

/// One client and the connection that serves it.
class Wire {
public:
    explicit Wire(Options options = {}, async::MemoryStreamOptions stream = {},
                  AccessLog* log = nullptr)
        : options_(without_date(std::move(options))),
          context_(std::in_place, executor, gateway, options_, counts_, stats.slot(0), log) {
        auto pair = async::make_memory_streams(executor, std::move(stream));
        client = std::move(pair.client);
        (new H1Connection(*context_, std::move(pair.server)))->start();
    }
    ~Wire() {
        client.reset();
        context_->abort_connections(CancelReason::Disconnected);
        executor.run_until_idle();
        executor.advance(Seconds(120));
    }

    /// Sends bytes and lets the server do all it can without time passing.
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const async::IoResult result = client->write({&bytes, 1});
            if (result.kind == async::IoResult::Kind::Done) bytes.remove_prefix(result.count);
            executor.run_until_idle();
            if (result.kind != async::IoResult::Kind::Done) break;
        }
    }
    /// Takes what has arrived at the client.
    std::string receive() {
        executor.run_until_idle();
        std::string text;
        char buffer[4096];
        for (;;) {
            const async::IoResult result = client->read(buffer);
            if (result.kind == async::IoResult::Kind::Done)
                text.append(buffer, result.count);
            else {
                ended = result.kind != async::IoResult::Kind::WouldBlock;
                break;
            }
            executor.run_until_idle();
        }
        return text;
    }
    std::string exchange(std::string_view bytes) {
        send(bytes);
        return receive();
    }
    bool connection_open() const { return context_->has_connections(); }
    LoopContext& context() { return *context_; }

    async::VirtualExecutor executor;
    TestGateway gateway;
    ServerStats stats;
    std::unique_ptr<async::MemoryStream> client;
    bool ended = false;  ///< the last receive() met the server's end

private:
    static Options without_date(Options options) {
        options.date_header = false;  // so that tests compare whole responses
        options.server_name = "";
        return options;
    }

    Options options_;
    ProcessCounts counts_;
    std::optional<LoopContext> context_;
};

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";

/// `pulled` counts its pieces of 64 KiB.
inline Generator<std::string> pieces(int count, int& pulled) {
    for (int i = 0; i < count; ++i) {
        ++pulled;
        co_yield std::string(64 * 1024, 'x');
    }
}

/// Answers with the body, or with what is wrong with it.
inline Task<> echo_body(gateway::Exchange& exchange) {
    std::string all;
    for (;;) {
        Result<Bytes> chunk = co_await exchange.read();
        if (!chunk) {
            exchange.response().status = chunk.error().status;
            exchange.response().set_body(std::string(chunk.error().text));
            co_return;
        }
        if (chunk->empty()) break;
        all += chunk->view();
    }
    exchange.response().set_body(std::move(all));
}

/// Answers with the body and the trailer x-sum.
inline Task<> read_all(gateway::Exchange& exchange) {
    std::string all;
    for (;;) {
        Result<Bytes> piece = co_await exchange.read();
        if (!piece) {
            exchange.response().status = piece.error().status;
            co_return;
        }
        if (piece->empty()) break;
        all += piece->view();
    }
    if (const Headers* trailers = exchange.trailers()) all += trailers->get("x-sum");
    exchange.response().set_body(std::move(all));
}

/// A whole answer with trailers, or one whose generator sets them at its end.
inline Generator<std::string> with_trailers(Response& response) {
    co_yield std::string("abc");
    response.trailers.add("X-Sum", "3");
}
inline gateway::Outcome answer_with_trailers(gateway::Exchange& exchange) {
    Response& response = exchange.response();
    if (exchange.head().target() == "/stream") {
        response.set_body(StreamBody(with_trailers(response)));
        return gateway::Outcome::finished();
    }
    response.trailers.add("X-Sum", "3");
    return answer(exchange, "abc");
}

/// As an event stream begins: the head must not wait for the first event.
inline Generator<std::string> head_first() {
    co_yield std::string();
    co_await sleep(Seconds(1));
    co_yield std::string("event");
}

inline Task<> answer_after(gateway::Exchange& exchange, Milliseconds delay, std::string text) {
    co_await sleep(delay);
    exchange.response().set_body(std::move(text));
}

/// Notes in `cancelled` when it is cancelled.
inline Task<> wait_for_ever(gateway::Exchange& exchange, bool& cancelled) {
    async::Event never;
    try {
        co_await never.wait();
    } catch (const Cancelled&) {
        cancelled = true;
        throw;
    }
    exchange.response().set_body("unreachable");
}

/// Collects the error log of one test.
struct LogLines {
    std::vector<std::string> lines;
    LogLines() {
        log::set_sink(
            [](void* to, log::Level, std::string_view line) {
                static_cast<std::vector<std::string>*>(to)->emplace_back(line);
            },
            &lines);
    }
    ~LogLines() { log::set_sink(nullptr, nullptr); }
};

/// How often `needle` occurs.
inline std::size_t count_of(std::string_view text, std::string_view needle) {
    std::size_t count = 0;
    for (std::size_t at = text.find(needle); at != text.npos;
         at = text.find(needle, at + needle.size()))
        ++count;
    return count;
}

}  // namespace pottle::server
