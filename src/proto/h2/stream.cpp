// SPDX-License-Identifier: MIT
#include <pottle/proto/h2/stream.hpp>

#include <algorithm>
#include <cstring>

namespace pottle::h2 {

namespace {
/// Small pieces are joined up to this size, so that a queue of them costs little more than its
/// bytes.
constexpr std::size_t kJoinedPiece = 16 * 1024;
}  // namespace

void SendQueue::push(std::string&& piece) {
    if (piece.empty()) return;
    bytes_ += piece.size();
    if (first_ < pieces_.size() && pieces_.back().size() + piece.size() <= kJoinedPiece) {
        pieces_.back() += piece;
        return;
    }
    if (first_ * 2 > pieces_.size()) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    pieces_.push_back(std::move(piece));
}

void SendQueue::take(char* to, std::size_t count) noexcept {
    bytes_ -= count;
    while (count > 0) {
        std::string& piece = pieces_[first_];
        const std::size_t part = std::min(count, piece.size() - offset_);
        std::memcpy(to, piece.data() + offset_, part);
        to += part;
        count -= part;
        offset_ += part;
        if (offset_ < piece.size()) continue;
        piece = std::string();
        ++first_;
        offset_ = 0;
    }
    if (bytes_ == 0) clear();
}

void SendQueue::clear() noexcept {
    pieces_.clear();
    first_ = offset_ = bytes_ = 0;
}

}  // namespace pottle::h2
