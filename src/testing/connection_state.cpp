// SPDX-License-Identifier: MIT
#include "connection_state.hpp"

#include <pottle/base/require.hpp>
#include <pottle/http/status.hpp>

#include <utility>

namespace pottle::testing {

PiecewiseExchange::PiecewiseExchange(const TestRequest& request, async::VirtualExecutor& executor)
    : TestExchange(request, executor) {
    if (!request.body.empty()) incoming_.push_back(request.body);
}

void PiecewiseExchange::arrive(std::string piece) {
    if (!piece.empty()) incoming_.push_back(std::move(piece));
    arrival_.set();
}

void PiecewiseExchange::complete() noexcept {
    is_complete_ = true;
    arrival_.set();
}

Task<Result<Bytes>> PiecewiseExchange::read() {
    while (incoming_.empty() && !is_complete_) {
        arrival_.clear();
        co_await arrival_.wait();
    }
    if (incoming_.empty()) co_return Bytes();
    Bytes piece(std::move(incoming_.front()));
    incoming_.pop_front();
    consumed_ += piece.size();
    if (limit_ != 0 && consumed_ > limit_) co_return fail(too_large());
    co_return piece;
}

Result<> PiecewiseExchange::set_body_limit(ByteCount limit) noexcept {
    limit_ = limit;
    return {};
}

Task<> PiecewiseExchange::send_head(std::optional<std::uint64_t> length) {
    write_head(length);
    has_head_ = true;
    co_return;
}

Task<> PiecewiseExchange::send_chunk(std::string chunk) {
    if (chunk.empty() || head().method() == Method::Head) co_return;
    outgoing_ = std::move(chunk);
    while (outgoing_) {
        taken_.clear();
        co_await taken_.wait();
    }
}

Task<> PiecewiseExchange::finish(Headers trailers) {
    answer_.trailers = std::move(trailers);
    co_return;
}

std::optional<std::string> PiecewiseExchange::take_chunk() {
    std::optional<std::string> chunk = std::exchange(outgoing_, std::nullopt);
    taken_.set();
    return chunk;
}

Task<> PiecewiseExchange::send_response() {
    if (has_head_) co_return;
    const bool has_body = http::status_has_body(response_.status);
    if (StreamBody* stream = response_.stream()) {
        co_await send_head(stream->length());
        if (!has_body || head().method() == Method::Head) co_return;
        while (std::string* chunk = co_await stream->chunks().next())
            co_await send_chunk(std::move(*chunk));
        co_return co_await finish(std::move(response_.trailers));
    }
    std::string octets =
        response_.octets() ? std::move(*response_.octets()) : read_file(*response_.file());
    co_await send_head(octets.size());
    if (has_body) co_await send_chunk(std::move(octets));
    co_await finish(std::move(response_.trailers));
}

ConnectionState::ConnectionState(gateway::Gateway& gateway, async::VirtualExecutor& executor,
                                 TestRequest request)
    : executor_(executor), request_(std::move(request)), exchange_(request_, executor) {
    async::start(serve(&gateway, &exchange_), exchange_.scope(), *this);
}

Task<> ConnectionState::serve(gateway::Gateway* gateway, PiecewiseExchange* exchange) {
    gateway::Outcome outcome = gateway->start(*exchange);
    if (!outcome.is_finished()) co_await std::move(outcome).take();
    co_await exchange->send_response();
}

void ConnectionState::on_done(std::exception_ptr error) noexcept {
    error_ = std::move(error);
    is_done_ = true;
}

void ConnectionState::run_until(bool (*ready)(PiecewiseExchange&)) {
    for (;;) {
        executor_.run_until_idle();
        if (ready(exchange_)) return;
        if (is_done_) break;
        POTTLE_REQUIRE(executor_.advance_to_next_timer(),
                       "the application waits for something that will not happen; the rest of the "
                       "request's body, perhaps: send() or send_complete()");
    }
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ConnectionState::cancel() noexcept {
    exchange_.scope().cancel(CancelReason::Disconnected);
    executor_.run_until_idle();
    // A part that is shielded may take its time.
    while (!is_done_ && executor_.advance_to_next_timer()) executor_.run_until_idle();
}

}  // namespace pottle::testing
