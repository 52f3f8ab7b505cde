// SPDX-License-Identifier: MIT
#include <pottle/base/utf8.hpp>

#include <cstdint>
#include <cstring>

namespace pottle::utf8 {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Well-formed second bytes by first byte, and how many bytes follow (Unicode 3.9, table 3-7).
struct Lead {
    std::size_t trailing = 0;  // 0: not a lead byte
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xBF;
};

Lead classify(std::uint8_t byte) noexcept {
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {1};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};  // no overlong forms
    if (byte == 0xED) return {2, 0x80, 0x9F};  // no surrogates
    if (byte < 0xF0) return {2};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte < 0xF4) return {3};
    if (byte == 0xF4) return {3, 0x80, 0x8F};  // up to U+10FFFF
    return {};
}

std::size_t ascii_prefix(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + at, 8);
        if ((word & 0x8080808080808080) != 0) break;
    }
    while (at < text.size() && static_cast<std::uint8_t>(text[at]) < 0x80) ++at;
    return at;
}

}  // namespace

Sequence first_sequence(std::string_view text) noexcept {
    if (text.empty()) return {};
    const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    if (byte(0) < 0x80) return {1, true};
    const Lead lead = classify(byte(0));
    if (lead.trailing == 0) return {1, false};
    if (text.size() < 2 || byte(1) < lead.low || byte(1) > lead.high) return {1, false};
    std::size_t length = 2;
    while (length <= lead.trailing) {
        if (length == text.size() || byte(length) < 0x80 || byte(length) > 0xBF)
            return {length, false};
        ++length;
    }
    return {length, true};
}

std::size_t valid_prefix(std::string_view text) noexcept {
    std::size_t at = 0;
    while (true) {
        at += ascii_prefix(text.substr(at));
        if (at == text.size()) return at;
        const Sequence sequence = first_sequence(text.substr(at));
        if (!sequence.valid) return at;
        at += sequence.length;
    }
}

bool is_incomplete(std::string_view text) noexcept {
    if (text.empty()) return false;
    const std::size_t trailing = classify(static_cast<std::uint8_t>(text[0])).trailing;
    const Sequence sequence = first_sequence(text);
    // Nothing of it was wrong, and bytes are missing.
    return trailing > 0 && !sequence.valid && sequence.length == text.size() &&
           text.size() <= trailing;
}

std::string replace_invalid(std::string text) {
    std::string_view rest = text;
    std::size_t good = valid_prefix(rest);
    if (good == rest.size()) return text;
    std::string out;
    out.reserve(text.size() + kReplacement.size());
    while (true) {
        out.append(rest.substr(0, good));
        rest.remove_prefix(good);
        if (rest.empty()) return out;
        out.append(kReplacement);
        rest.remove_prefix(first_sequence(rest).length);
        good = valid_prefix(rest);
    }
}

}  // namespace pottle::utf8
