// SPDX-License-Identifier: MIT
/// \file
/// The tables behind unicode.hpp, written by tools/make_unicode_tables.py: sorted, to be searched
/// by halves.
#pragma once

#include <cstdint>
#include <span>

namespace pottle::templating::unicode {

/// Characters from `first` to `last`.
struct Range {
    std::uint32_t first;
    std::uint32_t last;
};
/// Every `stride`-th character from `first` to `last` becomes the one `delta` further on.
struct Shift {
    std::uint32_t first;
    std::uint32_t last;
    std::int32_t stride;
    std::int32_t delta;
};
/// A character that becomes several.
struct Special {
    std::uint32_t character;
    const char* text;
};

extern const std::span<const Range> kAlpha;
extern const std::span<const Range> kDecimal;
extern const std::span<const Range> kDigit;
extern const std::span<const Range> kNumeric;
extern const std::span<const Range> kLowercase;
extern const std::span<const Range> kUppercase;
extern const std::span<const Range> kTitlecase;
extern const std::span<const Range> kSpace;
extern const std::span<const Range> kUnprintable;
extern const std::span<const Range> kCaseIgnorable;
extern const std::span<const Shift> kLower;
extern const std::span<const Special> kLowerSpecial;
extern const std::span<const Shift> kUpper;
extern const std::span<const Special> kUpperSpecial;
extern const std::span<const Shift> kTitle;
extern const std::span<const Special> kTitleSpecial;
extern const std::span<const Shift> kFold;
extern const std::span<const Special> kFoldSpecial;

}  // namespace pottle::templating::unicode
