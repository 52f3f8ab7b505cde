// SPDX-License-Identifier: MIT
/// \file
/// The receiving half of H1Connection: from input to requests, and from one exchange to the next.
#include "h1_connection.hpp"
#include "h1_exchange.hpp"

#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Responses collected before they are written although more requests are waiting: bounds the
/// batch.
constexpr std::size_t kBatchLimit = 64 * 1024;
/// Reads (64 KiB each) in one go before other connections of the loop have a turn.
constexpr unsigned kReadsPerTurn = 16;
}  // namespace

void H1Connection::run() noexcept {
    if (in_run_) return;
    in_run_ = true;
    unsigned reads = 0;
    try {
        while (!held_back() && !waits_for_preface()) {
            const Step next = step();
            if (next != Step::Go || context_.batch().size() >= kBatchLimit || !output_.empty())
                send_batch();
            if (next == Step::Stop || broken_) break;
            if (next != Step::NeedInput) continue;
            if (++reads > kReadsPerTurn) {
                leave_turn();
                break;
            }
            if (held_back() || !refill()) break;
        }
        if (phase_ != Phase::Closed) input_.keep();
    } catch (const std::exception& error) {
        log::error(fmt::format("connection closed by a defect of the server: {}", error.what()));
        context_.batch().clear();
        broken_ = true;
    }
    in_run_ = false;
    if (broken_ && phase_ != Phase::Serving && phase_ != Phase::Closed) close();
}

bool H1Connection::refill() {
    const async::IoResult result = fill_input();
    switch (result.kind) {
        case async::IoResult::Kind::Done:
            return true;
        case async::IoResult::Kind::WouldBlock:
            await_input();
            return false;
        case async::IoResult::Kind::End:
            input_ended_ = true;
            // RFC 9112 8: a message that ends early is incomplete; there is nobody left to tell.
            begin_closing();
            return false;
        case async::IoResult::Kind::Failed:
            broken_ = true;
            return false;
    }
    return false;
}

/// A client that sends faster than it is served never lets run() end by itself.
void H1Connection::leave_turn() noexcept {
    waiting_ = Waiting::Turn;
    deadline_ = context_.executor().now();
    context_.executor().start_timer(timer_, deadline_);
}

void H1Connection::await_input() noexcept {
    if (phase_ == Phase::Discarding) {
        if (output_.empty()) await(Waiting::Body, options().timeouts.body);  // else Waiting::Send
    } else if (!reader_.idle()) {
        // From the first bytes on, not from the last.
        if (waiting_ != Waiting::Head) await(Waiting::Head, options().timeouts.header);
    } else if (context_.draining()) {
        begin_closing();
    } else {
        await(Waiting::Request, options().timeouts.idle);
    }
}

async::IoResult H1Connection::fill_input() {
    const async::IoResult result = input_.fill(*stream_, context_.read_buffer());
    if (result.kind == async::IoResult::Kind::Done)
        context_.stats().bytes_received.add(result.count);
    return result;
}

H1Connection::Step H1Connection::step() {
    if (phase_ != Phase::Reading && phase_ != Phase::Discarding) return Step::Stop;
    h1::Head& head = context_.head();
    const h1::Event event = reader_.next(input_.view(), head, context_.scratch());
    switch (event.kind) {
        case h1::Event::Kind::NeedMore:
            input_.consume(event.consumed);
            return Step::NeedInput;
        case h1::Event::Kind::Head: {
            input_.consume(event.consumed);
            if (head.has_upgrade && wants_h2(head) && upgrade_to_h2(head)) return Step::Stop;
            return serve(head);
        }
        case h1::Event::Kind::Data:
            input_.consume(event.consumed);
            discarded_ += event.data.size();
            if (discarded_ <= options().discard_limit) return Step::Go;
            phase_ = Phase::Closing;
            send_batch();
            begin_closing();
            return Step::Stop;
        case h1::Event::Kind::End:
            input_.consume(event.consumed);
            reader_.next_message();
            phase_ = Phase::Reading;
            if (waiting_ == Waiting::Body) stop_waiting();
            return Step::Go;
        case h1::Event::Kind::Error:
            refuse(event.error, head.method);
            return Step::Stop;
    }
    return Step::Stop;
}

