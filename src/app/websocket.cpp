// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include <pottle/app/validation_error.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/gateway/websocket.hpp>
#include <pottle/http/token.hpp>

#include <limits>

#include <fmt/format.h>

namespace pottle {

using Kind = WebsocketMessage::Kind;

namespace {
/// RFC 6455 7.4.1: data of a kind that is not taken.
constexpr std::uint16_t kUnsupportedData = 1003;

const Signals& signals_of(Request& request) noexcept {
    return *app::RequestContext::of(request).routing().signals;
}
}  // namespace

Websocket& Inject<Websocket&>::from(Request& request) {
    Websocket* websocket = app::RequestContext::of(request).websocket();
    POTTLE_REQUIRE(websocket, "Websocket& was asked for while an HTTP request is served");
    return *websocket;
}

void app::detail::raise_message_error(DecodeResult&& result) {
    const int status = result.status == DecodeStatus::Malformed ? 400 : 422;
    throw ValidationError(status, "message", std::move(result.errors));
}

std::string Websocket::url() const {
    // "http://..." or "https://...".
    const std::string url = request_.url();
    return fmt::format("{}{}", scheme(), std::string_view(url).substr(request_.scheme().size()));
}

std::vector<std::string_view> Websocket::requested_subprotocols() const {
    std::vector<std::string_view> names;
    for (const std::string_view value : headers().get_all("sec-websocket-protocol")) {
        http::ListReader list(value);
        for (std::string_view name; list.next(name);)
            if (!name.empty()) names.push_back(name);
    }
    return names;
}

bool Websocket::accepted() const noexcept {
    return socket_.accepted();
}

// NOLINTNEXTLINE(readability-make-member-function-const): accepting changes the websocket
Task<> Websocket::accept(std::string subprotocol, Headers headers) {
    socket_.accept(subprotocol, headers);
    co_return;
}

// ---- receiving

void Websocket::ensure_accepted() {
    if (!socket_.accepted()) socket_.accept({}, {});
}

/// The loop of gateway::Websocket::receive(), without a coroutine of its own for each message.
Task<std::optional<WebsocketMessage>> Websocket::receive_message() {
    ensure_accepted();
    if (socket_.turn_is_over()) co_await yield();
    WebsocketMessage message;
    while (!socket_.try_receive(message)) co_await socket_.next_arrival();
    if (message.kind != Kind::Closed) {
        signals_of(request_).websocket_received.send(*this, message);
        co_return message;
    }
    close_code_ = message.code;
    close_reason_ = std::move(message.data);
    co_return std::nullopt;
}

Task<std::optional<std::string>> Websocket::receive() {
    std::optional<WebsocketMessage> message = co_await receive_message();
    if (message && message->kind != Kind::Text) {
        socket_.close(kUnsupportedData, "text was expected");
        while (message) message = co_await receive_message();  // up to the end
    }
    if (!message) co_return std::nullopt;
    co_return std::move(message->data);
}

Task<std::optional<Bytes>> Websocket::receive_bytes() {
    std::optional<WebsocketMessage> message = co_await receive_message();
    if (message && message->kind != Kind::Binary) {
        socket_.close(kUnsupportedData, "octets were expected");
        while (message) message = co_await receive_message();  // up to the end
    }
    if (!message) co_return std::nullopt;
    co_return Bytes(std::move(message->data));
}

// ---- sending

Task<> Websocket::send(std::string text) {
    ensure_accepted();
    signals_of(request_).websocket_sent.send(*this, text);
    socket_.queue(Kind::Text, text);
    if (socket_.congested()) co_await socket_.drained();
}

Task<> Websocket::send(Bytes octets) {
    ensure_accepted();
    signals_of(request_).websocket_sent.send(*this, octets.view());
    socket_.queue(Kind::Binary, octets.view());
    if (socket_.congested()) co_await socket_.drained();
}

// ---- the end

Task<> Websocket::close(int code, std::string reason) {
    POTTLE_REQUIRE(code >= 0 && code <= std::numeric_limits<std::uint16_t>::max(),
                   "a close code has 16 bits");
    socket_.close(static_cast<std::uint16_t>(code), reason);
    co_return;
}

bool Websocket::closed() const noexcept {
    return socket_.accepted() && socket_.closed();
}

}  // namespace pottle
