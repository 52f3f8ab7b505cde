// SPDX-License-Identifier: MIT
/// \file
/// Scheduler: which stream sends next (RFC 9218 10): the most urgent first; of one urgency,
/// incremental ones take turns and others go one after the other.
#pragma once

#include "request_stream.hpp"

#include <array>

namespace pottle::h3 {

/// A value of intrusive lists; streams unlink before they die.
class Scheduler {
public:
    void add(RequestStream& stream) noexcept {
        if (stream.scheduled) return;
        stream.scheduled = true;
        List& list = lists_[stream.priority.urgency];
        stream.previous = list.last;
        stream.next = nullptr;
        (list.last ? list.last->next : list.first) = &stream;
        list.last = &stream;
    }
    void remove(RequestStream& stream) noexcept {
        if (!stream.scheduled) return;
        stream.scheduled = false;
        List& list = lists_[stream.priority.urgency];
        (stream.previous ? stream.previous->next : list.first) = stream.next;
        (stream.next ? stream.next->previous : list.last) = stream.previous;
    }
    RequestStream* first() const noexcept {
        for (const List& list : lists_)
            if (list.first) return list.first;
        return nullptr;
    }
    /// After a stream has sent: an incremental one goes behind the others of its urgency.
    void rotate(RequestStream& stream) noexcept {
        if (!stream.priority.incremental || !stream.next) return;
        remove(stream);
        add(stream);
    }
    void set_priority(RequestStream& stream, const http::Priority& priority) noexcept {
        const bool scheduled = stream.scheduled;
        remove(stream);
        stream.priority = priority;
        if (scheduled) add(stream);
    }

private:
    struct List {
        RequestStream* first = nullptr;
        RequestStream* last = nullptr;
    };
    std::array<List, 8> lists_{};
};

}  // namespace pottle::h3
