// SPDX-License-Identifier: MIT
/// \file
/// The open websocket: accepting, receiving, sending. Its end is in websocket_session_ending.cpp.
#include "websocket_session.hpp"

#include "websocket_wire.hpp"

#include <pottle/base/require.hpp>
#include <pottle/proto/ws/writer.hpp>

#include <algorithm>
#include <utility>

namespace pottle::server {

using Kind = WebsocketMessage::Kind;

namespace {

/// Reads of 64 KiB before other connections of the loop have a turn.
constexpr unsigned kReadsPerTurn = 16;

ws::Opcode opcode_of(Kind kind) noexcept {
    return kind == Kind::Text ? ws::Opcode::Text : ws::Opcode::Binary;
}

void require_free(const Headers& headers) {
    for (const Headers::Entry& field : headers) {
        constexpr std::string_view kOwn = "sec-websocket-";
        const bool taken =
            ascii::iequals(std::string_view(field.name).substr(0, kOwn.size()), kOwn) ||
            ascii::iequals(field.name, "upgrade") || ascii::iequals(field.name, "connection");
        POTTLE_REQUIRE(!taken,
                       "accept() sets the handshake's fields itself: Upgrade, Connection, "
                       "Sec-WebSocket-*");
    }
}

}  // namespace

WebsocketSession::WebsocketSession(LoopContext& context, gateway::Exchange& handshake,
                                   Duplex& duplex, WebsocketHost& host)
    : Websocket(handshake),
      context_(context),
      duplex_(duplex),
      flush_job_(*this, &WebsocketSession::flush),
      reader_(context.options().websocket.limits),
      pump_job_(*this, &WebsocketSession::on_readable),
      alive_timer_(*this, &WebsocketSession::on_alive_timer),
      send_timer_(*this, &WebsocketSession::on_send_timer),
      close_timer_(*this, &WebsocketSession::on_close_timer),
      grace_timer_(*this, &WebsocketSession::on_grace_over),
      host_(host) {}

WebsocketSession::~WebsocketSession() {
    for (async::Timer* timer :
         {static_cast<async::Timer*>(&alive_timer_), static_cast<async::Timer*>(&send_timer_),
          static_cast<async::Timer*>(&close_timer_), static_cast<async::Timer*>(&grace_timer_)})
        stop(*timer);
}

void WebsocketSession::accept(std::string_view subprotocol, const Headers& headers) {
    if (accepted_) return;
    POTTLE_REQUIRE(!refused_, "a websocket that was closed before accept() is refused");
    const gateway::RequestHead& head = handshake().head();
    const auto offered = ws::offered_subprotocols(head.fields());
    POTTLE_REQUIRE(subprotocol.empty() || std::ranges::find(offered, subprotocol) != offered.end(),
                   "accept() must choose a subprotocol that the client offered");
    require_free(headers);

    const ws::DeflateAnswer deflate = ws::negotiate_deflate(head.fields(), options().deflate);
    Headers fields = ws::accepting_fields(head.version(), head.fields(), subprotocol, deflate);
    for (const Headers::Entry& field : headers) fields.add(field.name, field.value);
    if (deflate.accepted) use_deflate(deflate.parameters);

    handshake().response().status = head.version() == HttpVersion::Http11 ? 101 : 200;
    handshake().response().headers = fields;
    accepted_ = true;
    duplex_.accept(fields);
    ServerStats::Slot& stats = context_.stats();
    stats.websockets_open.add(1);
    stats.websockets_total.add(1);
    host_.on_websocket_accepted();
    last_seen_ = last_message_ = context_.executor().now();
    watch_client();
    duplex_.observe(this);
    schedule_flush();
    schedule_pump();  // only who has read is told of more
    if (context_.draining()) drain();
}

void WebsocketSession::use_deflate(const ws::DeflateParameters& parameters) {
    deflate_ = parameters;
    const bool client_takes_over = parameters.client_context_takeover;
    // Inflating with a larger window than agreed on reads the same.
    if (client_takes_over)
        own_inflater_ = std::make_unique<ws::Inflater>(parameters.client_window_bits);
    reader_.use_deflate(own_inflater_ ? *own_inflater_ : context_.inflater(),
                        client_takes_over ? ws::ContextTakeover::Yes : ws::ContextTakeover::No);
    const bool shares =
        !parameters.server_context_takeover && parameters.server_window_bits == kSharedWindowBits;
    if (!shares)
        own_deflater_ =
            std::make_unique<ws::Deflater>(options().deflate, parameters.server_window_bits);
    deflater_ = shares ? &context_.deflater() : own_deflater_.get();
}

// ---- receiving

void WebsocketSession::on_readable() noexcept {
    pump_scheduled_ = false;
    guard(&WebsocketSession::pump);
}

void WebsocketSession::schedule_pump() noexcept {
    if (!std::exchange(pump_scheduled_, true)) context_.executor().defer(pump_job_);
}

bool WebsocketSession::has_room() const noexcept {
    return queue_.empty() ||
           (queue_.size() < options().queue_messages && queue_.bytes() < options().queue_bytes);
}

/// Reads and parses while there is room for messages.
void WebsocketSession::pump() {
    paused_ = false;
    for (unsigned reads = 0; !lost_ && !failed_ && !close_received_;) {
        if (!parse()) break;
        if (reads++ == kReadsPerTurn) {
            schedule_pump();
            break;
        }
        const async::IoResult result = input_.fill(duplex_, context_.read_buffer());
        if (result.kind == async::IoResult::Kind::WouldBlock) break;
        if (result.kind != async::IoResult::Kind::Done) {
            peer_ended_ = true;
            if (result.kind == async::IoResult::Kind::Failed) lost_ = true;
            end(ws::close_code::kAbnormal, {});
            break;
        }
        context_.stats().bytes_received.add(result.count);
        last_seen_ = context_.executor().now();
        awaits_pong_ = false;
    }
    input_.keep();
    check_over();
}

/// Parses what has been read. Returns: true when more input is wanted.
bool WebsocketSession::parse() {
    while (true) {
        // Behind our close frame only the client's own is of interest.
        if (!close_sent_ && !has_room()) {
            paused_ = true;
            return false;
        }
        if (input_.empty()) return true;
        const ws::Event event = reader_.next(input_.view());
        input_.consume(event.consumed);
        switch (event.kind) {
            case ws::Event::Kind::NeedMore:
                return true;
            case ws::Event::Kind::Message:
                take_message(event.opcode == ws::Opcode::Text ? Kind::Text : Kind::Binary);
                break;
            case ws::Event::Kind::Ping:
                answer_ping(event.payload);
                break;
            case ws::Event::Kind::Pong:
                break;  // any bytes are a sign of life; unsolicited ones mean nothing
            case ws::Event::Kind::Close:
                input_.clear();
                peer_closed(event.code, event.payload);
                return false;
            case ws::Event::Kind::Error:
                input_.clear();
                failed_ = true;
                end(static_cast<std::uint16_t>(event.error.wire_code), event.error.text);
                return false;
        }
    }
}

void WebsocketSession::take_message(Kind kind) {
    std::string data = reader_.take_message();
    context_.stats().websocket_messages_received.add(1);
    if (close_sent_ || application_over_) return;
    last_message_ = context_.executor().now();
    queue_.push({kind, 0, std::move(data)});
    arrival().set();
}

/// RFC 6455 5.5.3: only the latest of several unanswered pings needs an answer.
void WebsocketSession::answer_ping(std::string_view payload) {
    if (close_sent_) return;
    if (congested()) {
        last_ping_ = payload;
        owes_pong_ = true;
        return;
    }
    ws::append_frame(output_.tail(), ws::Opcode::Pong, payload);
    output_.appended();
    schedule_flush();
}

bool WebsocketSession::try_receive(WebsocketMessage& message) {
    POTTLE_REQUIRE(accepted_, "receiving needs accept()");
    in_hand_ = false;
    if (queue_.empty() && paused_) pump();
    if (!queue_.empty()) {
        message = queue_.pop();
        in_hand_ = true;
        if (grace_timer_.active()) start_grace(grace_reason_);
        return true;
    }
    if (!end_) return false;
    settle();
    message = {Kind::Closed, end_->code, end_->reason};
    return true;
}

// ---- sending

bool WebsocketSession::closed() const noexcept {
    return close_sent_ || lost_ || (end_ && !settling());
}

void WebsocketSession::throw_closed() const {
    if (end_) throw WebsocketClosed(end_->code, end_->reason);
    if (own_close_) throw WebsocketClosed(own_close_->code, own_close_->reason);
    throw WebsocketClosed(ws::close_code::kAbnormal, {});
}

bool WebsocketSession::congested() const noexcept {
    return output_.size() > context_.options().send_high_water && !lost_;
}

void WebsocketSession::queue(Kind kind, std::string_view data) {
    POTTLE_REQUIRE(accepted_, "sending needs accept()");
    if (closed()) throw_closed();
    append_message(kind, data);
    count_sent();
}

bool WebsocketSession::queue(const Shared<const gateway::SharedMessage>& message) {
    POTTLE_REQUIRE(accepted_, "sending needs accept()");
    if (closed()) return false;
    output_.append(message, frame_of(*message));
    count_sent();
    return true;
}

bool WebsocketSession::send_now(const Shared<const gateway::SharedMessage>& message) {
    if (flush_scheduled_ || !output_.empty()) return queue(message);  // not before what waits
    POTTLE_REQUIRE(accepted_, "sending needs accept()");
    if (closed()) return false;
    std::string_view frame = frame_of(*message);
    const async::IoResult result = duplex_.write({&frame, 1});
    context_.stats().websocket_messages_sent.add(1);
    context_.stats().bytes_sent.add(result.count);
    last_message_ = context_.executor().now();
    if (result.kind == async::IoResult::Kind::Failed) {
        lose();
        return false;
    }
    frame.remove_prefix(result.count);
    if (!frame.empty()) {
        output_.append(message, frame);
        schedule_flush();  // starts the time limit
    }
    return true;
}

/// A message as it goes to this client.
std::string_view WebsocketSession::frame_of(const gateway::SharedMessage& message) {
    const WebsocketWire& wire = WebsocketWire::of(message);
    const bool deflated =
        compresses(message.data().size()) && deflate_.server_window_bits == kSharedWindowBits;
    if (!deflated) return wire.plain();
    // The client's window holds what this deflater has not seen.
    if (own_deflater_) own_deflater_->forget();
    return wire.deflated(options().deflate);
}

bool WebsocketSession::compresses(std::size_t size) const noexcept {
    return deflater_ && size >= options().deflate.threshold;
}

void WebsocketSession::append_message(Kind kind, std::string_view data) {
    std::string& out = output_.tail();
    if (compresses(data.size())) {
        std::string payload;
        deflater_->deflate(
            data, payload,
            deflate_.server_context_takeover ? ws::ContextTakeover::Yes : ws::ContextTakeover::No);
        ws::append_frame(out, opcode_of(kind), payload, ws::Compressed::Yes);
    } else {
        ws::append_frame(out, opcode_of(kind), data);
    }
    output_.appended();
}

void WebsocketSession::count_sent() noexcept {
    context_.stats().websocket_messages_sent.add(1);
    last_message_ = context_.executor().now();
    schedule_flush();
}

void WebsocketSession::schedule_flush() noexcept {
    if (!std::exchange(flush_scheduled_, true)) context_.executor().defer(flush_job_);
}

void WebsocketSession::flush() noexcept {
    flush_scheduled_ = false;
    write_output();
}

void WebsocketSession::write_output() noexcept {
    guard(&WebsocketSession::write_what_fits);
}

void WebsocketSession::write_what_fits() {
    if (lost_) return check_over();
    const bool was_congested = congested();
    std::uint64_t sent = 0;
    const WebsocketOutput::State state = output_.write(duplex_, sent);
    context_.stats().bytes_sent.add(sent);
    switch (state) {
        case WebsocketOutput::State::Drained:
            stop(send_timer_);
            break;
        case WebsocketOutput::State::Blocked:
            if (sent > 0 || !send_timer_.active())
                start(send_timer_, context_.options().timeouts.send);
            break;
        case WebsocketOutput::State::Failed:
            return lose();
    }
    if (!congested()) {
        if (std::exchange(owes_pong_, false)) answer_ping(std::exchange(last_ping_, {}));
        if (was_congested) tell_drained();
    }
    check_over();
}

}  // namespace pottle::server
