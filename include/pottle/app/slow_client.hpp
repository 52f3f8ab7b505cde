// SPDX-License-Identifier: MIT
/// \file
/// SlowClient: what happens when something is sent to a client that does not read fast enough.
#pragma once

#include <cstdint>

namespace pottle {

/// A policy for one receiver whose queue is full (EventStream: its own queue; Broadcaster: the
/// server's `send_high_water`).
enum class SlowClient : std::uint8_t {
    Wait,       ///< the sender waits for it
    Drop,       ///< a message is lost: the oldest that waits (events), the new one (broadcast)
    Disconnect  ///< it is closed: an event stream ends, a websocket is closed with 1013
};

}  // namespace pottle
