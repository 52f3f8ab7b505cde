// SPDX-License-Identifier: MIT
/// \file
/// SendOrder: which stream's content is sent next (RFC 9218 10): the most urgent first; of the same
/// urgency one after the other, or in turns when they are incremental.
#pragma once

#include <pottle/proto/h2/stream.hpp>

#include <array>

namespace pottle::h2 {

/// Streams that can send, as lists through the streams. A resource.
class SendOrder {
public:
    bool empty() const noexcept { return urgencies_ == 0; }
    /// Precondition: !empty().
    Stream& first() const noexcept;
    /// Adds it behind those of its urgency, unless it is there.
    void add(Stream& stream) noexcept;
    void remove(Stream& stream) noexcept;
    /// It had a turn: an incremental one goes behind the others of its urgency.
    void rotate(Stream& stream) noexcept;

private:
    struct List {
        Stream* first = nullptr;
        Stream* last = nullptr;
    };
    std::array<List, 8> lists_{};
    std::uint8_t urgencies_ = 0;  // bit u: lists_[u] is not empty
};

}  // namespace pottle::h2
