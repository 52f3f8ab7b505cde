// SPDX-License-Identifier: MIT
/// \file
/// One dynamic part of a route: what stands between two slashes (`file-<int:n>.txt`), or, from a
/// <path:...> on, the whole rest of the pattern. Matches text as the regular expressions of
/// Werkzeug's converters do, in polynomial time whatever the text.
#pragma once

#include "short_text.hpp"

#include <pottle/app/pattern_parser.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

/// A piece of text of the path, by pointer: an array of them costs nothing to create.
struct Capture {
    const char* data;
    std::size_t size;
    std::string_view view() const noexcept { return {data, size}; }
};

/// Static text or one parameter of a part. Only what decides whether text matches: two parts with
/// equal elements match the same texts.
struct Element {
    enum class Kind : std::uint8_t { Literal, String, Int, Float, Path, Any, Uuid };

    Kind kind = Kind::Literal;
    bool is_signed = false;
    unsigned min_length = 1;
    unsigned max_length = ConverterOptions::kUnlimited;
    std::string text;                // Literal
    std::vector<std::string> items;  // Any, in the order of the pattern

    friend bool operator==(const Element&, const Element&) = default;
};

/// The elements of one part, ready to match.
class SegmentMatcher {
public:
    explicit SegmentMatcher(std::vector<Element> elements);
    SegmentMatcher(SegmentMatcher&&) = default;
    SegmentMatcher& operator=(SegmentMatcher&&) = default;

    /// Matches the whole of `text` and writes one capture per parameter.
    ///
    /// Shape: strings and numbers are greedy, paths lazy, items in order, as in Werkzeug, which
    /// decides between the readings of `<a>-<b>`.
    bool match(std::string_view text, Capture* captures) const {
        if (plain_ == Plain::No) return match_elements(text, captures);
        *captures = {text.data(), text.size()};
        return plain_ == Plain::Int ? all_digits(text) : !text.empty() && text.front() != '/';
    }

    std::size_t parameter_count() const noexcept { return parameter_count_; }
    const std::vector<Element>& elements() const noexcept { return elements_; }

private:
    /// A single parameter without bounds and without text around it: nearly all parts. A segment
    /// holds no slash, so String and Path need not be told apart.
    enum class Plain : std::uint8_t { No, Text, Int };

    static Plain plain_kind(const Element& element);
    bool match_elements(std::string_view text, Capture* captures) const;

    Plain plain_ = Plain::No;
    std::vector<Element> elements_;
    std::string_view prefix_, suffix_;  // views into elements_, whose buffer never changes
    std::size_t first_ = 0, last_ = 0;  // elements between prefix and suffix
    std::size_t parameter_count_ = 0;
};

}  // namespace pottle::app
