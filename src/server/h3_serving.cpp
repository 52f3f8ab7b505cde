// SPDX-License-Identifier: MIT
/// \file
/// The receiving half of H3Connection: from streams to requests, and how requests end.
#include "h3_connection.hpp"

#include <pottle/base/log.hpp>
#include <pottle/http/status.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {

constexpr bool is_uni(h3::StreamId stream) noexcept {
    return (stream & 2) != 0;  // RFC 9000 2.1
}

/// RFC 9110 9.2.1: a replay of these does no harm.
constexpr bool is_safe(Method method) noexcept {
    return method == Method::Get || method == Method::Head || method == Method::Options;
}

}  // namespace

// ---- what the peer sends

void H3Connection::on_stream_data(net::QuicStreamId stream, std::string_view octets, bool fin,
                                  bool early) noexcept {
    context_.stats().bytes_received.add(octets.size());
    early_ = early;
    try {
        const Result<std::size_t> credit = session_.receive(stream, octets, fin);
        if (!credit) return fail(credit.error());
        return_credit(stream, *credit);
        if (session_.awaits_head(stream)) note_head(stream);
        serve_started();
    } catch (const std::exception& error) {
        fail_by_defect(error.what());
    }
    flush();
}

void H3Connection::note_head(h3::StreamId stream) {
    heads_.try_emplace(stream, context_.executor().now());
}

void H3Connection::on_request(h3::StreamId id, const http::RequestParts& parts, bool end) {
    heads_.erase(id);
    // RFC 8470 5.2: a request that may be a replay and does something has to come again.
    if (early_ && !is_safe(parts.method))
        return refuse(id, parts.method, 425, "the handshake has to be finished first");
    // RFC 9220 3: of the protocols that CONNECT could lead to.
    if (!parts.protocol.empty() && parts.protocol != "websocket")
        return refuse(id, parts.method, 501, "no such protocol here");
    ++requests_;
    idle_since_ = context_.executor().now();
    auto exchange = std::make_unique<H3Exchange>(*this, id);
    exchange->begin(parts, facts_, end, early_);
    streams_[id] = {.exchange = std::move(exchange), .progress = idle_since_};
    ++serving_;
    started_.push_back(id);
    const std::uint64_t most = context_.options().max_requests_per_connection;
    if (most > 0 && requests_ >= most) drain();
}

void H3Connection::serve_started() noexcept {
    for (std::size_t i = 0; i < started_.size(); ++i)
        if (H3Exchange* exchange = find(started_[i]); exchange && !exchange->started())
            exchange->start();
    started_.clear();
}

void H3Connection::on_body(h3::StreamId stream, std::string_view octets) {
    if (H3Exchange* exchange = find(stream))
        exchange->on_body(octets);
    else
        return_credit(stream, octets.size());
}

void H3Connection::on_trailers(h3::StreamId stream, http::Fields fields) {
    if (H3Exchange* exchange = find(stream)) exchange->on_trailers(fields);
}

void H3Connection::on_end(h3::StreamId stream) {
    if (H3Exchange* exchange = find(stream)) exchange->on_end();
}

void H3Connection::on_credit(h3::StreamId stream, std::size_t count) {
    return_credit(stream, count);
}

void H3Connection::on_refused(h3::StreamId stream, Method method, const Error& error) {
    refuse(stream, method, error.status, error.text);
}

/// Answers a request that does not reach the application.
void H3Connection::refuse(h3::StreamId stream, Method method, int status, std::string_view text) {
    context_.stats().bad_requests.add(1);
    context_.stats().responses_by_class[static_cast<std::size_t>(status / 100)].add(1);
    heads_.erase(stream);
    std::string page = fmt::format("{}: {}\n", http::status_phrase(status), text);
    const bool ends = method == Method::Head;  // no content in its answer (RFC 9110 9.3.2)
    session_.ignore_input(stream);
    session_.send_head(stream,
                       {.status = status,
                        .content_type = "text/plain; charset=utf-8",
                        .length = page.size(),
                        .preset = context_.preset()},
                       ends ? h3::EndStream::Yes : h3::EndStream::No);
    if (!ends) session_.send_body(stream, std::move(page), h3::EndStream::Yes);
    // RFC 9114 4.1.1: the answer stands although the request was not read.
    if (quic_) quic_->stop_sending(stream, static_cast<std::uint64_t>(h3::Code::NoError));
    if (context_.access_log()) log_refusal(status);
}

/// A request that could not be read is in the access log too.
void H3Connection::log_refusal(int status) {
    gateway::RequestHead unread;
    gateway::RequestHead::Source source;
    source.method = Method::Other;
    source.version = HttpVersion::Http3;
    source.method_text = source.target = "-";
    unread.assign(source, facts_);
    const Headers no_fields;
    context_.log_access({unread, no_fields, status, 0, Microseconds{}, {}});
}

