// SPDX-License-Identifier: MIT
/// \file
/// SharedMessage: one message for many websockets. The application serialises it once; the first
/// websocket that sends it encodes it for the wire, and all the others use that.
#pragma once

#include <pottle/gateway/websocket.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace pottle::gateway {

/// A resource that is constant but for its wire form; held by Shared<const SharedMessage>.
/// Thread: any.
class SharedMessage {
public:
    /// What a server made of a message.
    class Wire {
    public:
        Wire(const Wire&) = delete;
        Wire& operator=(const Wire&) = delete;
        virtual ~Wire() = default;

    protected:
        Wire() = default;
    };

    SharedMessage(WebsocketMessage::Kind kind, std::string data)
        : kind_(kind), data_(std::move(data)) {}
    SharedMessage(const SharedMessage&) = delete;
    SharedMessage& operator=(const SharedMessage&) = delete;

    WebsocketMessage::Kind kind() const noexcept { return kind_; }
    std::string_view data() const noexcept { return data_; }

    /// The wire form, made by `make` for whoever asks first. A process has one kind of server.
    const Wire& wire(std::unique_ptr<Wire> (*make)(const SharedMessage&)) const {
        std::call_once(made_, [this, make] { wire_ = make(*this); });
        return *wire_;
    }

private:
    WebsocketMessage::Kind kind_;
    std::string data_;
    mutable std::once_flag made_;  // guards wire_: written once, before any read
    mutable std::unique_ptr<Wire> wire_;
};

}  // namespace pottle::gateway
