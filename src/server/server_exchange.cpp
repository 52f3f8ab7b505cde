// SPDX-License-Identifier: MIT
/// \file
/// ServerExchange: the request's way to the gateway, its body, and how it ends. What is sent is in
/// server_exchange_sending.cpp.
#include "server_exchange.hpp"

#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/base/log.hpp>
#include <pottle/http/status.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
/// Reads of one body (64 KiB each) before other connections of the loop have a turn.
constexpr unsigned kReadsPerTurn = 16;

Task<> fail_with(std::exception_ptr error) {
    std::rethrow_exception(std::move(error));
    co_return;
}
}  // namespace

ServerExchange::ServerExchange(LoopContext& context)
    : context_(context), handler_timer_(*this, &ServerExchange::on_handler_timeout) {}

void ServerExchange::begin(const gateway::RequestHead::Source& source,
                           const gateway::ConnectionFacts& facts) {
    scope_.emplace(context_.executor());
    head_.assign(source, facts);
    if (context_.access_log()) started_ = std::chrono::steady_clock::now();
}

void ServerExchange::set_body_in_hand(std::string_view body) noexcept {
    in_hand_ = body;
    body_over_ = true;
}

/// Ends the body in hand: what nobody took is copied for read().
void ServerExchange::keep_unread_body() {
    if (!in_hand_) return;
    if (!in_hand_->empty()) kept_body_ = Bytes(*in_hand_);
    in_hand_.reset();
}

void ServerExchange::reset() noexcept {
    stop(handler_timer_);
    websocket_.reset();
    response_.reset();
    reset_annotations();
    scope_.reset();
    in_hand_.reset();
    trailers_.reset();
    if (!kept_body_.empty()) kept_body_ = Bytes();
    input_ready_.clear();
    output_drained_.clear();
    body_bytes_sent_ = 0;
    body_error_.reset();
    body_over_ = admitted_ = waits_for_reader_ = false;
}

void ServerExchange::stop(async::Timer& timer) noexcept {
    if (timer.active()) context_.executor().stop_timer(timer);
}

// ---- serving

void ServerExchange::serve() noexcept {
    context_.stats().requests_total.add(1);
    std::exception_ptr error;
    try {
        if (context_.enter_request()) {
            admitted_ = true;
            context_.stats().requests_active.add(1);
            gateway::Outcome outcome = start();
            if (!outcome.is_finished() || !answer_inline()) {
                keep_unread_body();
                return run(std::move(outcome).take());
            }
        } else {
            context_.stats().refused_overload.add(1);
            response_.headers.set("retry-after", "1");
            answer_error(503, "Service Unavailable: too many requests at once\n");
        }
    } catch (...) {
        error = std::current_exception();
    }
    end(std::move(error));
}

void ServerExchange::serve_websocket(Duplex& duplex, Result<> checked) noexcept {
    std::exception_ptr error;
    try {
        if (checked) checked = ws::check_handshake(head_.version(), head_.fields());
        if (checked) {
            websocket_ = std::make_unique<WebsocketSession>(context_, *this, duplex,
                                                            static_cast<WebsocketHost&>(*this));
            return serve();
        }
        refuse_handshake(checked.error());
    } catch (...) {
        error = std::current_exception();
    }
    end(std::move(error));
}

void ServerExchange::refuse_handshake(const Error& error) {
    close_after_response();
    context_.stats().requests_total.add(1);
    context_.stats().bad_requests.add(1);
    if (error.status == 426) response_.headers = ws::unsupported_version_fields(head_.version());
    answer_error(error.status,
                 fmt::format("{}: {}\n", http::status_phrase(error.status), error.text));
}

gateway::Outcome ServerExchange::start() {
    if (!websocket_) return context_.gateway().start(*this);
    Task<> application;
    try {
        gateway::Outcome outcome = context_.gateway().start_websocket(*websocket_);
        if (outcome.is_finished() && !websocket_->accepted()) return outcome;
        application = std::move(outcome).take();
    } catch (...) {
        if (!websocket_->accepted()) throw;
        application = fail_with(std::current_exception());  // closes it
    }
    return gateway::Outcome(websocket_->serve(std::move(application)));
}

/// From here on it is no request any more: its place is free, its time is not limited.
void ServerExchange::on_websocket_accepted() noexcept {
    stop(handler_timer_);
    leave();
    count_and_log(response_.status);
}

bool ServerExchange::answer_inline() {
    if (head_sent()) return true;  // the application drove its own output
    if (!response_.octets() || !response_.trailers.empty()) return false;
    refuse_untouched();
    write_whole(response_);
    return true;
}

void ServerExchange::run(Task<> rest) {
    // What drives its own output may have sent its head already: an event stream has no end.
    const Milliseconds limit = context_.options().timeouts.handler;
    if (limit.count() > 0 && !head_sent())
        context_.executor().start_timer(handler_timer_, context_.executor().now() + limit);
    task_started();
    async::start(drive(std::move(rest)), *scope_, *this);
}

/// A websocket that was neither accepted nor answered.
void ServerExchange::refuse_untouched() noexcept {
    if (websocket_ && response_.untouched()) response_.status = 500;
}