void H3Connection::on_stream_error(h3::StreamId stream, h3::Code code) {
    if (is_uni(stream)) {
        if (quic_) quic_->stop_sending(stream, static_cast<std::uint64_t>(code));
        return;
    }
    if (code != h3::Code::RequestRejected) {
        context_.stats().bad_requests.add(1);
        if (!count_reset()) return;
    }
    give_up_stream(stream, code);
}

// ---- streams that end early

void H3Connection::on_stream_reset(net::QuicStreamId stream, std::uint64_t) noexcept {
    try {
        if (const Result<> taken = session_.on_reset(stream); !taken) return fail(taken.error());
    } catch (const std::exception& error) {
        return fail_by_defect(error.what());
    }
    if (is_uni(stream) || !count_reset()) return;
    H3Exchange* exchange = find(stream);
    if (!exchange) return;
    return_credit(stream, exchange->unread());
    give_up_stream(stream, h3::Code::RequestCancelled);
}

void H3Connection::on_send_stopped(net::QuicStreamId stream) noexcept {
    session_.stop_output(stream);
    if (is_uni(stream))
        return close(h3::Code::ClosedCriticalStream, "a stream that must stay was stopped");
    if (H3Exchange* exchange = find(stream)) on_answer_unwanted(*exchange);
}

/// The client stopped a stream whose answer was not complete.
void H3Connection::on_answer_unwanted(H3Exchange& exchange) noexcept {
    if (exchange.gone()) return;
    // An unfinished request is reset as well, and counted there.
    if (!exchange.request_complete() || count_reset()) exchange.on_gone();
}

void H3Connection::on_stream_closed(net::QuicStreamId stream) noexcept {
    session_.on_closed(stream);
    heads_.erase(stream);
    tell_waiting();
    if (is_uni(stream)) return;
    const auto found = streams_.find(stream);
    if (found == streams_.end()) {
        if (quic_) quic_->release_stream();
        return;
    }
    found->second.closed = true;
    H3Exchange* exchange = found->second.exchange.get();
    if (!exchange) return release(found);
    if (!exchange->answer_complete()) on_answer_unwanted(*exchange);
}

/// Ends both directions. The exchange, if there is one, is cancelled.
void H3Connection::give_up_stream(h3::StreamId stream, h3::Code code) noexcept {
    session_.ignore_input(stream);
    session_.stop_output(stream);
    flush();
    if (quic_) {
        quic_->reset_stream(stream, static_cast<std::uint64_t>(code));
        quic_->stop_sending(stream, static_cast<std::uint64_t>(code));
    }
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return;
    H3Exchange* exchange = found->second.exchange.get();
    if (!exchange) return;
    if (exchange->started()) return exchange->on_gone();
    found->second.exchange.reset();  // it came and went in the same octets
    --serving_;
    if (found->second.closed) release(found);
}

/// Counts a request that was taken back or broke the rules. Returns: false when it was one too
/// many, and the connection ends.
bool H3Connection::count_reset() noexcept {
    const h3::Limits& limits = context_.options().h3;
    const SteadyTime now = context_.executor().now();
    const auto seconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<Seconds>(now - resets_since_).count());
    const std::uint64_t forgiven = seconds * limits.resets_per_second;
    if (forgiven > 0) {
        resets_ -= static_cast<std::uint32_t>(std::min<std::uint64_t>(resets_, forgiven));
        resets_since_ = now;
    }
    if (++resets_ <= limits.reset_burst) return true;
    close(h3::Code::ExcessiveLoad, "too many requests were taken back");
    return false;
}

// ---- ends of exchanges

H3Exchange* H3Connection::find(h3::StreamId stream) noexcept {
    const auto found = streams_.find(stream);
    return found == streams_.end() ? nullptr : found->second.exchange.get();
}

void H3Connection::exchange_over(H3Exchange& exchange) noexcept {
    const h3::StreamId id = exchange.stream();
    if (quic_ && !exchange.answer_complete()) {
        // Cut off, or abandoned: nothing may look like a complete answer.
        session_.stop_output(id);
        quic_->reset_stream(id, static_cast<std::uint64_t>(h3::Code::InternalError));
    }
    if (quic_ && !exchange.request_complete()) {
        session_.ignore_input(id);  // RFC 9114 4.1.1: the answer does not need the rest
        quic_->stop_sending(id, static_cast<std::uint64_t>(h3::Code::NoError));
    }
    return_credit(id, exchange.unread());
    --serving_;
    idle_since_ = context_.executor().now();
    const auto found = streams_.find(id);
    found->second.exchange.reset();
    if (!quic_)
        streams_.erase(found);
    else if (found->second.closed)
        release(found);
    flush();
    if (aborted_ && serving_ == 0) close(h3::Code::NoError, {});
    check_over();
}

void H3Connection::release(std::unordered_map<h3::StreamId, Stream>::iterator stream) noexcept {
    streams_.erase(stream);
    if (quic_) quic_->release_stream();
}

}  // namespace pottle::server
