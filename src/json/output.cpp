// SPDX-License-Identifier: MIT
#include "output.hpp"

#include "scan.hpp"
#include "utf8.hpp"

#include <pottle/base/utf8.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/compile.h>
#include <fmt/format.h>

namespace pottle::json {

void Output::resize(std::size_t size) {
    // Leaves the new characters as they are: they are written before they are counted.
    out_.resize_and_overwrite(size, [](char*, std::size_t n) { return n; });
    end_ = out_.data() + out_.size();
}

void Output::grow(std::size_t count) {
    const auto used = static_cast<std::size_t>(at_ - out_.data());
    // First what the string has in reserve, then twice as much each time.
    const std::size_t spare = out_.capacity() > out_.size() ? out_.capacity() : out_.capacity() * 2;
    resize(std::max({used + count, spare, kFirstSize}));
    at_ = out_.data() + used;
}

template <class T>
void Output::finite(T value) {
    if (!std::isfinite(value)) return raw("null");
    ensure(40);
    char* const begin = at_;
    at_ = fmt::format_to(at_, FMT_COMPILE("{}"), value);
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    if (text.find_first_of(".e") == text.npos) raw(".0");
}
void Output::real(double value) {
    finite(value);
}
void Output::real(float value) {
    finite(value);
}

void Output::string(std::string_view text) {
    ensure(text.size() + 2);
    *at_++ = '"';
    const char* from = text.data();
    const char* const end = from + text.size();
    std::uint64_t bits = 0;
    for (; end - from >= 8; from += 8, at_ += 8) {
        const std::uint64_t word = load8(from);
        if (special_bytes(word)) break;
        bits |= word;
        std::memcpy(at_, &word, sizeof word);
    }
    if (from != end && end - from < 8 && text.size() >= 8) {
        // The last eight bytes overlap what is done, and cost less than up to seven single ones.
        const std::uint64_t word = load8(end - 8);
        if (!special_bytes(word)) {
            bits |= word;
            at_ += end - from;
            from = end;
            std::memcpy(at_ - 8, &word, sizeof word);
        }
    }
    for (; from != end && !is_special(*from); ++from) {
        bits |= static_cast<unsigned char>(*from);
        *at_++ = *from;
    }
    if (from == end && !(bits & kHighBits)) [[likely]] {
        *at_++ = '"';
        return;
    }
    if (!is_utf8(text)) {
        at_ -= from - text.data();
        const std::string repaired = utf8::replace_invalid(std::string(text));
        return rest_of_string(repaired.data(), repaired.data() + repaired.size());
    }
    rest_of_string(from, end);
}

void Output::rest_of_string(const char* from, const char* end) {
    for (;;) {
        const char* const special = find_special(from, end);
        raw({from, static_cast<std::size_t>(special - from)});
        if (special == end) break;
        escape(*special);
        from = special + 1;
    }
    put('"');
}

void Output::escape(char c) {
    switch (c) {
        case '"':
            return raw("\\\"");
        case '\\':
            return raw("\\\\");
        case '\b':
            return raw("\\b");
        case '\f':
            return raw("\\f");
        case '\n':
            return raw("\\n");
        case '\r':
            return raw("\\r");
        case '\t':
            return raw("\\t");
        default:
            return unicode_escape(static_cast<unsigned char>(c));
    }
}

void Output::unicode_escape(std::uint32_t unit) {
    static constexpr char kDigits[] = "0123456789abcdef";
    const char text[] = {'\\',
                         'u',
                         kDigits[unit >> 12 & 15],
                         kDigits[unit >> 8 & 15],
                         kDigits[unit >> 4 & 15],
                         kDigits[unit & 15]};
    raw({text, sizeof text});
}

void Output::ascii_string(std::string_view text) {
    std::string repaired;
    if (!is_utf8(text)) text = repaired = utf8::replace_invalid(std::string(text));
    put('"');
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        text.remove_prefix(point.length);
        if (point.value < 0x7F) {  // DEL is escaped too, as Python does
            const char c = static_cast<char>(point.value);
            is_special(c) ? escape(c) : put(c);
        } else if (point.value < 0x10000) {
            unicode_escape(point.value);
        } else {
            unicode_escape(0xD800 + ((point.value - 0x10000) >> 10));
            unicode_escape(0xDC00 + ((point.value - 0x10000) & 0x3FF));
        }
    }
    put('"');
}

}  // namespace pottle::json
