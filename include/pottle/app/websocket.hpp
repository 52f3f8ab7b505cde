// SPDX-License-Identifier: MIT
/// \file
/// Websocket: what a handler added with app.websocket() sees of one websocket.
///
///     app.websocket("/rooms/<room>", [](std::string room, Websocket& ws) -> Task<> {
///         while (auto text = co_await ws.receive()) co_await ws.send(room + ": " + *text);
///     });
#pragma once

#include <pottle/app/request.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/json/codec.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

struct WebsocketMessage;

namespace gateway {
class Websocket;
}

namespace app::detail {
/// Throws ValidationError with the errors of a message.
[[noreturn]] void raise_message_error(DecodeResult&& result);
}  // namespace app::detail

/// A resource of the dispatcher; handlers and hooks take it as `Websocket&`. Any number of tasks of
/// its loop may receive and send at once.
///
/// Before accept() the handler may refuse: its result, abort(401) or an exception is the answer to
/// the handshake, as for any request. The first receive or send accepts.
///
/// When the client is gone, messages that came before are still received; then receiving gives an
/// empty optional, sending throws WebsocketClosed (which ends the handler quietly), and a handler
/// that goes on waiting for something else is cancelled.
/// Thread: its connection's loop.
class Websocket {
public:
    Websocket(Request& request, gateway::Websocket& socket) noexcept
        : request_(request), socket_(socket) {}
    Websocket(const Websocket&) = delete;
    Websocket& operator=(const Websocket&) = delete;

    // ---- the handshake
    /// The request that asked for the websocket; what follows is its, but for the schemes.
    Request& request() noexcept { return request_; }
    const Request& request() const noexcept { return request_; }
    std::string_view path() const noexcept { return request_.path(); }
    std::string_view query_string() const noexcept { return request_.query_string(); }
    std::string_view host() const noexcept { return request_.host(); }
    std::string_view http_version() const noexcept { return request_.http_version(); }
    std::string remote_addr() const { return request_.remote_addr(); }
    RequestHeaders headers() const noexcept { return request_.headers(); }
    const MultiDict& args() { return request_.args(); }
    const MultiDict& cookies() { return request_.cookies(); }
    std::string_view endpoint() const noexcept { return request_.endpoint(); }
    std::optional<std::string_view> view_arg(std::string_view name) const noexcept {
        return request_.view_arg(name);
    }
    /// "ws" or "wss".
    std::string_view scheme() const noexcept { return request_.is_secure() ? "wss" : "ws"; }
    /// "ws://example.org/rooms/7?b=1".
    std::string url() const;
    /// Subprotocols in the client's order. Views into the handshake.
    std::vector<std::string_view> requested_subprotocols() const;

    bool accepted() const noexcept;
    /// Accepts with a subprotocol that the client requested, and with more fields. The first call
    /// decides, later ones do nothing.
    ///
    /// Errors: throws LogicError for a subprotocol that was not requested and for fields that
    ///         belong to the handshake (Sec-WebSocket-*, Upgrade, Connection).
    Task<> accept(std::string subprotocol = {}, Headers headers = {});

    // ---- receiving. Empty when the websocket has ended: close_code() says how. Cancel: safe, no
    // message is lost.
    /// The next text. A client that sends binary instead is refused: closed with 1003.
    Task<std::optional<std::string>> receive();
    /// The next octets. A client that sends text instead is refused: closed with 1003.
    Task<std::optional<Bytes>> receive_bytes();
    /// The next message, whichever it is: kind Text or Binary.
    Task<std::optional<WebsocketMessage>> receive_message();
    /// The next text as a JSON document that is decoded and validated.
    /// Errors: throws ValidationError; not caught, it closes the websocket with 1007.
    template <class T>
    Task<std::optional<T>> receive();

    // ---- sending. Waits while the client is slow. Errors: throws WebsocketClosed.
    Task<> send(std::string text);
    Task<> send(std::string_view text) { return send(std::string(text)); }
    Task<> send(const char* text) { return send(std::string(text)); }
    Task<> send(Bytes octets);
    /// A plain struct, a range of them, a JsonValue, ...: as JSON text.
    template <json::Encodable T>
        requires(!std::convertible_to<const T&, std::string_view> && !std::derived_from<T, Bytes>)
    Task<> send(const T& value) {
        std::string text;
        json::encode(text, value);
        return send(std::move(text));
    }

    // ---- the end
    /// Begins the close handshake; does nothing when it has begun. Before accept() the answer is
    /// 403.
    ///
    /// Errors: throws LogicError for a code that must not be sent (RFC 6455 7.4: 1000 to 1003, 1007
    ///         to 1014 and 3000 to 4999 may) and for a reason over 123 bytes.
    Task<> close(int code = 1000, std::string reason = {});
    /// True from the moment on at which sending throws WebsocketClosed.
    bool closed() const noexcept;
    /// How it ended, once receiving gave an empty optional: the client's code; 1005 when it gave
    /// none, 1006 when the connection was lost, 1012 when the server stops. 0 before.
    int close_code() const noexcept { return close_code_; }
    std::string_view close_reason() const noexcept { return close_reason_; }

    /// What the server offers below, for what this class has no word for.
    gateway::Websocket& socket() noexcept { return socket_; }

private:
    void ensure_accepted();

    Request& request_;
    gateway::Websocket& socket_;
    int close_code_ = 0;
    std::string close_reason_;
};

template <class T>
Task<std::optional<T>> Websocket::receive() {
    static_assert(json::Decodable<T>,
                  "pottle: ws.receive<T>() decodes JSON: T must be a plain struct, a container of "
                  "them, or JsonValue; ws.receive() and ws.receive_bytes() take messages as they "
                  "are");
    const std::optional<std::string> text = co_await receive();
    if (!text) co_return std::nullopt;
    std::optional<T> value(std::in_place);
    if (DecodeResult result = json::decode(*text, *value); !result)
        app::detail::raise_message_error(std::move(result));
    co_return value;
}

}  // namespace pottle
