// SPDX-License-Identifier: MIT
/// \file
/// EventStream: server-sent events (WHATWG HTML 9.2): a handler that sends events for as long as
/// the client listens.
///
///     app.get("/events", [](EventStream& events, Prices& prices) -> Task<> {
///         auto updates = prices.subscribe();
///         while (auto price = co_await updates.receive()) co_await events.send(*price);
///     });
#pragma once

#include <pottle/app/inject.hpp>
#include <pottle/app/slow_client.hpp>
#include <pottle/async/event.hpp>
#include <pottle/async/scope.hpp>
#include <pottle/http/server_sent_event.hpp>
#include <pottle/json/codec.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

namespace app {
class RequestContext;
}

/// The events of the running request. A resource of it; a handler takes it as `EventStream&`.
///
/// The answer begins with the first send(), comment() or open(), at the latest after one heartbeat.
/// Until then the handler may still fail, and the failure is an ordinary error response. Afterwards
/// an exception cuts the stream. When the client goes away the handler is cancelled at the place
/// where it waits.
///
/// A client that accepts no text/event-stream is answered 406.
/// Thread: the loop of the request.
class EventStream {
public:
    static constexpr Milliseconds kHeartbeat{15'000};
    static constexpr std::size_t kQueue = 64;

    explicit EventStream(app::RequestContext& request);
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// The id of the last event that this client has seen, when it comes back; else empty.
    std::string_view last_event_id() const noexcept;
    /// How often a comment is sent while there is nothing else, so that proxies do not close the
    /// connection and a client that is gone is noticed. 0: never.
    void set_heartbeat(Milliseconds interval) noexcept { heartbeat_ = interval; }
    /// `queue`: events that wait for the client; at least 1.
    void set_slow_client(SlowClient policy, std::size_t queue = kQueue) noexcept;

    /// Begins the answer.
    Task<> open();
    /// Sends an event. Cancel: safe; the event is not sent.
    Task<> send(ServerSentEvent event);
    /// Sends text.
    Task<> send(std::string data) { return send(ServerSentEvent{.data = std::move(data)}); }
    Task<> send(const char* data) { return send(std::string(data)); }
    /// Sends a value as JSON.
    template <json::Encodable T>
        requires(!std::is_convertible_v<const T&, std::string_view>)
    Task<> send(const T& value) {
        return send(ServerSentEvent{.data = json::encode(value)});
    }
    /// Sends a value as JSON, as an event of that type.
    template <json::Encodable T>
    Task<> send(std::string event, const T& value) {
        return send(ServerSentEvent{.data = json::encode(value), .event = std::move(event)});
    }
    /// Sends what browsers ignore.
    Task<> comment(std::string text);

    /// Events that wait for the client.
    std::size_t queued() const noexcept { return queue_.size(); }
    /// Events that SlowClient::Drop has dropped.
    std::uint64_t dropped() const noexcept { return dropped_; }

    // ---- for the dispatcher
    /// Runs the handler until the answer begins or the handler is done. Errors: throws what the
    /// handler throws before that.
    Task<> begin(Task<bool> handler);
    /// True from begin() on, when there is something to pump().
    bool opened() const noexcept { return opened_; }
    /// Sends what the handler sends until it is done. Returns: what ended it otherwise, or null.
    Task<std::exception_ptr> pump();
    /// Cancels the handler and waits for its end.
    Task<> abandon();

private:
    Task<> run(Task<bool> handler);
    Task<> push(std::string text);
    Task<> join();
    Task<> pump_until_done();
    std::string take_queue();
    Task<bool> wait_for(async::Event& event);

    app::RequestContext& request_;
    std::optional<Scope> scope_;
    std::vector<std::string> queue_;  // emptied as a whole
    std::size_t capacity_ = kQueue;
    std::uint64_t dropped_ = 0;
    Milliseconds heartbeat_ = kHeartbeat;
    async::Event news_;  // something is queued, or the handler is done
    async::Event room_;
    SlowClient slow_client_ = SlowClient::Wait;
    bool opened_ = false;
    bool done_ = false;
};

template <>
struct Inject<EventStream&> {
    static constexpr Needs needs = Needs::Events;
    /// Errors: throws HTTPException 406.
    static EventStream& from(Request& request);
};

}  // namespace pottle
