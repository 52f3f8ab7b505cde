// SPDX-License-Identifier: MIT
/// \file
/// Arena: each block is twice the size of the one before, up to 256 KiB.
#include <pottle/templating/arena.hpp>
#include <pottle/templating/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace pottle::templating {

namespace {
constexpr std::size_t kLargestBlock = 256_KiB;
}  // namespace

Arena::~Arena() {
    for (Owner* owner = owners_; owner; owner = owner->previous) owner->destroy(owner->object);
    while (blocks_) {
        Block* const previous = blocks_->previous;
        std::free(blocks_);
        blocks_ = previous;
    }
}

void* Arena::allocate_slow(std::size_t size, std::size_t alignment) {
    const std::size_t growth = blocks_ ? std::min(blocks_->size * 2, kLargestBlock) : first_block_;
    if (size > limit_ || taken_ + size > limit_)
        fail(ErrorKind::Limit, "the template needs more memory than Limits::memory allows: " +
                                   std::to_string(limit_) + " bytes");
    const std::size_t whole = std::max(growth, size + alignment + sizeof(Block));
    auto* const block = static_cast<Block*>(std::malloc(whole));
    if (!block) throw std::bad_alloc();
    *block = {blocks_, whole};
    blocks_ = block;
    taken_ += whole;
    next_ = reinterpret_cast<char*>(block + 1);
    end_ = reinterpret_cast<char*>(block) + whole;
    return allocate(size, alignment);
}

std::string_view Arena::copy(std::string_view text) {
    if (text.empty()) return {};
    char* const at = characters(text.size());
    std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
}

}  // namespace pottle::templating
