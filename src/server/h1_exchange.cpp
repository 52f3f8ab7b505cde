// SPDX-License-Identifier: MIT
#include "h1_exchange.hpp"

#include "h1_connection.hpp"

#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/base/require.hpp>
#include <pottle/server/options.hpp>

#include <stdexcept>
#include <utility>

namespace pottle::server {

namespace {
/// Content up to this size is copied behind its framing; larger content is written from where it
/// stands.
constexpr std::size_t kCopiedContent = 16 * 1024;
/// One sendfile call; bounded so that one fast reader does not hold the loop.
constexpr std::size_t kFilePiece = 1024 * 1024;
/// Reads of one body (64 KiB each) before other connections of the loop have a turn.
constexpr unsigned kReadsPerTurn = 16;
}  // namespace

H1Exchange::H1Exchange(async::Executor& executor)
    : executor_(executor),
      handler_timer_(*this, &H1Exchange::on_handler_timeout),
      half_close_timer_(*this, &H1Exchange::on_half_close_grace) {}

void H1Exchange::begin(H1Connection& connection, const h1::Head& head,
                       const gateway::ConnectionFacts& facts) {
    connection_ = &connection;
    scope_.emplace(executor_);
    head_.assign({.method = head.method,
                  .version = head.version,
                  .method_text = head.method_text,
                  .target = head.target,
                  .path = head.path,
                  .query = head.query,
                  .authority = head.authority,
                  .fields = head.fields},
                 facts);
    awaits_continue_ = head.expect_continue;
}

void H1Exchange::set_body_in_hand(std::string_view body) noexcept {
    in_hand_ = body;
    body_over_ = true;
    awaits_continue_ = false;
}

void H1Exchange::keep_unread_body() {
    if (!in_hand_) return;
    if (!in_hand_->empty()) kept_body_ = Bytes(*in_hand_);
    in_hand_.reset();
}

void H1Exchange::run(Task<> rest) {
    running_ = true;
    if (const Milliseconds limit = connection_->options().timeouts.handler; limit.count() > 0)
        executor_.start_timer(handler_timer_, executor_.now() + limit);
    // A client that left during an earlier request is not told of again.
    if (connection_->peer_closed()) on_peer_closed();
    async::start(serve(std::move(rest)), *scope_, *this);
}

void H1Exchange::reset() noexcept {
    stop(handler_timer_);
    stop(half_close_timer_);
    connection_ = nullptr;
    response_.reset();
    route_ = {};
    scope_.reset();
    in_hand_.reset();
    if (!kept_body_.empty()) kept_body_ = Bytes();
    input_ready_.clear();
    output_drained_.clear();
    body_bytes_sent_ = 0;
    body_error_.reset();
    awaits_continue_ = body_over_ = running_ = false;
}

void H1Exchange::on_peer_closed() noexcept {
    input_ready_.set();
    // TCP cannot tell a client that only finished sending from one that is gone.
    const Milliseconds grace = connection_->options().timeouts.half_close_grace;
    if (grace.count() > 0) executor_.start_timer(half_close_timer_, executor_.now() + grace);
}

// ---- receiving

Task<Result<Bytes>> H1Exchange::read() {
    if (in_hand_) keep_unread_body();
    if (!kept_body_.empty()) co_return std::exchange(kept_body_, Bytes());
    while (!body_over_) {
        if (body_error_) co_return fail(*body_error_);
        const h1::Event event = connection_->next_body_event();
        switch (event.kind) {
            case h1::Event::Kind::Data: {
                Bytes chunk(event.data);
                connection_->keep_input();
                co_return chunk;
            }
            case h1::Event::Kind::End:
                body_over_ = true;
                break;
            case h1::Event::Kind::Error:
                body_error_ = event.error;
                connection_->close_after_response();
                break;
            case h1::Event::Kind::Head:
            case h1::Event::Kind::NeedMore:
                if (std::exchange(awaits_continue_, false)) connection_->send_continue();
                if (!co_await input_arrives()) {
                    body_error_ =
                        Error::peer(Errc::TimedOut, 408, "the request body did not arrive in time");
                    connection_->close_after_response();
                }
                break;
        }
    }
    connection_->keep_input();
    co_return Bytes();
}

Task<bool> H1Exchange::input_arrives() {
    // A client that sends faster than its body is read never makes read() wait: others have a turn
    // now and then.
    if (++reads_ % kReadsPerTurn == 0) {
        connection_->keep_input();
        co_await yield();
    }
    for (;;) {
        const async::IoResult result = connection_->fill_input();
        if (result.kind == async::IoResult::Kind::Done) co_return true;
        if (result.kind != async::IoResult::Kind::WouldBlock) {
            // The peer will never finish this body: it is gone as far as this request is concerned.
            cancel(CancelReason::Disconnected);
            throw Cancelled{CancelReason::Disconnected};
        }
        input_ready_.clear();
        const Milliseconds limit = connection_->options().timeouts.body;
        if (limit.count() == 0) {
            co_await input_ready_.wait();
            continue;
        }
        bool in_time = true;
        try {
            co_await timeout(limit, input_ready_.wait());
        } catch (const TimedOut&) {
            in_time = false;
        }
        if (!in_time) co_return false;
    }
}

Result<> H1Exchange::set_body_limit(ByteCount limit) noexcept {
    Result<> accepted = connection_->set_body_limit(limit);
    if (!accepted) {
        body_error_ = accepted.error();
        connection_->close_after_response();
    }
    return accepted;
}

// ---- sending

Task<> H1Exchange::send_informational(int status, Headers headers) {
    connection_->write_informational(status, headers);
    co_await drained();
}

Task<> H1Exchange::send_head(std::optional<std::uint64_t> length) {
    const Result<> written = connection_->write_head(response_, length);
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    connection_->send_batch();
    co_await drained();
}

Task<> H1Exchange::send_chunk(std::string chunk) {
    if (chunk.empty()) {
        connection_->send_batch();  // the head may stand in it
        co_return;
    }
    const Result<> written = connection_->write_chunk(std::move(chunk), kCopiedContent);
    POTTLE_REQUIRE(written, "the response's body is longer than its Content-Length");
    co_await drained();
}

Task<> H1Exchange::finish(Headers trailers) {
    const Result<> written = connection_->write_end(trailers);
    POTTLE_REQUIRE(written, "the response's body is shorter than its Content-Length");
    co_await drained();
}

Task<> H1Exchange::drained() {
    while (connection_->output_congested()) {
        output_drained_.clear();
        co_await output_drained_.wait();
    }
    if (connection_->broken()) {
        cancel(CancelReason::Disconnected);
        throw Cancelled{CancelReason::Disconnected};
    }
}

Task<> H1Exchange::serve(Task<> rest) {
    if (rest) co_await std::move(rest);
    if (!connection_->head_sent()) co_await send_response();
}

Task<> H1Exchange::send_response() {
    if (auto* stream = std::get_if<StreamBody>(&response_.body())) {
        co_await send_stream(*stream);
    } else if (auto* file = std::get_if<FileRange>(&response_.body())) {
        co_await send_file(std::move(*file));
    } else {
        connection_->write_whole(response_);
        stop(handler_timer_);
        connection_->send_batch();
        co_await drained();
    }
}

Task<> H1Exchange::send_stream(StreamBody& body) {
    // The head waits for the first chunk: one write for both, and an exception before it can still
    // become a 500.
    std::string* chunk = co_await body.chunks().next();
    const Result<> written = connection_->write_head(response_, body.length());
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    while (chunk && !connection_->suppresses_content()) {
        co_await send_chunk(std::move(*chunk));
        chunk = co_await body.chunks().next();
    }
    co_await finish({});
}

Task<> H1Exchange::send_file(FileRange range) {
    const Result<> written = connection_->write_head(response_, range.length);
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    if (connection_->suppresses_content()) {
        range.length = 0;
    } else if (range.length > 0) {
        POTTLE_REQUIRE(connection_->open_content(range.length), "a file body is opened once");
    }
    connection_->send_batch();
    while (range.length > 0) {
        co_await drained();
        const std::size_t piece = range.length < kFilePiece ? range.length : kFilePiece;
        const async::IoResult result =
            connection_->send_file(range.file->get(), range.offset, piece);
        if (result.kind == async::IoResult::Kind::WouldBlock) {
            output_drained_.clear();
            co_await output_drained_.wait();
            continue;
        }
        if (result.kind == async::IoResult::Kind::Failed) {
            if (result.error.blame == Blame::Peer) throw Cancelled{CancelReason::Disconnected};
            // It became shorter or unreadable: the announced length cannot be kept (RFC 9112 8).
            throw std::runtime_error("a file could not be sent to its end");
        }
        range.offset += result.count;
        range.length -= result.count;
    }
    co_await finish({});
}

void H1Exchange::stop(async::Timer& timer) noexcept {
    if (timer.active()) executor_.stop_timer(timer);
}

void H1Exchange::on_done(std::exception_ptr error) noexcept {
    running_ = false;
    connection_->exchange_done(std::move(error));
}

}  // namespace pottle::server
