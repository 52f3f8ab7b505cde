// SPDX-License-Identifier: MIT
#include "h1_exchange.hpp"

#include "h1_connection.hpp"

#include <pottle/base/require.hpp>

#include <utility>

namespace pottle::server {

H1Exchange::H1Exchange(LoopContext& context)
    : ServerExchange(context), half_close_timer_(*this, &H1Exchange::on_half_close_grace) {}

void H1Exchange::begin(H1Connection& connection, const h1::Head& head,
                       const gateway::ConnectionFacts& facts) {
    connection_ = &connection;
    ServerExchange::begin({.method = head.method,
                           .version = head.version,
                           .method_text = head.method_text,
                           .target = head.target,
                           .path = head.path,
                           .query = head.query,
                           .authority = head.authority,
                           .fields = head.fields,
                           .octets = head.octets},
                          facts);
    awaits_continue_ = head.expect_continue;
}

void H1Exchange::reset() noexcept {
    stop(half_close_timer_);
    ServerExchange::reset();
    connection_ = nullptr;
    awaits_continue_ = false;
}

void H1Exchange::task_started() noexcept {
    // A client that left during an earlier request is not told of again.
    if (connection_->peer_closed()) on_peer_closed();
}

void H1Exchange::on_peer_closed() noexcept {
    on_input();
    start_half_close_timer();
}

void H1Exchange::start_half_close_timer() noexcept {
    // TCP cannot tell a client that only finished sending from one that is gone.
    const Milliseconds grace = context().options().timeouts.half_close_grace;
    async::Executor& executor = context().executor();
    if (grace.count() > 0) executor.start_timer(half_close_timer_, executor.now() + grace);
}

void H1Exchange::on_half_close_grace() noexcept {
    // While the answer is being sent it can: a client that is gone makes a write fail, and one that
    // does not read has the send timeout.
    if (waits_for_reader()) return start_half_close_timer();
    cancel(CancelReason::Disconnected);
}

// ---- receiving

BodyEvent H1Exchange::next_body_event() {
    const h1::Event event = connection_->next_body_event();
    switch (event.kind) {
        case h1::Event::Kind::Data:
            return {BodyEvent::Kind::Data, Bytes(event.data), {}};
        case h1::Event::Kind::End:
            if (!event.trailers.empty()) keep_trailers(event.trailers);
            return {BodyEvent::Kind::End, {}, {}};
        case h1::Event::Kind::Error:
            return {BodyEvent::Kind::Error, {}, event.error};
        case h1::Event::Kind::Head:
        case h1::Event::Kind::NeedMore:
            break;
    }
    return {};
}

void H1Exchange::before_waiting_for_body() {
    if (std::exchange(awaits_continue_, false)) connection_->send_continue();
}

async::IoResult::Kind H1Exchange::fill_body() {
    return connection_->fill_input().kind;
}

void H1Exchange::keep_input() {
    connection_->keep_input();
}

Result<> H1Exchange::limit_body(ByteCount limit) noexcept {
    return connection_->set_body_limit(limit);
}

// ---- sending

void H1Exchange::write_whole(Response& response) {
    connection_->write_whole(response);
}

Result<> H1Exchange::write_head(std::optional<std::uint64_t> length) {
    return connection_->write_head(response_, length);
}

Result<> H1Exchange::write_chunk(std::string&& chunk) {
    return connection_->write_chunk(std::move(chunk));
}

void H1Exchange::begin_file(std::uint64_t length) {
    POTTLE_REQUIRE(connection_->open_content(length), "a file body is opened once");
}

async::IoResult H1Exchange::send_file_piece(int descriptor, std::uint64_t offset,
                                            std::size_t count) {
    return connection_->send_file(descriptor, offset, count);
}

Result<> H1Exchange::write_end(const Headers& trailers) {
    return connection_->write_end(trailers);
}

void H1Exchange::write_informational(int status, const Headers& headers) {
    connection_->write_informational(status, headers);
}

void H1Exchange::flush() {
    connection_->send_batch();
}

bool H1Exchange::head_sent() const noexcept {
    return connection_->head_sent();
}

bool H1Exchange::suppresses_content() const noexcept {
    return connection_->suppresses_content();
}

bool H1Exchange::congested() const noexcept {
    return connection_->output_congested();
}

bool H1Exchange::broken() const noexcept {
    return connection_->broken();
}

// ---- ending

void H1Exchange::close_after_response() noexcept {
    connection_->close_after_response();
}

void H1Exchange::abandon() noexcept {
    connection_->abandon();
}

void H1Exchange::over() noexcept {
    connection_->exchange_over();
}

}  // namespace pottle::server