H1Connection::Step H1Connection::serve(const h1::Head& head) {
    const Options& options = context_.options();
    ++requests_;
    stop_waiting();
    discarded_ = 0;
    const bool keep_alive = head.keep_alive && !context_.draining() &&
                            (options.max_requests_per_connection == 0 ||
                             requests_ < options.max_requests_per_connection);
    writer_.begin({head.method, head.version, keep_alive});

    H1Exchange& exchange = context_.acquire_exchange();
    exchange_ = &exchange;
    phase_ = Phase::Serving;
    exchange.begin(*this, head, facts_);
    if (const auto body = take_whole_body(head)) exchange.set_body_in_hand(*body);
    if (asks_for_websocket(head))
        exchange.serve_websocket(*this, check_websocket_input());
    else
        exchange.serve();
    // Over already: exchange_over() has been called. Else the rest of the input waits.
    return phase_ == Phase::Reading || phase_ == Phase::Discarding ? Step::Go : Step::Stop;
}

/// A request with content is none for a websocket.
bool H1Connection::asks_for_websocket(const h1::Head& head) const noexcept {
    return head.has_upgrade && options().websocket.enabled && head.framing == h1::Framing::None &&
           ws::wants_websocket(head.method, head.has_upgrade, head.fields);
}

/// RFC 6455 4.1: a client waits for the answer before it sends frames. What came too early may be
/// another request as well as frames, and is read as neither.
Result<> H1Connection::check_websocket_input() const noexcept {
    if (input_.empty()) return {};
    return fail(Error::peer(Errc::Malformed, 400, "data before the handshake was answered"));
}

/// The body as a view when it is known to be here entirely; empty optional: it must be read.
std::optional<std::string_view> H1Connection::take_whole_body(const h1::Head& head) {
    if (reader_.take_end()) return std::string_view{};
    const ByteCount limit = options().h1.body;
    if (head.framing != h1::Framing::Length || head.content_length > input_.view().size() ||
        (limit > 0 && head.content_length > limit)) {
        return std::nullopt;
    }
    h1::Head ignored;
    std::string_view body;
    while (!reader_.message_done()) {
        const h1::Event event = reader_.next(input_.view(), ignored, context_.scratch());
        if (event.kind == h1::Event::Kind::Data) body = event.data;
        input_.consume(event.consumed);
    }
    POTTLE_REQUIRE(body.size() == head.content_length, "a body that is here entirely is one event");
    return body;
}

h1::Event H1Connection::next_body_event() noexcept {
    h1::Head ignored;
    const h1::Event event = reader_.next(input_.view(), ignored, context_.scratch());
    input_.consume(event.consumed);
    return event;
}

void H1Connection::exchange_over() noexcept {
    try {
        finish_exchange();
        if (!in_run_) send_batch();
    } catch (const std::exception& defect) {
        log::error(fmt::format("connection closed by a defect of the server: {}", defect.what()));
        close();
    }
    run();  // the next request may be waiting; does nothing when called from inside run()
}

/// The exchange is over, one way or the other: decides what happens to the connection.
void H1Connection::finish_exchange() {
    H1Exchange& exchange = *exchange_;
    const bool aborted = exchange.scope().reason() == CancelReason::Shutdown;
    exchange_ = nullptr;
    context_.release_exchange(exchange);
    if (phase_ == Phase::Closed) return;

    // An answer that was begun and not ended can only be cut off (RFC 9112 8), behind what was
    // answered before it.
    if (!writer_.message_done()) writer_.close_after_this();
    if (aborted) {  // the process does not wait for a slow peer any more
        send_batch();
        if (!output_.empty()) broken_ = true;
    }
    if (broken_) {
        phase_ = Phase::Closing;
        context_.batch().clear();
        if (!in_run_) close();
        return;
    }
    if (!writer_.keeps_alive()) {
        phase_ = Phase::Closing;
        send_batch();
        begin_closing();
        return;
    }
    if (reader_.message_done()) {
        reader_.next_message();
        phase_ = Phase::Reading;
    } else {
        phase_ = Phase::Discarding;
    }
}

}  // namespace pottle::server
