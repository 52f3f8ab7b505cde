// SPDX-License-Identifier: MIT
/// \file
/// Appends JSON to a std::string. Grows the string by hand and writes through a pointer: appending
/// piece by piece costs more than the pieces.
#pragma once

#include <pottle/reflect/scalar.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pottle::json {

/// Owns the string's end while it lives; the string has its final size when it is gone.
class Output {
public:
    explicit Output(std::string& out) noexcept
        : out_(out), at_(out.data() + out.size()), end_(at_) {}
    ~Output() {
        const auto size = static_cast<std::size_t>(at_ - out_.data());
        out_.resize_and_overwrite(out_.size(), [size](char*, std::size_t) { return size; });
    }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void put(char c) {
        ensure(1);
        *at_++ = c;
    }
    void raw(std::string_view text) {
        ensure(text.size());
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
    }
    /// As raw, but the first character is `first`. For `,"name":`, whose comma may be a brace.
    void piece(char first, std::string_view text) {
        char* const begin = (ensure(text.size()), at_);
        std::memcpy(begin, text.data(), text.size());
        *begin = first;
        at_ += text.size();
    }
    template <class T>
    void integer(T value) {
        ensure(20);
        at_ = std::to_chars(at_, at_ + 20, value).ptr;
    }
    /// The shortest text that reads back the same, with a point or an exponent; "null" for what is
    /// not finite.
    void real(double value);
    void real(float value);

    /// Raw UTF-8 in quotes, only what must be escaped is; bytes that are not UTF-8 become U+FFFD.
    void string(std::string_view text);
    /// The same in pure ASCII: everything else as \uXXXX.
    void ascii_string(std::string_view text);

private:
    static constexpr std::size_t kFirstSize = 128;

    void ensure(std::size_t count) {
        if (static_cast<std::size_t>(end_ - at_) < count) [[unlikely]]
            grow(count);
    }
    void grow(std::size_t count);
    void resize(std::size_t size);
    template <class T>
    void finite(T value);
    void rest_of_string(const char* from, const char* end);
    void escape(char c);
    void unicode_escape(std::uint32_t unit);

    std::string& out_;
    char* at_;
    char* end_;
};

}  // namespace pottle::json
