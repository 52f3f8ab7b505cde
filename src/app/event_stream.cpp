// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include <pottle/app/event_stream.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/result.hpp>
#include <pottle/async/shield.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/http/accept.hpp>

namespace pottle {

namespace {

void write_event_head(Response& response) {
    response.status = 200;
    response.headers.remove("content-length");
    response.set_static_content_type("text/event-stream");
    response.headers.set_default("cache-control", "no-cache");
    response.headers.set_default("x-accel-buffering", "no");  // nginx holds back nothing
    response.timeout = Milliseconds{0};
}

Generator<std::string> encode(Generator<ServerSentEvent> events) {
    co_yield std::string();  // sends the head before the first event
    while (const ServerSentEvent* event = co_await events.next()) co_yield event->text();
}

}  // namespace

EventStream::EventStream(app::RequestContext& request) : request_(request) {}

std::string_view EventStream::last_event_id() const noexcept {
    return request_.head().get("last-event-id");
}

void EventStream::set_slow_client(SlowClient policy, std::size_t queue) noexcept {
    slow_client_ = policy;
    capacity_ = queue ? queue : 1;
}

Task<> EventStream::open() {
    opened_ = true;
    news_.set();
    co_return;
}

Task<> EventStream::send(ServerSentEvent event) {
    return push(event.text());
}

Task<> EventStream::comment(std::string text) {
    std::string out;
    http::append_comment(out, text);
    return push(std::move(out));
}

Task<> EventStream::push(std::string text) {
    opened_ = true;
    while (queue_.size() >= capacity_) {
        if (slow_client_ == SlowClient::Drop) {
            queue_.erase(queue_.begin());
            ++dropped_;
        } else if (slow_client_ == SlowClient::Disconnect) {
            request_.exchange().scope().cancel(CancelReason::Disconnected);
            throw Cancelled{CancelReason::Disconnected};
        } else {
            news_.set();
            room_.clear();
            co_await room_.wait();
        }
    }
    queue_.push_back(std::move(text));
    news_.set();
}

Task<> EventStream::run(Task<bool> handler) {
    try {
        co_await std::move(handler);
    } catch (...) {
        done_ = true;
        news_.set();
        throw;
    }
    done_ = true;
    news_.set();
}

/// Returns: false when a heartbeat is due first.
Task<bool> EventStream::wait_for(async::Event& event) {
    if (heartbeat_.count() == 0) {
        co_await event.wait();
        co_return true;
    }
    try {
        co_await timeout(heartbeat_, event.wait());
    } catch (const TimedOut&) {
        co_return false;
    }
    co_return true;
}

Task<> EventStream::begin(Task<bool> handler) {
    scope_.emplace(request_.exchange().scope());
    scope_->spawn(&EventStream::run, this, std::move(handler));
    while (!opened_ && !done_)
        if (!co_await wait_for(news_)) opened_ = true;
    if (!opened_) {
        co_await scope_->join();  // an error of the handler is an ordinary one
        scope_.reset();
        co_return;
    }
    write_event_head(request_.response());
    // Not octets: the handler that ends without a result must not make it a 204.
    request_.response().set_body(StreamBody(Generator<std::string>()));
}

std::string EventStream::take_queue() {
    std::string all;
    for (const std::string& text : queue_) all += text;
    queue_.clear();
    room_.set();
    return all;
}

Task<> EventStream::pump_until_done() {
    gateway::Exchange& exchange = request_.exchange();
    write_event_head(exchange.response());
    co_await exchange.send_head(std::nullopt);
    if (request_.method() == Method::Head) {
        scope_->cancel();
        done_ = true;
        queue_.clear();
    }
    co_await exchange.send_chunk(std::string());  // the head must not wait for an event
    while (true) {
        news_.clear();
        if (!queue_.empty()) {
            co_await exchange.send_chunk(take_queue());
        } else if (done_) {
            co_return;
        } else if (!co_await wait_for(news_)) {
            std::string beat;
            http::append_comment(beat, "ping");
            co_await exchange.send_chunk(std::move(beat));
        }
    }
}

Task<std::exception_ptr> EventStream::pump() {
    std::exception_ptr error;
    const bool only_head = request_.method() == Method::Head;
    try {
        co_await pump_until_done();
        if (!only_head) co_await scope_->join();
    } catch (...) {
        error = std::current_exception();
    }
    co_await abandon();
    request_.response().set_body(std::string());
    if (error) co_return error;
    try {
        co_await request_.exchange().finish({});
    } catch (...) {
        error = std::current_exception();
    }
    co_return error;
}

Task<> EventStream::join() {
    co_await scope_->join();
}

Task<> EventStream::abandon() {
    opened_ = false;
    if (!scope_) co_return;
    scope_->cancel();
    try {
        co_await shield(join());
    } catch (...) {
        // It was told of before, or is the cancellation.
    }
    scope_.reset();
}

EventStream& Inject<EventStream&>::from(Request& request) {
    app::RequestContext& context = app::RequestContext::of(request);
    auto& events = context.parsed().events;
    if (!events) {
        // SSE-1. An absent Accept field accepts everything.
        if (!request.accept_mimetypes().contains("text/event-stream")) abort(406);
        events.emplace(context);
    }
    return *events;
}

namespace app::detail {

void write_events(Response& response, Generator<ServerSentEvent>&& events) {
    write_event_head(response);
    response.set_body(StreamBody(encode(std::move(events))));
}

}  // namespace app::detail
}  // namespace pottle
