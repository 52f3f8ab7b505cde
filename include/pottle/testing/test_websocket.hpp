// SPDX-License-Identifier: MIT
/// \file
/// TestWebsocket: the client's end of a websocket in process; opened by TestClient::websocket().
#pragma once

#include <pottle/gateway/websocket.hpp>
#include <pottle/json/codec.hpp>
#include <pottle/testing/test_response.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pottle {

namespace testing {
class WebsocketRun;
}

/// Thrown by TestClient::websocket() when the application did not accept.
class WebsocketRefused : public std::exception {
public:
    explicit WebsocketRefused(TestResponse answer);
    ~WebsocketRefused() override;
    /// The answer to the handshake.
    const TestResponse& response() const noexcept { return *response_; }
    int status() const noexcept { return response_->status; }
    const char* what() const noexcept override { return "the websocket was refused"; }

private:
    Shared<const TestResponse> response_;  // copies are made by throwing
};

/// A movable handle. Destroyed while open, it is disconnect().
///
/// Every call lets the application run as far as it can; time is virtual. Errors: receiving throws
/// WebsocketClosed when the application has closed, LogicError when it will never send.
class TestWebsocket {
public:
    explicit TestWebsocket(std::unique_ptr<testing::WebsocketRun> run) noexcept;
    TestWebsocket(TestWebsocket&&) noexcept;
    TestWebsocket& operator=(TestWebsocket&&) noexcept;
    ~TestWebsocket();

    /// What accept() chose.
    std::string_view subprotocol() const noexcept;
    const Headers& headers() const noexcept;

    void send(std::string text);
    void send(const char* text) { send(std::string(text)); }
    void send(Bytes octets);
    /// As JSON text.
    template <json::Encodable T>
        requires(!std::convertible_to<const T&, std::string_view> && !std::derived_from<T, Bytes>)
    void send(const T& value) {
        std::string text;
        json::encode(text, value);
        send(std::move(text));
    }

    /// The next message, which must be text, or octets.
    std::string receive();
    Bytes receive_bytes();
    WebsocketMessage receive_message();
    template <class T>
    T receive() {
        T value{};
        const DecodeResult result = json::decode(receive(), value);
        POTTLE_REQUIRE(result, "the message is not of the wanted type");
        return value;
    }
    /// Nothing waits to be received after the application did all it can without time passing.
    bool quiet();

    /// Closes and waits until the application's part is over.
    void close(int code = 1000, std::string reason = {});
    /// The connection is lost: the application is told 1006.
    void disconnect();
    /// What the application closed with; 0 while it has not.
    int close_code();
    /// True when the application's handler has ended.
    bool finished();

private:
    std::unique_ptr<testing::WebsocketRun> run_;
};

}  // namespace pottle
