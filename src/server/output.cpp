// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <algorithm>
#include <array>

namespace pottle::server {

namespace {
constexpr std::size_t kPiecesPerWrite = 16;
/// Small pieces are joined up to this size, so that a queue of them costs little more than its
/// bytes.
constexpr std::size_t kJoinedPiece = 16 * 1024;
}  // namespace

Output::State Output::write(async::Stream& stream, std::string& batch, std::string&& body,
                            std::uint64_t& sent) {
    if (queue_) {  // order: what was refused before goes first
        push(std::string(batch), 0);
        batch.clear();
        push(std::move(body), 0);
        return write_queue(stream, sent);
    }
    if (batch.empty() && body.empty()) return State::Drained;

    const std::array<std::string_view, 2> pieces{batch, body};
    const async::IoResult result =
        stream.write(body.empty() ? std::span(pieces.data(), 1)
                                  : std::span(pieces.data() + (batch.empty() ? 1 : 0),
                                              batch.empty() ? 1UL : 2UL));
    if (result.kind == async::IoResult::Kind::Failed) return State::Failed;
    const std::size_t written = result.kind == async::IoResult::Kind::Done ? result.count : 0;
    sent += written;
    if (written == batch.size() + body.size()) [[likely]] {
        batch.clear();
        return State::Drained;
    }
    if (written < batch.size()) push(batch.substr(written), 0);
    const std::size_t of_body = written > batch.size() ? written - batch.size() : 0;
    batch.clear();
    push(std::move(body), of_body);
    // A short write need not be followed by a notification: only WouldBlock is (stream.hpp, rule
    // 1).
    return result.kind == async::IoResult::Kind::Done ? write_queue(stream, sent) : State::Blocked;
}

void Output::push(std::string&& piece, std::size_t skip) {
    if (piece.size() == skip) return;
    if (!queue_) queue_ = std::make_unique<Queue>();
    queue_->bytes += piece.size() - skip;
    std::vector<std::string>& pieces = queue_->pieces;
    if (queue_->first < pieces.size() && pieces.back().size() + piece.size() <= kJoinedPiece) {
        pieces.back().append(piece, skip);
        return;
    }
    // The queue of a peer that is always a little behind is never empty: forget what was sent.
    if (queue_->first * 2 > pieces.size()) {
        pieces.erase(pieces.begin(), pieces.begin() + static_cast<std::ptrdiff_t>(queue_->first));
        queue_->first = 0;
    }
    if (queue_->first == pieces.size()) queue_->offset = skip;
    pieces.push_back(std::move(piece));
}

Output::State Output::write_queue(async::Stream& stream, std::uint64_t& sent) {
    while (queue_ && queue_->bytes > 0) {
        std::array<std::string_view, kPiecesPerWrite> pieces;
        const std::size_t count = std::min(kPiecesPerWrite, queue_->pieces.size() - queue_->first);
        for (std::size_t i = 0; i < count; ++i) pieces[i] = queue_->pieces[queue_->first + i];
        pieces[0].remove_prefix(queue_->offset);
        const async::IoResult result = stream.write(std::span(pieces.data(), count));
        if (result.kind == async::IoResult::Kind::Failed) return State::Failed;
        if (result.kind != async::IoResult::Kind::Done) return State::Blocked;
        sent += result.count;
        queue_->bytes -= result.count;
        std::size_t left = result.count;
        while (left > 0) {
            std::string& piece = queue_->pieces[queue_->first];
            const std::size_t taken = std::min(left, piece.size() - queue_->offset);
            left -= taken;
            queue_->offset += taken;
            if (queue_->offset == piece.size()) {
                piece = std::string();
                ++queue_->first;
                queue_->offset = 0;
            }
        }
    }
    queue_.reset();
    return State::Drained;
}

}  // namespace pottle::server
