// SPDX-License-Identifier: MIT
#include "reader.hpp"

#include "scan.hpp"
#include "utf8.hpp"

#include <pottle/base/ascii.hpp>

#include <charconv>

#include <fmt/format.h>

namespace pottle::json {

namespace {

/// Whether a number that a double cannot hold is too small rather than too large: the power of ten
/// of its first significant digit decides.
bool is_tiny(std::string_view text) noexcept {
    std::int64_t power = 0;
    std::size_t i = text.front() == '-' ? 1 : 0;
    bool is_fraction = false;
    bool is_significant = false;
    for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
        if (text[i] == '.') {
            is_fraction = true;
            continue;
        }
        is_significant |= text[i] != '0';
        if (is_significant && !is_fraction) ++power;
        if (!is_significant && is_fraction) --power;
    }
    if (i == text.size()) return power < 0;
    const bool is_negative = text[++i] == '-';
    if (text[i] == '-' || text[i] == '+') ++i;
    std::int64_t exponent = 0;
    for (; i < text.size(); ++i)
        if (exponent < 1'000'000'000'000) exponent = exponent * 10 + (text[i] - '0');
    return power + (is_negative ? -exponent : exponent) < 0;
}

}  // namespace

std::optional<double> NumberToken::real() const noexcept {
    double value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{}) return value;
    // Too small is zero, as everywhere; too large is not infinity, which JSON does not have.
    if (!is_tiny(text)) return std::nullopt;
    return text.front() == '-' ? -0.0 : 0.0;
}

bool Reader::fail(std::string_view message, std::string_view code) {
    errors_.take();  // what a half-read document has wrong besides is noise
    errors_.add({}, code, fmt::format("{} (byte {})", message, at_ - begin_));
    return false;
}

bool Reader::fail_value() {
    if (at_ == end_) return fail("ends where a value is expected");
    return fail("must be a JSON value");
}

bool Reader::enter() {
    if (depth_left_ == 0) return fail("is nested too deeply", "depth");
    --depth_left_;
    ++at_;
    return true;
}

bool Reader::next(char close, bool& more) {
    more = take(',');
    if (more || take(close)) return true;
    return fail(close == '}' ? "must have ',' or '}' after a member"
                             : "must have ',' or ']' after an element");
}

bool Reader::key(std::string_view& value) {
    if (peek() != '"') return fail("must have a key in double quotes");
    return string(value);
}

bool Reader::string(std::string_view& value) {
    const char* const begin = ++at_;
    at_ = find_special(at_, end_);
    if (at_ == end_) return fail("ends inside a string");
    if (*at_ == '"') {
        value = {begin, static_cast<std::size_t>(at_++ - begin)};
        return true;
    }
    return escaped_string(begin, value);
}

bool Reader::escaped_string(const char* run, std::string_view& value) {
    scratch_.clear();
    for (;;) {
        at_ = find_special(at_, end_);
        if (at_ == end_) return fail("ends inside a string");
        scratch_.append(run, at_);
        if (*at_ == '"') break;
        if (*at_ != '\\') return fail("has a control character in a string");  // RFC 8259 7
        ++at_;
        if (!escape()) return false;
        run = at_;
    }
    ++at_;
    value = scratch_;
    return true;
}

bool Reader::escape() {
    if (at_ == end_) return fail("ends inside a string");
    switch (*at_++) {
        case '"':
            scratch_ += '"';
            return true;
        case '\\':
            scratch_ += '\\';
            return true;
        case '/':
            scratch_ += '/';
            return true;
        case 'b':
            scratch_ += '\b';
            return true;
        case 'f':
            scratch_ += '\f';
            return true;
        case 'n':
            scratch_ += '\n';
            return true;
        case 'r':
            scratch_ += '\r';
            return true;
        case 't':
            scratch_ += '\t';
            return true;
        case 'u':
            return unicode_escape();
        default:
            --at_;
            return fail("has an unknown escape in a string");
    }
}

bool Reader::unicode_escape() {
    std::uint32_t value = 0;
    if (!four_hex(value)) return false;
    if (value >= 0xD800 && value <= 0xDFFF) {
        // Half of a surrogate pair alone is no character and has no UTF-8 form (RFC 8259 8.2).
        std::uint32_t low = 0;
        if (value >= 0xDC00 || !take(std::string_view("\\u")))
            return fail("has a lone surrogate in a string", "encoding");
        if (!four_hex(low)) return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return fail("has a lone surrogate in a string", "encoding");
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(scratch_, value);
    return true;
}

bool Reader::four_hex(std::uint32_t& value) {
    if (end_ - at_ < 4) return fail("has an unfinished \\u escape");
    value = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = ascii::hex_value(at_[i]);
        if (digit < 0) return fail("has an unfinished \\u escape");
        value = value << 4 | static_cast<std::uint32_t>(digit);
    }
    at_ += 4;
    return true;
}

bool Reader::digits() {
    const char* const begin = at_;
    while (at_ != end_ && ascii::is_digit(*at_)) ++at_;
    return at_ != begin || fail("must have a digit here in a number");
}

bool Reader::number(NumberToken& token) {
    const char* const begin = at_;
    const bool negative = take(std::string_view("-"));
    const char* const first = at_;
    if (!digits()) return false;
    if (*first == '0' && at_ - first > 1) {
        at_ = first;
        return fail("must not have a leading zero in a number");
    }
    const char* const last = at_;
    token.is_integer = true;
    token.integer.reset();
    if (take(std::string_view("."))) {
        token.is_integer = false;
        if (!digits()) return false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        token.is_integer = false;
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        if (!digits()) return false;
    }
    token.text = {begin, static_cast<std::size_t>(at_ - begin)};
    if (token.is_integer) {
        reflect::Integer integer{0, negative};
        if (std::from_chars(first, last, integer.magnitude).ec == std::errc{})
            token.integer = integer;
    }
    return true;
}

bool Reader::literal(std::string_view word) {
    return take(word) || fail_value();
}

bool Reader::skip_value() {
    std::string_view text;
    NumberToken token;
    switch (peek()) {
        case '{':
            return skip_members();
        case '[':
            return skip_elements();
        case '"':
            return string(text);
        case 't':
            return literal("true");
        case 'f':
            return literal("false");
        case 'n':
            return literal("null");
        default:
            return at_number() ? number(token) : fail_value();
    }
}

bool Reader::skip_members() {
    if (!enter()) return false;
    bool more = !take('}');
    while (more) {
        std::string_view name;
        if (!key(name) || !expect_colon() || !skip_value() || !next('}', more)) return false;
    }
    leave();
    return true;
}

bool Reader::skip_elements() {
    if (!enter()) return false;
    bool more = !take(']');
    while (more)
        if (!skip_value() || !next(']', more)) return false;
    leave();
    return true;
}

bool Reader::finish() {
    skip_space();
    return at_ == end_ || fail("has text after the value", "trailing");
}

}  // namespace pottle::json
