// SPDX-License-Identifier: MIT
#include "h1_connection.hpp"

#include "h1_exchange.hpp"

#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>
#include <pottle/http/status.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Responses collected before they are written although more requests are waiting: bounds the
/// batch.
constexpr std::size_t kBatchLimit = 64 * 1024;
/// A body up to this size is copied into the batch; a larger one is written from where it stands.
constexpr std::size_t kCopiedBody = 16 * 1024;

h1::ResponseHead head_of(const Response& response) noexcept {
    return {response.status, response.content_type(), &response.headers};
}
}  // namespace

H1Connection::H1Connection(LoopContext& context, std::unique_ptr<async::Stream> stream)
    : context_(context),
      stream_(std::move(stream)),
      facts_{stream_.get(), stream_->tls() ? "https" : "http", {}},
      reader_(context.options().h1),
      timer_(*this, &H1Connection::on_timer) {
    context_.add(*this);
}

H1Connection::~H1Connection() {
    if (timer_.active()) context_.executor().stop_timer(timer_);
}

void H1Connection::start() noexcept {
    await(Waiting::Request, options().timeouts.idle);
    stream_->observe(this);
    run();
}

// ---- events

void H1Connection::on_readable() noexcept {
    switch (phase_) {
        case Phase::Serving:
            exchange_->on_input();
            break;
        case Phase::Reading:
        case Phase::Discarding:
            run();
            break;
        case Phase::Closing:
        case Phase::Closed:
            break;
    }
}

void H1Connection::on_writable() noexcept {
    if (phase_ == Phase::Closed) return;
    send_batch();
    if (phase_ == Phase::Serving) {
        if (!output_congested()) exchange_->on_output_drained();
        return;
    }
    if (broken_) return close();
    if (!output_.empty()) return;
    if (phase_ == Phase::Closing) return begin_closing();
    if (phase_ == Phase::Reading || phase_ == Phase::Discarding) run();
}

void H1Connection::on_peer_closed() noexcept {
    switch (phase_) {
        case Phase::Serving:
            exchange_->on_peer_closed();
            break;
        case Phase::Reading:
        case Phase::Discarding:
            run();
            break;  // unread input may still hold requests
        case Phase::Closing:
        case Phase::Closed:
            break;
    }
}

void H1Connection::await(Waiting what, Milliseconds limit) noexcept {
    if (limit.count() == 0) return stop_waiting();
    waiting_ = what;
    deadline_ = context_.executor().now() + limit;
    // Lazy: a timer that fires too early starts itself again, so that a busy connection hardly
    // touches the wheel.
    if (!timer_.active() || timer_.deadline() > deadline_)
        context_.executor().start_timer(timer_, deadline_);
}

void H1Connection::on_timer() noexcept {
    if (waiting_ == Waiting::Nothing || phase_ == Phase::Closed) return;
    if (context_.executor().now() < deadline_)
        return context_.executor().start_timer(timer_, deadline_);
    switch (std::exchange(waiting_, Waiting::Nothing)) {
        case Waiting::Head:
            refuse(Error::peer(Errc::TimedOut, 408, "the request head did not arrive in time"));
            break;
        case Waiting::Send:
            broken_ = true;
            if (phase_ == Phase::Serving) {
                exchange_->cancel(CancelReason::Disconnected);
                break;
            }
            [[fallthrough]];
        case Waiting::Request:
        case Waiting::Body:
            close();
            break;
        case Waiting::Nothing:
            break;
    }
}

void H1Connection::drain() noexcept {
    switch (phase_) {
        case Phase::Serving:
            writer_.close_after_this();
            break;
        case Phase::Reading:
            // A request that is half here, or answers that still wait for the peer, are in
            // progress, not idle.
            if (reader_.idle() && input_.empty() && output_.empty()) begin_closing();
            break;
        default:
            break;
    }
}

void H1Connection::abort(CancelReason reason) noexcept {
    if (phase_ == Phase::Serving)
        exchange_->cancel(reason);
    else if (phase_ != Phase::Closed)
        close();
}

// ---- receiving and serving

