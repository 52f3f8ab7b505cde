// SPDX-License-Identifier: MIT
#include "h3_exchange.hpp"

#include "h3_connection.hpp"

#include <pottle/base/require.hpp>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

#include <unistd.h>

namespace pottle::server {

namespace {

/// A body is handed to its reader in pieces of this size at most, and a file sent in such.
constexpr std::size_t kPiece = 64 * 1024;

constexpr Error kTooLarge =
    Error::peer(Errc::BodyTooLarge, 413, "the request body is larger than allowed");
}  // namespace

H3Exchange::H3Exchange(H3Connection& connection, h3::StreamId stream)
    : ServerExchange(connection.context()), connection_(connection), stream_(stream) {}

void H3Exchange::begin(const http::RequestParts& parts, const gateway::ConnectionFacts& facts,
                       bool end, bool early) {
    ServerExchange::begin({.method = parts.method,
                           .version = HttpVersion::Http3,
                           .method_text = parts.method_text,
                           .target = parts.target,
                           .path = parts.path,
                           .query = parts.query,
                           .authority = parts.authority,
                           .fields = parts.fields,
                           .early_data = early},
                          facts);
    body_limit_ = context().options().h1.body;
    announced_ = parts.content_length;
    rules_.begin(parts.method);
    awaits_continue_ = parts.expect_continue;
    wants_websocket_ = parts.protocol == "websocket";
    body_ended_ = end;
}

void H3Exchange::start() noexcept {
    started_ = true;
    if (wants_websocket_) return serve_websocket(*this);
    if (body_ended_ && !over_limit()) {
        set_body_in_hand(body_);
        awaits_continue_ = false;
        const std::size_t size = unread();
        body_offset_ = body_.size();
        if (size > 0) connection_.return_credit(stream_, size);
    }
    serve();
}

// ---- receiving

void H3Exchange::on_body(std::string_view octets) {
    received_ += octets.size();
    if (body_offset_ > 0 && (body_offset_ == body_.size() || body_offset_ >= kPiece)) {
        body_.erase(0, body_offset_);
        body_offset_ = 0;
    }
    body_ += octets;
    if (!started_) return;
    on_input();
    if (observer_ && std::exchange(want_read_, false)) observer_->on_readable();
}

void H3Exchange::on_end() noexcept {
    body_ended_ = true;
    if (!started_) return;
    on_input();
    if (observer_) observer_->on_peer_closed();
}

void H3Exchange::on_gone() noexcept {
    if (std::exchange(gone_, true) || !started_) return;
    // A websocket's handler gets what came before the end.
    if (is_websocket()) {
        if (observer_) observer_->on_peer_closed();
        return;
    }
    cancel(CancelReason::Disconnected);
    on_input();
    on_output_drained();
}

void H3Exchange::on_sent() noexcept {
    on_output_drained();
    if (observer_ && std::exchange(want_write_, false)) observer_->on_writable();
}

bool H3Exchange::over_limit() const noexcept {
    return body_limit_ > 0 && std::max(received_, announced_.value_or(0)) > body_limit_;
}

BodyEvent H3Exchange::next_body_event() {
    if (over_limit()) return {BodyEvent::Kind::Error, {}, kTooLarge};
    if (const std::size_t size = std::min(unread(), kPiece); size > 0) {
        Bytes piece;
        if (size == body_.size())
            piece = Bytes(std::exchange(body_, {}));
        else
            piece = Bytes(std::string_view(body_).substr(body_offset_, size));
        body_offset_ = body_.empty() ? 0 : body_offset_ + size;
        connection_.return_credit(stream_, size);
        return {BodyEvent::Kind::Data, std::move(piece), {}};
    }
    if (body_ended_) return {BodyEvent::Kind::End, {}, {}};
    return {};
}

void H3Exchange::before_waiting_for_body() {
    if (!std::exchange(awaits_continue_, false)) return;
    static const Headers kNoFields;
    write_informational(100, kNoFields);
}

async::IoResult::Kind H3Exchange::fill_body() {
    if (gone_) return async::IoResult::Kind::Failed;
    return unread() > 0 || body_ended_ ? async::IoResult::Kind::Done
                                       : async::IoResult::Kind::WouldBlock;
}

Result<> H3Exchange::limit_body(ByteCount limit) noexcept {
    body_limit_ = limit;
    if (over_limit()) return fail(kTooLarge);
    return {};
}

// ---- sending

void H3Exchange::write_answer_head(const Response& response, h3::EndStream end) {
    connection_.session().send_head(stream_,
                                    {.status = response.status,
                                     .content_type = rules_.content_type(response),
                                     .headers = &response.headers,
                                     .length = rules_.content_length(),
                                     .preset = context().preset()},
                                    end);
    head_sent_ = true;
    answer_ended_ = end == h3::EndStream::Yes;
}

void H3Exchange::write_whole(Response& response) {
    std::string& octets = *response.octets();
    rules_.decide_whole(response, octets.size());
    if (rules_.suppresses_content() || octets.empty()) {
        write_answer_head(response, h3::EndStream::Yes);
    } else {
        write_answer_head(response, h3::EndStream::No);
        count_body(octets.size());
        connection_.session().send_body(stream_, std::move(octets), h3::EndStream::Yes);
        answer_ended_ = true;
    }
    connection_.flush();
}

Result<> H3Exchange::write_head(std::optional<std::uint64_t> length) {
    POTTLE_REQUIRE(!head_sent_, "the response's head is sent once");
    POTTLE_TRY(rules_.decide_streamed(response_, length));
    write_answer_head(response_, h3::EndStream::No);
    return {};
}

Result<> H3Exchange::write_chunk(std::string&& chunk) {
    if (rules_.suppresses_content()) return {};
    POTTLE_TRY(rules_.add(chunk.size()));
    count_body(chunk.size());
    connection_.session().send_body(stream_, std::move(chunk), h3::EndStream::No);
    connection_.flush();
    return {};
}

void H3Exchange::begin_file(std::uint64_t) {}

async::IoResult H3Exchange::send_file_piece(int descriptor, std::uint64_t offset,
                                            std::size_t count) {
    if (congested()) return async::IoResult::would_block();
    std::string piece;
    ssize_t size = -1;
    piece.resize_and_overwrite(std::min(count, kPiece), [&](char* into, std::size_t room) {
        do {
            size = ::pread(descriptor, into, room, static_cast<off_t>(offset));
        } while (size < 0 && errno == EINTR);
        return size > 0 ? static_cast<std::size_t>(size) : 0;
    });
    if (size < 0) return async::IoResult::failed(Error::system(errno, "the file cannot be read"));
    if (size == 0)
        return async::IoResult::failed(
            Error::us(Errc::UnexpectedEnd, "the file is shorter than said"));
    if (!write_chunk(std::move(piece)))
        return async::IoResult::failed(
            Error::us(Errc::BadResponse, "the file is longer than said"));
    return async::IoResult::done(static_cast<std::size_t>(size));
}

Result<> H3Exchange::write_end(const Headers& trailers) {
    if (answer_ended_) return {};
    POTTLE_TRY(rules_.finish());
    static const Headers kNoTrailers;
    connection_.session().send_end(stream_, rules_.suppresses_content() ? kNoTrailers : trailers);
    answer_ended_ = true;
    connection_.flush();
    return {};
}

void H3Exchange::write_informational(int status, const Headers& headers) {
    if (head_sent_) return;
    connection_.session().send_informational(stream_, status, headers);
    connection_.flush();
}

void H3Exchange::flush() {
    connection_.flush();
}

bool H3Exchange::congested() const noexcept {
    return !gone_ && connection_.congested(stream_);
}

// ---- as a websocket

void H3Exchange::accept(const Headers& fields) {
    connection_.session().send_head(
        stream_, {.status = 200, .headers = &fields, .preset = context().preset()},
        h3::EndStream::No);
    head_sent_ = true;
    connection_.flush();
}

async::IoResult H3Exchange::read(std::span<char> into) noexcept {
    if (gone_)
        return async::IoResult::failed(
            {Errc::Reset, Blame::Peer, 0, 0, 0, "the peer reset the stream"});
    const std::size_t size = std::min(unread(), into.size());
    if (size == 0) {
        if (body_ended_) return async::IoResult::end();
        want_read_ = true;
        return async::IoResult::would_block();
    }
    std::copy_n(body_.data() + body_offset_, size, into.data());
    body_offset_ += size;
    connection_.return_credit(stream_, size);
    return async::IoResult::done(size);
}

async::IoResult H3Exchange::write(std::span<const std::string_view> pieces) noexcept {
    if (gone_)
        return async::IoResult::failed(
            {Errc::Reset, Blame::Peer, 0, 0, 0, "the peer reset the stream"});
    if (congested()) {
        want_write_ = true;
        return async::IoResult::would_block();
    }
    try {
        std::string octets;
        for (const std::string_view piece : pieces) {
            octets += piece.substr(0, kPiece - octets.size());
            if (octets.size() == kPiece) break;
        }
        const std::size_t size = octets.size();
        connection_.session().send_body(stream_, std::move(octets), h3::EndStream::No);
        connection_.flush();
        return async::IoResult::done(size);
    } catch (const std::bad_alloc&) {
        gone_ = true;
        return async::IoResult::failed(Error::us(Errc::System, "out of memory"));
    }
}

void H3Exchange::over() noexcept {
    if (is_websocket() && !gone_ && !answer_ended_) {
        connection_.session().send_end(stream_, Headers());
        answer_ended_ = true;
    }
    connection_.exchange_over(*this);
}

}  // namespace pottle::server
