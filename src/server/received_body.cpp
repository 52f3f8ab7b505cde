// SPDX-License-Identifier: MIT
#include "received_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pottle::server {

namespace {
constexpr std::size_t kChunk = 64 * 1024;  // as gateway::Exchange::read() promises at most
constexpr Error kTooLarge = Error::peer(Errc::BodyTooLarge, 413, "request body too large");
}  // namespace

void ReceivedBody::begin(ByteCount limit, std::optional<std::uint64_t> announced) noexcept {
    clear();
    limit_ = limit;
    announced_ = announced.value_or(0);
}

void ReceivedBody::clear() noexcept {
    chunks_.clear();
    offset_ = unread_ = 0;
    received_ = announced_ = 0;
    ended_ = false;
}

bool ReceivedBody::push(std::string_view data) {
    received_ += data.size();
    if (over_limit()) return false;
    unread_ += data.size();
    if (!chunks_.empty() && chunks_.back().size() + data.size() <= kChunk)
        chunks_.back() += data;
    else
        chunks_.push(std::string(data));
    return true;
}

BodyEvent ReceivedBody::next() {
    if (over_limit()) return {BodyEvent::Kind::Error, {}, kTooLarge};
    if (chunks_.empty()) {
        if (ended_) return {BodyEvent::Kind::End, {}, {}};
        return {};
    }
    std::string chunk = chunks_.pop();
    chunk.erase(0, std::exchange(offset_, 0));
    unread_ -= chunk.size();
    return {BodyEvent::Kind::Data, Bytes(std::move(chunk)), {}};
}

std::size_t ReceivedBody::take(std::span<char> into) noexcept {
    std::size_t taken = 0;
    while (taken < into.size() && !chunks_.empty()) {
        const std::string& chunk = chunks_.front();
        const std::size_t part = std::min(into.size() - taken, chunk.size() - offset_);
        std::memcpy(into.data() + taken, chunk.data() + offset_, part);
        taken += part;
        offset_ += part;
        if (offset_ < chunk.size()) break;
        (void)chunks_.pop();
        offset_ = 0;
    }
    unread_ -= taken;
    return taken;
}

Result<> ReceivedBody::set_limit(ByteCount limit) noexcept {
    limit_ = limit;
    if (over_limit()) return fail(kTooLarge);
    return {};
}

}  // namespace pottle::server
