// SPDX-License-Identifier: MIT
/// \file
/// RequestStream: one request stream of a Session, both directions.
#pragma once

#include "frame_reader.hpp"
#include "section_decoder.hpp"
#include "send_queue.hpp"

#include <pottle/http/priority.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace pottle::h3 {

/// A resource of the session.
struct RequestStream {
    enum class State : std::uint8_t { Head, Blocked, Body, Trailers, Ended };

    explicit RequestStream(StreamId stream) noexcept : id(stream) {}

    const StreamId id;
    State state = State::Head;
    State before_blocked = State::Head;  // Head or Body: which section waits
    bool is_connect = false;             // a tunnel: DATA only (RFC 9114 4.4)
    bool flow_blocked = false;
    bool waiting_fin = false;
    FrameReader frames;
    std::unique_ptr<FieldSection> section;  // while HEADERS come in
    std::string waiting;                    // Blocked: what came behind
    std::optional<std::uint64_t> content_length;
    std::uint64_t received = 0;
    SendQueue out;
    std::size_t counted = 0;  // of its unsent octets, in the session's sum

    // The scheduler's.
    http::Priority priority;
    RequestStream* previous = nullptr;
    RequestStream* next = nullptr;
    bool scheduled = false;
};

}  // namespace pottle::h3