Task<> ServerExchange::drive(Task<> rest) {
    if (rest) co_await std::move(rest);
    if (is_websocket()) co_return;
    refuse_untouched();
    if (!head_sent()) co_await send_response();
}

void ServerExchange::on_done(std::exception_ptr error) noexcept {
    end(std::move(error));
}

// ---- ending

void ServerExchange::end(std::exception_ptr error) noexcept {
    try {
        if (error) answer_failure(std::move(error));
    } catch (const std::exception& defect) {
        log::error(
            fmt::format("an answer was cut off by a defect of the server: {}", defect.what()));
    }
    settle();
    over();
}

void ServerExchange::answer_failure(std::exception_ptr error) {
    try {
        std::rethrow_exception(std::move(error));
    } catch (const Cancelled&) {
        switch (scope_->reason()) {
            case CancelReason::TimedOut:
                log::warning(fmt::format(
                    "{} {}: the handler took longer than {} s (route {})", head_.method_text(),
                    head_.target(), context_.options().timeouts.handler.count() / 1000, route()));
                break;
            case CancelReason::Shutdown:
                break;
            default:
                return abandon();  // nobody is there to answer
        }
        if (head_sent() || is_websocket()) return;
        close_after_response();
        response_.headers.clear();
        return answer_error(503, "Service Unavailable\n");
    } catch (const std::exception& failure) {
        log::error(fmt::format("{} {}: {}", head_.method_text(), head_.target(), failure.what()));
    } catch (...) {
        log::error(fmt::format("{} {}: an exception of unknown type", head_.method_text(),
                               head_.target()));
    }
    if (head_sent() || is_websocket()) return;
    response_.headers.clear();
    answer_error(500, "Internal Server Error\n");
}

void ServerExchange::answer_error(int status, std::string_view text) {
    Response page{std::string(text), status};
    page.set_static_content_type("text/plain; charset=utf-8");
    page.headers = std::move(response_.headers);
    response_.status = status;
    write_whole(page);
}

/// Counts and logs what became of the request.
void ServerExchange::settle() noexcept {
    stop(handler_timer_);  // the protocol may destroy the exchange
    leave();
    if (!is_websocket()) count_and_log(head_sent() ? response_.status : 0);
}

void ServerExchange::leave() noexcept {
    if (!std::exchange(admitted_, false)) return;
    context_.stats().requests_active.subtract(1);
    context_.leave_request();
}

void ServerExchange::count_and_log(int status) noexcept {
    const auto status_class = static_cast<std::size_t>(status / 100);
    context_.stats().responses_by_class[status_class < 6 ? status_class : 0].add(1);
    if (!context_.access_log()) return;
    const auto duration = std::chrono::steady_clock::now() - started_;
    context_.log_access({.head = head_,
                         .response_headers = response_.headers,
                         .status = status,
                         .body_bytes = body_bytes_sent_,
                         .duration = std::chrono::duration_cast<Microseconds>(duration),
                         .route = route()});
}

// ---- the body

void ServerExchange::keep_trailers(http::Fields fields) {
    trailers_ = std::make_unique<Headers>();
    for (const http::Field& field : fields) trailers_->add(field.name, field.value);
}

Task<Result<Bytes>> ServerExchange::read() {
    if (in_hand_) keep_unread_body();
    if (!kept_body_.empty()) co_return std::exchange(kept_body_, Bytes());
    while (!body_over_) {
        if (body_error_) co_return fail(*body_error_);
        BodyEvent event = next_body_event();
        switch (event.kind) {
            case BodyEvent::Kind::Data:
                keep_input();
                co_return std::move(event.data);
            case BodyEvent::Kind::End:
                body_over_ = true;
                break;
            case BodyEvent::Kind::Error:
                body_error_ = event.error;
                close_after_response();
                break;
            case BodyEvent::Kind::Nothing:
                before_waiting_for_body();
                if (!co_await body_arrives()) {
                    body_error_ =
                        Error::peer(Errc::TimedOut, 408, "the request body did not arrive in time");
                    close_after_response();
                }
                break;
        }
    }
    keep_input();
    co_return Bytes();
}

Task<bool> ServerExchange::body_arrives() {
    // A client that sends faster than its body is read never makes read() wait: others have a turn
    // now and then.
    if (++reads_ % kReadsPerTurn == 0) {
        keep_input();
        co_await yield();
    }
    for (;;) {
        const async::IoResult::Kind filled = fill_body();
        if (filled == async::IoResult::Kind::Done) co_return true;
        if (filled != async::IoResult::Kind::WouldBlock) {
            // The peer will never finish this body: it is gone as far as this request is concerned.
            cancel(CancelReason::Disconnected);
            throw Cancelled{CancelReason::Disconnected};
        }
        input_ready_.clear();
        const Milliseconds limit = context_.options().timeouts.body;
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

Result<> ServerExchange::set_body_limit(ByteCount limit) noexcept {
    Result<> accepted = limit_body(limit);
    if (!accepted) {
        body_error_ = accepted.error();
        close_after_response();
    }
    return accepted;
}

}  // namespace pottle::server
