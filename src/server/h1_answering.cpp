// SPDX-License-Identifier: MIT
/// \file
/// The sending half of H1Connection: responses, error responses and their lines in the access log.
#include "h1_connection.hpp"
#include "h1_exchange.hpp"

#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>
#include <pottle/http/status.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// A body up to this size is copied into the batch; a larger one is written from where it stands.
constexpr std::size_t kCopiedBody = 16 * 1024;

h1::ResponseHead head_of(const Response& response) noexcept {
    return {response.status, response.content_type(), &response.headers};
}
}  // namespace

void H1Connection::settle_unread_body() noexcept {
    if (reader_.message_done() || !exchange_) return;
    // A client that waits for 100 Continue may or may not send its body now (RFC 9110 10.1.1); a
    // long one is not worth reading.
    if (exchange_->awaits_continue() || reader_.remaining() > options().discard_limit)
        writer_.close_after_this();
}

void H1Connection::write_whole(Response& response) {
    settle_unread_body();
    std::string& octets = *response.octets();
    if (octets.size() <= kCopiedBody) {
        writer_.write_response(context_.batch(), head_of(response), octets, context_.preset());
        if (exchange_ && !writer_.suppresses_content()) exchange_->count_body(octets.size());
        return;
    }
    response.headers.remove("content-length");  // the body decides, as it does for a small one
    const Result<> head =
        writer_.write_head(context_.batch(), head_of(response), octets.size(), context_.preset());
    POTTLE_REQUIRE(head, "the response's head cannot be sent: it contradicts itself");
    if (!writer_.suppresses_content()) {
        POTTLE_REQUIRE(writer_.open_chunk(context_.batch(), octets.size()),
                       "a whole body has the announced length");
        if (exchange_) exchange_->count_body(octets.size());
        send_batch(std::move(octets));
    }
    POTTLE_REQUIRE(writer_.finish(context_.batch(), nullptr),
                   "a whole body has the announced length");
}

Result<> H1Connection::write_head(const Response& response, std::optional<std::uint64_t> length) {
    POTTLE_REQUIRE(!writer_.head_sent(), "the response's head is sent once");
    settle_unread_body();
    return writer_.write_head(context_.batch(), head_of(response), length, context_.preset());
}

Result<> H1Connection::write_chunk(std::string&& chunk) {
    if (writer_.suppresses_content()) return {};
    std::string& batch = context_.batch();
    POTTLE_TRY(writer_.open_chunk(batch, chunk.size()));
    exchange_->count_body(chunk.size());
    if (chunk.size() <= kCopiedBody) {
        batch += chunk;
        writer_.close_chunk(batch);
        send_batch();
    } else {
        writer_.close_chunk(chunk);
        send_batch(std::move(chunk));
    }
    return {};
}

bool H1Connection::open_content(std::uint64_t length) {
    if (!writer_.open_chunk(context_.batch(), length)) return false;
    exchange_->count_body(length);
    return true;
}

Result<> H1Connection::write_end(const Headers& trailers) {
    POTTLE_TRY(writer_.finish(context_.batch(), trailers.empty() ? nullptr : &trailers));
    send_batch();
    return {};
}

void H1Connection::send_continue() {
    if (writer_.head_sent()) return;  // the final answer has told the client what to do
    static const Headers kNoFields;
    (void)writer_.write_informational(context_.batch(), 100, kNoFields);
    send_batch();
}

void H1Connection::write_informational(int status, const Headers& headers) {
    if (writer_.head_sent()) return;
    POTTLE_REQUIRE(writer_.write_informational(context_.batch(), status, headers),
                   "an informational response has a status from 100 to 199");
    send_batch();
}

// ---- as a websocket

void H1Connection::accept(const Headers& fields) {
    exchange_->stop_half_close_timer();
    POTTLE_REQUIRE(writer_.write_informational(context_.batch(), 101, fields),
                   "101 is an informational status");
    send_batch();
}

void H1Connection::observe(async::StreamObserver* observer) noexcept {
    stream_->observe(observer ? observer : this);
}

async::IoResult H1Connection::read(std::span<char> into) noexcept {
    const async::IoResult result = stream_->read(into);
    if (result.kind == async::IoResult::Kind::End) input_ended_ = true;
    if (result.kind == async::IoResult::Kind::Failed) broken_ = true;
    return result;
}

async::IoResult H1Connection::write(std::span<const std::string_view> pieces) noexcept {
    if (!output_.empty()) send_batch();  // the head did not fit
    if (broken_) return async::IoResult::failed(Error::us(Errc::Closed, "the stream is broken"));
    if (!output_.empty()) return async::IoResult::would_block();
    const async::IoResult result = stream_->write(pieces);
    if (result.kind == async::IoResult::Kind::Failed) broken_ = true;
    return result;
}

// ---- files

async::IoResult H1Connection::send_file(int descriptor, std::uint64_t offset,
                                        std::size_t count) noexcept {
    if (!output_.empty()) return async::IoResult::would_block();  // the head is still queued
    const async::IoResult result = stream_->send_file(descriptor, offset, count);
    if (result.kind == async::IoResult::Kind::Done) {
        context_.stats().bytes_sent.add(result.count);
        stop_waiting();
    } else if (result.kind == async::IoResult::Kind::WouldBlock) {
        await(Waiting::Send, options().timeouts.send);
    } else if (result.kind == async::IoResult::Kind::Failed) {
        broken_ = result.error.blame == Blame::Peer;  // else it is the file that failed
    }
    return result;
}

void H1Connection::send_batch(std::string&& body) {
    std::string& batch = context_.batch();
    if (broken_) return batch.clear();
    if (batch.empty() && body.empty() && output_.empty()) return;
    std::uint64_t sent = 0;
    const Output::State state = output_.write(*stream_, batch, std::move(body), sent);
    context_.stats().bytes_sent.add(sent);
    switch (state) {
        case Output::State::Drained:
            if (waiting_ == Waiting::Send) stop_waiting();
            break;
        case Output::State::Blocked:
            if (sent > 0 || waiting_ != Waiting::Send)
                await(Waiting::Send, options().timeouts.send);
            break;
        case Output::State::Failed:
            broken_ = true;
            break;
    }
}

/// Answers a request that cannot be understood and ends the connection (RFC 9112 2.2, 3).
void H1Connection::refuse(const Error& error, Method method) {
    context_.stats().bad_requests.add(1);
    if (phase_ == Phase::Reading) {
        writer_.begin({method, HttpVersion::Http11, false});
        const int status = error.status ? error.status : 400;
        Response page{fmt::format("{}: {}\n", http::status_phrase(status), error.text), status};
        page.set_static_content_type("text/plain; charset=utf-8");
        write_whole(page);
        context_.stats().responses_by_class[static_cast<std::size_t>(status / 100)].add(1);
        if (context_.access_log()) log_refusal(status);
    }
    phase_ = Phase::Closing;
    send_batch();
    begin_closing();
}

/// A request that could not be read is in the access log too: "- - HTTP/1.1" with its 4xx.
void H1Connection::log_refusal(int status) {
    gateway::RequestHead unread;
    gateway::RequestHead::Source source;
    source.method = Method::Other;
    source.method_text = source.target = "-";
    unread.assign(source, facts_);
    const Headers no_fields;
    context_.log_access({unread, no_fields, status, 0, Microseconds{}, {}});
}

}  // namespace pottle::server
