// SPDX-License-Identifier: MIT
/// \file
/// The grammar of RFC 8259 over a text in memory: one pass, no allocation unless a string has
/// escapes, nothing read past the end. Knows no types: decode.cpp and value_reader.cpp pull from
/// it.
///
/// Why not simdjson's parsers: the tree parser gives neither the place of a mistake nor integers
/// that do not fit, which a typed error needs, and the on-demand one leaves skipped values
/// unchecked. On a request-sized text (300 B) this pass with the whole typed decode in it takes
/// less than twice what building the tree alone takes (bench/json), before that tree is walked.
/// UTF-8 validation is simdjson's, and its tree parser is the reference that the fuzzer compares
/// against.
#pragma once

#include <pottle/reflect/errors.hpp>
#include <pottle/reflect/scalar.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::json {

/// A number as it is written. `integer` is set when there is neither fraction nor exponent and the
/// magnitude fits 64 bits.
struct NumberToken {
    std::string_view text;
    bool is_integer = false;
    std::optional<reflect::Integer> integer = {};

    /// The nearest double; empty when it is out of range.
    std::optional<double> real() const noexcept;
};

/// Invariant: once a function returned false the document is malformed, its one error is in
/// `errors`, and the caller only unwinds.
class Reader {
public:
    /// `text` must be valid UTF-8. `max_depth` is at most kMaxDepth.
    Reader(std::string_view text, std::size_t max_depth, Errors& errors) noexcept
        : begin_(text.data()),
          at_(text.data()),
          end_(text.data() + text.size()),
          depth_left_(max_depth),
          errors_(errors) {}

    /// The next character that is not white space, '\0' at the end (or for a NUL, which starts no
    /// value either).
    char peek() noexcept {
        skip_space();
        return at_ == end_ ? '\0' : *at_;
    }
    /// Consumes `c` if it is next.
    bool take(char c) noexcept {
        if (peek() != c || at_ == end_) return false;
        ++at_;
        return true;
    }
    /// Consumes `text` if it stands right here.
    bool take(std::string_view text) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < text.size() ||
            std::string_view(at_, text.size()) != text)
            return false;
        at_ += text.size();
        return true;
    }

    [[nodiscard]] bool expect_colon() { return take(':') || fail("must have ':' after a key"); }
    /// Consumes '{' or '[', which peek() has shown.
    [[nodiscard]] bool enter();
    void leave() noexcept { ++depth_left_; }
    /// After a member or an element: ',' gives true in `more`, `close` false.
    [[nodiscard]] bool next(char close, bool& more);

    /// Reads a string, whose '"' peek() has shown. `value` is valid until the next string.
    [[nodiscard]] bool string(std::string_view& value);
    /// Reads a key; fails when there is none.
    [[nodiscard]] bool key(std::string_view& value);
    /// Whether a number starts right here.
    bool at_number() const noexcept {
        return at_ != end_ && (*at_ == '-' || (*at_ >= '0' && *at_ <= '9'));
    }
    [[nodiscard]] bool number(NumberToken& token);
    /// Reads "true", "false" or "null".
    [[nodiscard]] bool literal(std::string_view word);
    /// Reads any value and drops it; its syntax is checked as any other's.
    [[nodiscard]] bool skip_value();
    /// Only white space is left.
    [[nodiscard]] bool finish();

    /// Where the reader stands, and back again (for a tag that is not the first key).
    const char* mark() const noexcept { return at_; }
    void rewind(const char* mark) noexcept { at_ = mark; }

    /// Records the one error of a malformed document. Always false.
    bool fail(std::string_view message, std::string_view code = "syntax");
    /// Fails on a character that starts no value.
    bool fail_value();

private:
    void skip_space() noexcept {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    bool escaped_string(const char* run, std::string_view& value);
    bool escape();
    bool unicode_escape();
    bool four_hex(std::uint32_t& value);
    bool digits();
    bool skip_members();
    bool skip_elements();

    const char* begin_;
    const char* at_;
    const char* end_;
    std::size_t depth_left_;
    Errors& errors_;
    std::string scratch_;
};

}  // namespace pottle::json
