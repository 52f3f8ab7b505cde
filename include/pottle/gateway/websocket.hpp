// SPDX-License-Identifier: MIT
/// \file
/// Websocket: one websocket as the server offers it to an application. The contract that C++
/// applications, mounted Python applications and middleware share; what carries it (HTTP/1.1,
/// HTTP/2, HTTP/3) is nobody's business above the server.
///
///   state      meaning                                      leaves it when
///   Handshake  the client asked; nothing is answered        accept(), or the answer is "no"
///   Open       messages travel both ways                    close(), the client's close, an error
///   Closing    the end is known; what arrived before it     the close handshake is done, or its
///              can still be received and answered           time is over
///   Closed     nothing travels any more                     -
///
/// "No" is an ordinary answer to the request handshake(): fill its response() and finish without
/// accept(), or send_head() it. A response that was not touched becomes 500.
#pragma once

#include <pottle/async/event.hpp>
#include <pottle/async/task.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/gateway/exchange.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace pottle {

/// What arrives on a websocket. A value that moves.
struct WebsocketMessage {
    enum class Kind : std::uint8_t {
        Text,    ///< `data` is valid UTF-8
        Binary,  ///< `data` is octets, possibly none
        Closed   ///< the end: `code`, and the reason in `data`
    };
    Kind kind = Kind::Closed;
    /// Of Closed (RFC 6455 7.4): the client's; 1005 when it gave none, 1006 when the connection was
    /// lost; ours when it was us who ended it (1001 or 1012 at shutdown, 1002, 1007 and 1009 after
    /// the client's mistakes).
    std::uint16_t code = 0;
    std::string data{};
};

/// What sending throws when the websocket has ended. Needs no handler: it ends the application's
/// part quietly, as Cancelled does.
class WebsocketClosed : public std::exception {
public:
    WebsocketClosed(std::uint16_t code, std::string_view reason) : code_(code), reason_(reason) {}
    ~WebsocketClosed() override;
    /// As WebsocketMessage::code.
    std::uint16_t code() const noexcept { return code_; }
    std::string_view reason() const noexcept { return reason_; }
    const char* what() const noexcept override { return "the websocket is closed"; }

private:
    std::uint16_t code_;
    std::string reason_;
};

namespace gateway {

class SharedMessage;

/// Told when a websocket's client has caught up. Intrusive; unlinks itself when destroyed.
class DrainObserver {
public:
    DrainObserver(const DrainObserver&) = delete;
    DrainObserver& operator=(const DrainObserver&) = delete;
    /// Called every time that the queue of unsent bytes fell under the high-water mark.
    virtual void on_drained() noexcept = 0;

protected:
    DrainObserver() = default;
    ~DrainObserver() { unlink(); }
    void unlink() noexcept;

private:
    friend class Websocket;
    DrainObserver* next_ = nullptr;
    DrainObserver** place_ = nullptr;  // what points here; null when unlinked
};

/// A resource of the server that outlives the task that serves it.
///
/// Any number of tasks of its loop may receive and send at once. When the client is gone, messages
/// that arrived before are still received; then receivers get Closed, senders WebsocketClosed, and
/// a task that has not ended within the server's grace is cancelled through handshake().scope().
class Websocket {
public:
    Websocket(const Websocket&) = delete;
    Websocket& operator=(const Websocket&) = delete;

    /// The request that asked for the websocket: its head, its scope, its response for a "no".
    Exchange& handshake() const noexcept { return handshake_; }

    virtual bool accepted() const noexcept = 0;
    /// True from the moment on at which sending throws WebsocketClosed.
    virtual bool closed() const noexcept = 0;

    /// Accepts the handshake; the first call decides, later ones do nothing.
    ///
    /// `subprotocol`: one that the client offered, or empty. `headers`: more fields of the answer.
    /// Errors: throws LogicError for a subprotocol that was not offered, for fields that belong to
    ///         the handshake (Sec-WebSocket-*), and when the answer was "no"; WebsocketClosed when
    ///         the client is gone.
    virtual void accept(std::string_view subprotocol, const Headers& headers) = 0;

    /// Takes the next message if there is one; false: wait for arrival(). After the last message it
    /// is Closed, and Closed again for whoever asks again.
    /// Precondition: accepted().
    virtual bool try_receive(WebsocketMessage& message) = 0;
    /// Set while try_receive() may have something to give.
    async::Event& arrival() noexcept { return arrival_; }
    /// `co_await next_arrival()` after try_receive() gave nothing.
    async::Event::Wait next_arrival() noexcept {
        arrival_.clear();
        return arrival_.wait();
    }
    /// True for every 64th caller: who receives without ever waiting yields to other work then.
    bool turn_is_over() noexcept { return ++received_ % kMessagesPerTurn == 0; }
    /// Waits for the next message. Cancel: safe; no message is lost.
    Task<WebsocketMessage> receive();

    /// Queues a message; it is on its way when control returns to the loop. Who sends much awaits
    /// drained() behind it.
    /// Precondition: accepted(). Errors: throws WebsocketClosed.
    virtual void queue(WebsocketMessage::Kind kind, std::string_view data) = 0;
    /// The same for a message of many receivers. Returns: false when closed().
    virtual bool queue(const Shared<const SharedMessage>& message) = 0;
    /// The same, but what the client takes is written at once: for who has one message for many
    /// websockets, so that none of them is visited twice.
    virtual bool send_now(const Shared<const SharedMessage>& message) { return queue(message); }
    /// Bytes that the client has not taken.
    virtual ByteCount unsent() const noexcept = 0;
    /// True while unsent() is over the server's high-water mark.
    virtual bool congested() const noexcept = 0;
    /// Waits while congested(). Errors: throws WebsocketClosed when that comes first.
    Task<> drained();
    /// Tells `observer` on its way until it is destroyed.
    void observe(DrainObserver& observer) noexcept;

    /// Begins the close handshake and returns; does nothing when it has begun already. Before
    /// accept() the answer is 403.
    ///
    /// Errors: throws LogicError for a code that must not be sent (RFC 6455 7.4: 1000 to 1003, 1007
    ///         to 1014 and 3000 to 4999 may) and for a reason that is longer than 123 bytes or not
    ///         UTF-8.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;

protected:
    explicit Websocket(Exchange& handshake) noexcept : handshake_(handshake) {}
    ~Websocket() = default;

    /// Throws what the end of this websocket says.
    [[noreturn]] virtual void throw_closed() const = 0;
    /// For the implementation: wakes who waits in drained() and tells the observers.
    void tell_drained() noexcept;

private:
    static constexpr unsigned kMessagesPerTurn = 64;

    Exchange& handshake_;
    async::Event arrival_;
    async::Event drained_;
    DrainObserver* observers_ = nullptr;
    unsigned received_ = 0;
};

/// True for a close code that an endpoint may send (RFC 6455 7.4, IANA's registry).
constexpr bool may_send_close_code(std::uint16_t code) noexcept {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

}  // namespace gateway
}  // namespace pottle