void H1Connection::run() noexcept {
    if (in_run_) return;
    in_run_ = true;
    try {
        while (!held_back()) {
            const Step next = step();
            if (next != Step::Go || context_.batch().size() >= kBatchLimit || !output_.empty())
                send_batch();
            if (next == Step::Stop || broken_) break;
            if (next == Step::NeedInput && (held_back() || !refill())) break;
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
            refuse(event.error);
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
    context_.stats().requests_total.add(1);

    H1Exchange& exchange = context_.acquire_exchange();
    exchange_ = &exchange;
    phase_ = Phase::Serving;
    exchange.begin(*this, head, facts_);
    if (context_.access_log()) exchange.set_started(std::chrono::steady_clock::now());
    if (!context_.enter_request()) {
        answer_overload();
        finish_exchange();
        return phase_ == Phase::Reading || phase_ == Phase::Discarding ? Step::Go : Step::Stop;
    }
    context_.stats().requests_active.add(1);
    if (const auto body = take_whole_body(head)) exchange.set_body_in_hand(*body);

    std::exception_ptr error;
    try {
        gateway::Outcome outcome = context_.gateway().start(exchange);
        if (!outcome.is_finished() || !answer_inline(exchange)) {
            exchange.keep_unread_body();
            exchange.run(std::move(outcome).take());
            // Done already: exchange_done() has finished it. Else the rest of the input waits.
            return phase_ == Phase::Reading || phase_ == Phase::Discarding ? Step::Go : Step::Stop;
        }
    } catch (...) {
        error = std::current_exception();
    }
    if (error) answer_failure(std::move(error));
    context_.stats().requests_active.subtract(1);
    context_.leave_request();
    finish_exchange();
    return phase_ == Phase::Reading || phase_ == Phase::Discarding ? Step::Go : Step::Stop;
}

/// The body as a view when it is known to be here entirely; empty optional: it must be read.
std::optional<std::string_view> H1Connection::take_whole_body(const h1::Head& head) {
    h1::Head ignored;
    if (head.framing == h1::Framing::None) {
        input_.consume(reader_.next(input_.view(), ignored, context_.scratch()).consumed);
        return std::string_view{};
    }
    const ByteCount limit = options().h1.body;
    if (head.framing != h1::Framing::Length || head.content_length > input_.view().size() ||
        (limit > 0 && head.content_length > limit)) {
        return std::nullopt;
    }
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

void H1Connection::exchange_done(std::exception_ptr error) noexcept {
    context_.stats().requests_active.subtract(1);
    context_.leave_request();
    try {
        if (error) answer_failure(std::move(error));
        finish_exchange();
    } catch (const std::exception& defect) {
        log::error(fmt::format("connection closed by a defect of the server: {}", defect.what()));
        close();
    }
    run();  // the next request may be waiting; does nothing when called from inside run()
}

/// The exchange is over, one way or the other: decides what happens to the connection.
void H1Connection::finish_exchange() {
    H1Exchange& exchange = *exchange_;
    ServerStats::Slot& stats = context_.stats();
    const int status = writer_.head_sent() ? exchange.response().status : 0;
    const auto status_class = static_cast<std::size_t>(status / 100);
    stats.responses_by_class[status_class < 6 ? status_class : 0].add(1);
    if (context_.access_log()) log_access(exchange);
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

// ---- answering

void H1Connection::settle_unread_body() noexcept {
    if (reader_.message_done() || !exchange_) return;
    // A client that waits for 100 Continue may or may not send its body now (RFC 9110 10.1.1); a
    // long one is not worth reading.
    if (exchange_->awaits_continue() || reader_.remaining() > options().discard_limit)
        writer_.close_after_this();
}

bool H1Connection::answer_inline(H1Exchange& exchange) {
    if (writer_.head_sent()) return true;  // the application drove its own output
    Response& response = exchange.response();
    if (!response.octets()) return false;
    write_whole(response);
    return true;
}

void H1Connection::write_whole(Response& response) {
    settle_unread_body();
    std::string& octets = std::get<std::string>(response.body());
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

Result<> H1Connection::write_chunk(std::string&& chunk, std::size_t copied_up_to) {
    if (writer_.suppresses_content()) return {};
    std::string& batch = context_.batch();
    POTTLE_TRY(writer_.open_chunk(batch, chunk.size()));
    exchange_->count_body(chunk.size());
    if (chunk.size() <= copied_up_to) {
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
                   "an informational response has a status from 100 to 199 and not 101");
    send_batch();
}

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

void H1Connection::answer_failure(std::exception_ptr error) {
    Response& response = exchange_->response();
    try {
        std::rethrow_exception(std::move(error));
    } catch (const Cancelled&) {
        switch (exchange_->scope().reason()) {
            case CancelReason::TimedOut:
                log::warning(
                    fmt::format("{} {}: the handler took longer than {} s (route {})",
                                exchange_->head().method_text(), exchange_->head().target(),
                                options().timeouts.handler.count() / 1000, exchange_->route()));
                break;
            case CancelReason::Shutdown:
                break;
            default:
                broken_ = true;
                return;  // nobody is there to answer
        }
        if (!writer_.head_sent()) {
            writer_.close_after_this();
            response.headers.clear();
            answer_error(503, "Service Unavailable\n");
        }
        return;
    } catch (const std::exception& failure) {
        log::error(fmt::format("{} {}: {}", exchange_->head().method_text(),
                               exchange_->head().target(), failure.what()));
    } catch (...) {
        log::error(fmt::format("{} {}: an exception of unknown type",
                               exchange_->head().method_text(), exchange_->head().target()));
    }
    if (!writer_.head_sent()) {
        response.headers.clear();
        answer_error(500, "Internal Server Error\n");
    }
}

void H1Connection::answer_error(int status, std::string_view text) {
    Response response{std::string(text), status};
    response.set_static_content_type("text/plain; charset=utf-8");
    if (exchange_) {
        exchange_->response().status = status;
        response.headers = std::move(exchange_->response().headers);
    }
    write_whole(response);
    if (!in_run_) send_batch();
}

void H1Connection::answer_overload() {
    context_.stats().refused_overload.add(1);
    exchange_->response().headers.set("retry-after", "1");
    answer_error(503, "Service Unavailable: too many requests at once\n");
}

/// Answers a request that cannot be understood and ends the connection (RFC 9112 2.2, 3).
void H1Connection::refuse(const Error& error) {
    context_.stats().bad_requests.add(1);
    if (phase_ == Phase::Reading) {
        writer_.begin({Method::Get, HttpVersion::Http11, false});
        const int status = error.status ? error.status : 400;
        answer_error(status, fmt::format("{}: {}\n", http::status_phrase(status), error.text));
        context_.stats().responses_by_class[static_cast<std::size_t>(status / 100)].add(1);
        if (context_.access_log()) log_refusal(status);
    }
    phase_ = Phase::Closing;
    send_batch();
    begin_closing();
}

void H1Connection::log_access(H1Exchange& exchange) {
    const auto now = std::chrono::steady_clock::now();
    context_.log_access(
        {.head = exchange.head(),
         .response_headers = exchange.response().headers,
         .status = writer_.head_sent() ? exchange.response().status : 0,
         .body_bytes = exchange.body_bytes_sent(),
         .duration = std::chrono::duration_cast<Microseconds>(now - exchange.started()),
         .route = exchange.route()});
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

// ---- ending

void H1Connection::begin_closing() noexcept {
    if (phase_ == Phase::Closed) return;
    phase_ = Phase::Closing;
    if (broken_) return close();
    if (!output_.empty()) return;  // on_writable() comes back; the send timeout watches
    // A socket that is closed with unread input sends a reset, which may destroy the answer on its
    // way (RFC 9112 9.6).
    // A TLS stream may hold records that its socket has not taken yet.
    const bool clean = !stream_->tls() && (input_ended_ || (reader_.idle() && input_.empty()));
    if (!clean) context_.lingering().close(std::move(stream_));
    close();
}

void H1Connection::close() noexcept {
    if (phase_ == Phase::Closed) return;
    phase_ = Phase::Closed;
    stop_waiting();
    if (timer_.active()) context_.executor().stop_timer(timer_);
    input_.clear();
    if (stream_) stream_->observe(nullptr);
    context_.bury(*this);
}

}  // namespace pottle::server
