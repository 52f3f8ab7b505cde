// SPDX-License-Identifier: MIT
#include "websocket_output.hpp"

#include <algorithm>
#include <array>

namespace pottle::server {

namespace {
constexpr std::size_t kPiecesPerWrite = 16;
/// Own frames are joined up to this size.
constexpr std::size_t kJoinedPiece = 16 * 1024;
/// What an idle websocket keeps of its buffer.
constexpr std::size_t kKeptCapacity = 512;
}  // namespace

std::string& WebsocketOutput::tail() {
    const bool joins = first_ < pieces_.size() && !pieces_.back().message &&
                       pieces_.back().own.size() < kJoinedPiece;
    if (!joins) pieces_.emplace_back();
    tail_before_ = pieces_.back().own.size();
    return pieces_.back().own;
}

void WebsocketOutput::appended() noexcept {
    bytes_ += pieces_.back().own.size() - tail_before_;
}

void WebsocketOutput::append(const Shared<const gateway::SharedMessage>& message,
                             std::string_view frame) {
    // The queue of a client that is always a little behind is never empty: forget what was sent.
    if (first_ > kPiecesPerWrite && first_ * 2 > pieces_.size()) {
        pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    pieces_.push_back({{}, message, frame});
    bytes_ += frame.size();
}

WebsocketOutput::State WebsocketOutput::write(Duplex& duplex, std::uint64_t& sent) {
    while (bytes_ > 0) {
        const async::IoResult result = write_pieces(duplex);
        if (result.kind == async::IoResult::Kind::WouldBlock) return State::Blocked;
        if (result.kind != async::IoResult::Kind::Done) return State::Failed;
        sent += result.count;
        forget_sent(result.count);
    }
    if (pieces_.size() == 1 && !pieces_[0].message && pieces_[0].own.capacity() <= kKeptCapacity) {
        pieces_[0].own.clear();
        first_ = offset_ = 0;
        return State::Drained;
    }
    pieces_ = {};
    first_ = offset_ = 0;
    return State::Drained;
}

async::IoResult WebsocketOutput::write_pieces(Duplex& duplex) const {
    const std::size_t count = std::min(kPiecesPerWrite, pieces_.size() - first_);
    if (count == 1) {  // as a rule
        const std::string_view view = pieces_[first_].view().substr(offset_);
        return duplex.write({&view, 1});
    }
    std::array<std::string_view, kPiecesPerWrite> views;
    for (std::size_t i = 0; i < count; ++i) views[i] = pieces_[first_ + i].view();
    views[0].remove_prefix(offset_);
    return duplex.write(std::span(views.data(), count));
}

void WebsocketOutput::forget_sent(std::size_t count) noexcept {
    bytes_ -= count;
    while (count > 0) {
        Piece& piece = pieces_[first_];
        const std::size_t taken = std::min(count, piece.view().size() - offset_);
        count -= taken;
        offset_ += taken;
        if (offset_ < piece.view().size()) continue;
        if (bytes_ > 0) piece = Piece();  // else write() decides what is kept
        ++first_;
        offset_ = 0;
    }
}

}  // namespace pottle::server
