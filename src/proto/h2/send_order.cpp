// SPDX-License-Identifier: MIT
#include <pottle/proto/h2/send_order.hpp>

#include <bit>

namespace pottle::h2 {

Stream& SendOrder::first() const noexcept {
    return *lists_[static_cast<std::size_t>(std::countr_zero(urgencies_))].first;
}

void SendOrder::add(Stream& stream) noexcept {
    if (stream.listed) return;
    List& list = lists_[stream.priority.urgency];
    stream.listed = true;
    stream.previous = list.last;
    stream.next = nullptr;
    (list.last ? list.last->next : list.first) = &stream;
    list.last = &stream;
    urgencies_ |= static_cast<std::uint8_t>(1U << stream.priority.urgency);
}

void SendOrder::remove(Stream& stream) noexcept {
    if (!stream.listed) return;
    List& list = lists_[stream.priority.urgency];
    stream.listed = false;
    (stream.previous ? stream.previous->next : list.first) = stream.next;
    (stream.next ? stream.next->previous : list.last) = stream.previous;
    if (!list.first) urgencies_ &= static_cast<std::uint8_t>(~(1U << stream.priority.urgency));
}

void SendOrder::rotate(Stream& stream) noexcept {
    if (!stream.priority.incremental || !stream.next) return;
    remove(stream);
    add(stream);
}

}  // namespace pottle::h2
