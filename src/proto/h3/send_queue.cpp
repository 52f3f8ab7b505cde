// SPDX-License-Identifier: MIT
#include "send_queue.hpp"

#include <algorithm>
#include <utility>

namespace pottle::h3 {

namespace {
/// Longer than what a std::string holds in itself, so that moving the object moves no octets.
constexpr std::size_t kOutside = 64;
}  // namespace

/// Octets that were given out must not move, so only a piece of which nothing was.
bool SendQueue::may_extend_last() const noexcept {
    if (pieces_.size() <= first_) return false;
    const std::size_t last = pieces_.size() - 1;
    return last > next_ || (last == next_ && next_offset_ == 0);
}

void SendQueue::append(std::string octets) {
    if (stopped_ || octets.empty()) return;
    if (octets.size() < kSmall) return append_copy(octets);
    unsent_ += octets.size();
    pieces_.push_back(std::move(octets));
}

void SendQueue::append_copy(std::string_view octets) {
    if (stopped_ || octets.empty()) return;
    unsent_ += octets.size();
    if (may_extend_last() && pieces_.back().size() < kSmall) {
        pieces_.back() += octets;
        return;
    }
    std::string piece;
    piece.reserve(std::max(octets.size(), kOutside));
    piece = octets;
    pieces_.push_back(std::move(piece));
}

void SendQueue::stop() noexcept {
    stopped_ = true;
    unsent_ = 0;
}

std::size_t SendQueue::peek(std::array<std::string_view, 8>& pieces, bool& end) const noexcept {
    std::size_t count = 0;
    std::size_t offset = next_offset_;
    std::size_t at = next_;
    for (; at < pieces_.size() && count < pieces.size(); ++at) {
        const std::string_view piece = std::string_view(pieces_[at]).substr(offset);
        offset = 0;
        if (!piece.empty()) pieces[count++] = piece;
    }
    end = ended_ && at == pieces_.size();
    return count;
}

void SendQueue::on_written(std::size_t count, bool end) noexcept {
    unsent_ -= std::min(unsent_, count);
    unacknowledged_ += count;
    end_sent_ |= end;
    while (count > 0 && next_ < pieces_.size()) {
        const std::size_t size = std::min(pieces_[next_].size() - next_offset_, count);
        next_offset_ += size;
        count -= size;
        if (next_offset_ == pieces_[next_].size()) {
            ++next_;
            next_offset_ = 0;
        }
    }
}

void SendQueue::on_acknowledged(std::size_t count) noexcept {
    unacknowledged_ -= std::min(unacknowledged_, count);
    first_acknowledged_ += count;
    while (first_ < next_ && first_acknowledged_ >= pieces_[first_].size()) {
        first_acknowledged_ -= pieces_[first_].size();
        pieces_[first_++] = std::string();
    }
    drop_acknowledged();
}

void SendQueue::drop_acknowledged() noexcept {
    // The objects of dropped pieces go when they are the larger part.
    if (first_ < 16 || first_ * 2 < pieces_.size()) return;
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    next_ -= first_;
    first_ = 0;
}

}  // namespace pottle::h3
