// SPDX-License-Identifier: MIT
/// \file
/// The receiving half of H2Connection: from input to requests, and what becomes of an exchange.
#include "h2_connection.hpp"

#include <pottle/base/log.hpp>
#include <pottle/http/status.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Reads (64 KiB each) in one go before other connections of the loop have a turn.
constexpr unsigned kReadsPerTurn = 16;
}  // namespace

void H2Connection::run() noexcept {
    if (in_run_) return;
    in_run_ = true;
    unsigned reads = 0;
    try {
        if (!pending_.empty()) context_.batch().append(std::exchange(pending_, {}));
        // Invariant 3
        while (phase_ == Phase::Open && output_.size() <= context_.options().send_high_water) {
            const bool more = read_events();
            send();
            if (!more || broken_) break;
            if (++reads > kReadsPerTurn) {
                leave_turn();
                break;
            }
            if (!refill()) break;
        }
        input_.keep();
        send();
    } catch (const std::exception& error) {
        log::error(fmt::format("connection closed by a defect of the server: {}", error.what()));
        context_.batch().clear();
        broken_ = true;
    }
    in_run_ = false;
    settle();
}

bool H2Connection::refill() {
    const async::IoResult result = input_.fill(*stream_, context_.read_buffer());
    switch (result.kind) {
        case async::IoResult::Kind::Done:
            context_.stats().bytes_received.add(result.count);
            return true;
        case async::IoResult::Kind::WouldBlock:
            return false;
        case async::IoResult::Kind::End: {
            if (std::exchange(input_ended_, true)) return false;
            const Milliseconds grace = context_.options().timeouts.half_close_grace;
            if (session_.streams() == 0 || grace.count() == 0)
                broken_ = true;
            else
                context_.executor().start_timer(end_timer_, context_.executor().now() + grace);
            return false;
        }
        case async::IoResult::Kind::Failed:
            broken_ = true;
            return false;
    }
    return false;
}

h2::Moment H2Connection::moment() const noexcept {
    const auto since_epoch = context_.executor().now().time_since_epoch();
    return static_cast<h2::Moment>(std::chrono::duration_cast<Milliseconds>(since_epoch).count());
}

/// Handles the events of the input. Returns: false when the connection is at its end.
bool H2Connection::read_events() {
    http::RequestParts parts;
    for (;;) {
        const h2::Event event = session_.next(input_.view(), parts, out(), moment());
        input_.consume(event.consumed);
        consumed_ += event.consumed;
        switch (event.kind) {
            case h2::Event::Kind::NeedMore:
                return true;
            case h2::Event::Kind::Head:
                serve(event, parts);
                break;
            case h2::Event::Kind::Refused:
                refuse(event);
                break;
            case h2::Event::Kind::Data:
                on_data(event);
                break;
            case h2::Event::Kind::End:
                H2Stream::of(*event.stream).on_body_end();
                break;
            case h2::Event::Kind::Trailers:
                H2Stream::of(*event.stream).on_trailers(event.trailers);
                break;
            case h2::Event::Kind::Reset:
                // The handler is told at once; the stream keeps its slot until it has ended.
                H2Stream::of(*event.stream).on_reset();
                break;
            case h2::Event::Kind::Error:
                context_.stats().bad_requests.add(1);
                return false;
        }
        if (context_.batch().size() >= kBatchLimit) send();
    }
}

void H2Connection::serve(const h2::Event& event, const http::RequestParts& parts) {
    const std::uint64_t limit = context_.options().max_requests_per_connection;
    if (limit > 0 && ++requests_ >= limit) begin_draining();
    if (!parts.protocol.empty() && parts.protocol != "websocket") {
        h2::Event unknown = event;  // RFC 8441 4
        unknown.error = Error::peer(Errc::Unsupported, 501, "protocol of CONNECT not implemented");
        return refuse(unknown);
    }
    H2Stream& exchange = context_.acquire_h2_stream();
    ++live_;
    exchange.begin(*this, *event.stream, parts, facts_);
    if (parts.protocol == "websocket") {
        exchange.serve_tunnel(event.end);
        return;
    }
    if (event.end) {
        exchange.set_body_in_hand({});
    } else if (std::string_view rest = input_.view(), body; session_.take_whole_body(
                   *event.stream, context_.options().h1.body, rest, body, out())) {
        input_.consume(input_.view().size() - rest.size());
        exchange.set_body_in_hand(body);
    }
    exchange.serve();
}

