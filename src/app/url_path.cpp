// SPDX-License-Identifier: MIT
#include "url_path.hpp"

#include <pottle/base/ascii.hpp>

#include <cstdint>
#include <cstring>

namespace pottle::app {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// True when the path is printable ASCII without '%': what nearly all paths are.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = 0x8080808080808080;
    const char* p = text.data();
    std::size_t left = text.size();
    for (; left >= 8; p += 8, left -= 8) {
        std::uint64_t word;
        std::memcpy(&word, p, 8);
        const std::uint64_t percents = word ^ (kOnes * '%');
        if (((percents - kOnes) & ~percents & kHighs) | (word & kHighs)) return false;
    }
    for (; left; ++p, --left)
        if (*p == '%' || static_cast<unsigned char>(*p) >= 0x80) return false;
    return true;
}

void append_decoded(std::string& out, std::string_view raw) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '%' && i + 2 < raw.size()) {
            const int high = ascii::hex_value(raw[i + 1]);
            const int low = ascii::hex_value(raw[i + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        out += raw[i];  // a '%' that encodes nothing stands for itself
    }
}

struct Sequence {
    std::size_t size;  // octets to take; at least 1
    bool valid;
};

/// The UTF-8 sequence at the start of `text` (Unicode 3.9, table 3-7). An invalid one is as long as
/// its longest valid beginning, so that each such run yields one U+FFFD.
Sequence take_sequence(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = octet(0);
    if (lead < 0x80) return {1, true};
    if (lead < 0xC2 || lead > 0xF4) return {1, false};
    const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (text.size() < 2 || octet(1) < low || octet(1) > high) return {1, false};
    for (std::size_t i = 2; i < size; ++i)
        if (i == text.size() || (octet(i) & 0xC0) != 0x80) return {i, false};
    return {size, true};
}

void replace_invalid(std::string& text) {
    std::string clean;
    std::size_t copied = 0;
    bool changed = false;
    for (std::size_t i = 0; i < text.size();) {
        const Sequence sequence = take_sequence(std::string_view(text).substr(i));
        if (!sequence.valid) {
            clean.append(text, copied, i - copied);
            clean += kReplacement;
            copied = i + sequence.size;
            changed = true;
        }
        i += sequence.size;
    }
    if (!changed) return;
    clean.append(text, copied);
    text = std::move(clean);
}

}  // namespace

std::string_view decode_path(std::string_view raw, std::string& storage) {
    if (is_plain(raw)) [[likely]]
        return raw;
    storage.clear();
    append_decoded(storage, raw);
    replace_invalid(storage);
    return storage;
}

std::string encode_path(std::string_view path) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    constexpr std::string_view kSafe = "-._~!$&'()*+,/:;=@";  // RFC 3986 3.3, pchar and '/'
    std::string out;
    out.reserve(path.size());
    for (const char c : path) {
        if (ascii::is_alnum(c) || kSafe.find(c) != kSafe.npos) {
            out += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[octet >> 4];
        out += kDigits[octet & 15];
    }
    return out;
}

std::string merge_slashes(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    for (const char c : path)
        if (c != '/' || out.empty() || out.back() != '/') out += c;
    return out;
}

}  // namespace pottle::app
