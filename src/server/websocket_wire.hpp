// SPDX-License-Identifier: MIT
/// \file
/// WebsocketWire: the frames of a SharedMessage, encoded once for all its receivers. Frames of a
/// server carry no mask, so they are the same for everybody; a compressed one refers to nothing
/// before it, so every window of 2^15 reads it.
#pragma once

#include <pottle/gateway/shared_message.hpp>
#include <pottle/proto/ws/limits.hpp>

#include <mutex>
#include <string>
#include <string_view>

namespace pottle::server {

/// The window of compressors that several connections share.
inline constexpr int kSharedWindowBits = 15;

/// Thread: any.
class WebsocketWire final : public gateway::SharedMessage::Wire {
public:
    static const WebsocketWire& of(const gateway::SharedMessage& message);
    explicit WebsocketWire(const gateway::SharedMessage& message);

    std::string_view plain() const noexcept { return plain_; }
    /// Made when it is first asked for.
    std::string_view deflated(const ws::DeflateOptions& options) const;

private:
    const gateway::SharedMessage& message_;
    std::string plain_;
    mutable std::once_flag compressed_;  // guards deflated_: written once, before any read
    mutable std::string deflated_;
};

}  // namespace pottle::server