void H2Connection::adopt_upgrade(std::string_view settings, const http::RequestParts& request) {
    pending_ += "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n";
    open();
    h2::Stream* stream = session_.adopt_upgrade(settings, request.method == Method::Head);
    if (stream == nullptr)
        return session_.fail(h2::ErrorCode::ProtocolError, "malformed HTTP2-Settings", pending_);
    h2::Event event;
    event.stream = stream;
    event.end = true;
    serve(event, request);
}

/// A request that is well-formed and too large, or expects what nobody has.
void H2Connection::refuse(const h2::Event& event) {
    context_.stats().bad_requests.add(1);
    const int status = event.error.status;
    context_.stats().responses_by_class[static_cast<std::size_t>(status / 100)].add(1);
    h2::Stream& stream = *event.stream;
    const bool ends = stream.head_request;  // the answer to HEAD has no content (RFC 9110 9.3.2)
    std::string text = fmt::format("{}: {}\n", http::status_phrase(status), event.error.text);
    session_.send_head(stream,
                       {.status = status,
                        .content_type = "text/plain; charset=utf-8",
                        .content_length = text.size(),
                        .preset = context_.preset_fields()},
                       ends ? h2::EndStream::Yes : h2::EndStream::No, out());
    if (!ends) session_.send_data(stream, std::move(text), h2::EndStream::Yes, may_write(), out());
    session_.release(stream, context_.options().discard_limit, out());
}

void H2Connection::on_data(const h2::Event& event) {
    H2Stream& exchange = H2Stream::of(*event.stream);
    if (!exchange.on_data(event.data)) session_.consumed(*event.stream, event.data.size(), out());
    if (event.end) exchange.on_body_end();
}

void H2Connection::consumed(h2::Stream& stream, std::size_t count) {
    const std::size_t before = out().size();
    session_.consumed(stream, count, out());
    if (out().size() > before) wrote();
}

bool H2Connection::push(H2Stream& parent, std::string_view path, const Headers& headers) {
    const gateway::RequestHead& head = parent.head();
    h2::Stream* stream =
        session_.push(parent.stream(), path, head.authority(), head.scheme(), headers, out());
    if (stream == nullptr) return false;
    std::vector<http::Field> fields{{"host", head.authority()}};
    for (const Headers::Entry& entry : headers) fields.push_back({entry.name, entry.value});
    http::RequestParts parts;
    parts.method = Method::Get;
    parts.method_text = "GET";
    parts.scheme = head.scheme();
    parts.authority = head.authority();
    parts.target = path;
    parts.path = path.substr(0, path.find('?'));
    if (parts.path.size() < path.size()) parts.query = path.substr(parts.path.size() + 1);
    parts.fields = fields;
    H2Stream& exchange = context_.acquire_h2_stream();
    ++live_;
    exchange.begin(*this, *stream, parts, facts_);
    exchange.set_body_in_hand({});
    exchange.serve();
    wrote();
    return true;
}

void H2Connection::exchange_over(H2Stream& exchange) noexcept {
    h2::Stream& stream = exchange.stream();
    try {
        // What was never read still counts in the connection's window.
        if (exchange.unread() > 0) session_.consumed(stream, exchange.unread(), out());
        // The end of a websocket is the end of its stream (RFC 8441 5).
        if (exchange.is_websocket() && !stream.closed() && !stream.end_queued)
            session_.send_data(stream, {}, h2::EndStream::Yes, may_write(), out());
        // An answer that was begun and not ended can only be cut off.
        if (!stream.local_closed && !stream.end_queued)
            session_.reset(stream, h2::ErrorCode::InternalError, out());
        // A client that waits for 100 Continue may or may not send its body now.
        const bool wanted = !exchange.awaits_continue() && !exchange.is_websocket();
        const std::uint64_t discard = wanted ? context_.options().discard_limit : 0;
        session_.release(stream, discard, out());
    } catch (const std::exception& defect) {
        log::error(fmt::format("connection closed by a defect of the server: {}", defect.what()));
        broken_ = true;
    }
    context_.release_h2_stream(exchange);
    --live_;
    wrote();
}

}  // namespace pottle::server
