// SPDX-License-Identifier: MIT
/// \file
/// FieldArena: where decoded names and values stand while one header block is read.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace pottle::h2 {

/// A resource, one for each loop: what is put here stays in its place until clear().
class FieldArena {
public:
    FieldArena() = default;
    FieldArena(const FieldArena&) = delete;
    FieldArena& operator=(const FieldArena&) = delete;

    /// Room for `size` octets, of which give_back() may return the end.
    char* reserve(std::size_t size) {
        if (size > static_cast<std::size_t>(end_ - at_)) [[unlikely]]
            grow(size);
        char* begin = at_;
        at_ += size;
        return begin;
    }
    /// The last reserve() needed only what lies before `end`.
    void give_back(char* end) noexcept { at_ = end; }

    std::string_view copy(std::string_view text) {
        if (text.empty()) return text;
        char* begin = reserve(text.size());
        std::memcpy(begin, text.data(), text.size());
        return {begin, text.size()};
    }

    /// Forgets everything; keeps one block.
    void clear() noexcept {
        if (blocks_.empty()) return;
        blocks_.resize(1);
        at_ = blocks_.front().get();
        end_ = at_ + kBlock;
    }

private:
    static constexpr std::size_t kBlock = 16 * 1024;

    void grow(std::size_t size) {
        const std::size_t length = size < kBlock ? kBlock : size;
        if (blocks_.empty() && length > kBlock)
            blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(length));
        at_ = blocks_.back().get();
        end_ = at_ + length;
    }

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* at_ = nullptr;
    char* end_ = nullptr;
};

}  // namespace pottle::h2
