// SPDX-License-Identifier: MIT
/// \file
/// Output: what a rendering has written. A std::string that keeps a pointer to its end, so that the
/// short texts a page consists of are copied in place, without a call each.
#pragma once

#include "escape.hpp"

#include <pottle/templating/operations.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pottle::templating {

/// A resource.
class Output {
public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    std::size_t size() const noexcept { return static_cast<std::size_t>(next_ - text_.data()); }
    bool empty() const noexcept { return size() == 0; }
    /// What has been written from `begin` on. Lifetime: until something is written.
    std::string_view from(std::size_t begin) const noexcept {
        return {text_.data() + begin, size() - begin};
    }
    /// Takes back what has been written from `size` on.
    void truncate(std::size_t size) noexcept { next_ = text_.data() + size; }
    /// Room for `size` bytes in all.
    void reserve(std::size_t size) {
        if (size > text_.size()) extend(size);
    }

    void append(std::string_view text) {
        if (text.size() > room()) [[unlikely]]
            grow(text.size());
        if (text.size() > kLong) [[unlikely]] {
            std::memcpy(next_, text.data(), text.size());
        } else {
            copy(next_, text.data(), text.size());
        }
        next_ += text.size();
    }
    void append_escaped(std::string_view text) {
        std::size_t plain = 0;  // where the part begins that needs no escaping
        while (true) {
            const std::size_t at = find_escaped(text, plain);
            append(text.substr(plain, at - plain));
            if (at == text.size()) return;
            append(entity(text[at]));
            plain = at + 1;
        }
    }
    /// str(value), escaped or not.
    void append(const Value& value, bool escape);

    /// The text, for its new owner; nothing is left.
    std::string take();

private:
    static constexpr std::size_t kLong = 512;  ///< from there on a call is worth while

    std::size_t room() const noexcept {
        return static_cast<std::size_t>(text_.data() + text_.size() - next_);
    }
    template <std::size_t Size>
    static void copy_block(char* to, const char* from) noexcept {
        char block[Size];
        std::memcpy(block, from, Size);
        std::memcpy(to, block, Size);
    }
    /// Two blocks that overlap, for what is longer than one and not longer than both.
    template <std::size_t Size>
    static void copy_ends(char* to, const char* from, std::size_t size) noexcept {
        char last[Size];
        std::memcpy(last, from + size - Size, Size);
        copy_block<Size>(to, from);
        std::memcpy(to + size - Size, last, Size);
    }
    /// memcpy for texts that are short and of any size.
    static void copy(char* to, const char* from, std::size_t size) noexcept {
        if (size >= 16) {
            std::size_t at = 0;
            for (; at + 16 < size; at += 16) copy_block<16>(to + at, from + at);
            copy_block<16>(to + size - 16, from + size - 16);
        } else if (size >= 8) {
            copy_ends<8>(to, from, size);
        } else if (size >= 4) {
            copy_ends<4>(to, from, size);
        } else if (size >= 2) {
            copy_ends<2>(to, from, size);
        } else if (size == 1) {
            *to = *from;
        }
    }
    void grow(std::size_t more);
    void extend(std::size_t size);
    void append_other(const Value& value, bool escape);

    std::string text_;  ///< its size is the room there is
    char* next_ = text_.data();
};

inline void Output::append(const Value& value, bool escape) {
    if (value.is_string()) [[likely]] {
        if (escape && !value.is_safe()) {
            append_escaped(value.as_string());
        } else {
            append(value.as_string());
        }
    } else {
        append_other(value, escape);
    }
}

}  // namespace pottle::templating
