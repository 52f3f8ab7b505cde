// SPDX-License-Identifier: MIT
#include "segment_matcher.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <span>

namespace pottle::app {
namespace {

using Kind = Element::Kind;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Characters (code points) of UTF-8 text.
std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

/// Length of the digits at the start of `text`.
std::size_t count_digits(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && ascii::is_digit(text[n])) ++n;
    return n;
}

std::size_t sign_length(const Element& element, std::string_view text) {
    return element.is_signed && !text.empty() && text.front() == '-' ? 1 : 0;
}

bool is_unbounded(const Element& element) {
    return element.min_length == 1 && element.max_length == ConverterOptions::kUnlimited;
}

bool is_string(const Element& element, std::string_view text) {
    if (text.empty() || text.find('/') != text.npos) return false;
    if (is_unbounded(element)) return true;
    const std::size_t length = count_characters(text);
    return length >= element.min_length && length <= element.max_length;
}

bool is_float(const Element& element, std::string_view text) {
    text.remove_prefix(sign_length(element, text));
    const std::size_t whole = count_digits(text);
    if (whole == 0 || whole == text.size() || text[whole] != '.') return false;
    const std::string_view fraction = text.substr(whole + 1);
    return !fraction.empty() && count_digits(fraction) == fraction.size();
}

constexpr std::size_t kUuidLength = 36;

bool is_uuid(std::string_view text) {
    if (text.size() != kUuidLength) return false;
    for (std::size_t i = 0; i < kUuidLength; ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : ascii::hex_value(text[i]) < 0) return false;
    }
    return true;
}

/// True when one parameter accepts the whole of `text`.
bool accepts(const Element& element, std::string_view text) {
    switch (element.kind) {
        case Kind::Literal:
            return text == element.text;
        case Kind::String:
            return is_string(element, text);
        case Kind::Int:
            text.remove_prefix(sign_length(element, text));
            return all_digits(text);
        case Kind::Float:
            return is_float(element, text);
        case Kind::Path:
            return !text.empty() && text.front() != '/';
        case Kind::Any:
            return std::find(element.items.begin(), element.items.end(), text) !=
                   element.items.end();
        case Kind::Uuid:
            return is_uuid(text);
    }
    return false;
}

/// Backtracking over the elements of a part with several parameters. What fails at (element,
/// position) fails however it was reached, so each such pair is tried once: the time is bounded by
/// elements * length^2.
class Backtracker {
public:
    Backtracker(std::span<const Element> elements, std::string_view text)
        : elements_(elements), text_(text) {
        // The first pair is tried once anyway, and the last element takes exactly what is left.
        if (elements.size() > 3) failed_.resize(elements.size() * (text.size() + 1));
    }

    bool match(std::size_t index, std::size_t position, Capture* out) {
        const Element& element = elements_[index];
        const std::string_view rest = text_.substr(position);
        if (index + 1 == elements_.size()) {
            if (!accepts(element, rest)) return false;
            if (element.kind != Kind::Literal) *out = {rest.data(), rest.size()};
            return true;
        }
        if (element.kind == Kind::Literal)
            return rest.starts_with(element.text) &&
                   match(index + 1, position + element.text.size(), out);
        const std::size_t pair = index * (text_.size() + 1) + position;
        if (!failed_.empty() && failed_[pair]) return false;
        if (match_parameter(element, index, position, out)) return true;
        if (!failed_.empty()) failed_[pair] = true;
        return false;
    }

private:
    /// Tries the extents of one parameter in the order of preference.
    bool match_parameter(const Element& element, std::size_t index, std::size_t position,
                         Capture* out) {
        const std::string_view rest = text_.substr(position);
        const auto fits = [&](std::size_t length) {
            if (!match(index + 1, position + length, out + 1)) return false;
            *out = {rest.data(), length};
            return true;
        };
        const auto longest_first = [&](std::size_t longest, std::size_t shortest) {
            for (std::size_t length = longest; length >= shortest && length > 0; --length)
                if (fits(length)) return true;
            return false;
        };
        switch (element.kind) {
            case Kind::Literal:
                return false;
            case Kind::String:
                return match_string(element, rest, fits);
            case Kind::Path:
                if (rest.empty() || rest.front() == '/') return false;
                for (std::size_t length = 1; length <= rest.size(); ++length) {
                    const bool splits = length < rest.size() && is_continuation(rest[length]);
                    if (!splits && fits(length)) return true;
                }
                return false;
            case Kind::Int: {
                const std::size_t sign = sign_length(element, rest);
                return longest_first(sign + count_digits(rest.substr(sign)), sign + 1);
            }
            case Kind::Float: {
                const std::size_t sign = sign_length(element, rest);
                const std::size_t point = sign + count_digits(rest.substr(sign));
                if (point == sign || point == rest.size() || rest[point] != '.') return false;
                return longest_first(point + 1 + count_digits(rest.substr(point + 1)), point + 2);
            }
            case Kind::Any:
                for (const std::string& item : element.items)
                    if (rest.starts_with(item) && fits(item.size())) return true;
                return false;
            case Kind::Uuid:
                return is_uuid(rest.substr(0, kUuidLength)) && fits(kUuidLength);
        }
        return false;
    }

    template <class Fits>
    bool match_string(const Element& element, std::string_view rest, const Fits& fits) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        std::size_t characters = 0, longest = 0;
        while (longest < segment.size()) {  // to the end of the max_length-th character
            if (!is_continuation(segment[longest]) && characters++ == element.max_length) break;
            ++longest;
        }
        characters = std::min<std::size_t>(characters, element.max_length);
        for (std::size_t length = longest; characters >= element.min_length; --characters) {
            if (fits(length)) return true;
            while (length > 0 && is_continuation(segment[--length])) {
            }
        }
        return false;
    }

    std::span<const Element> elements_;
    std::string_view text_;
    std::vector<bool> failed_;
};

}  // namespace

SegmentMatcher::Plain SegmentMatcher::plain_kind(const Element& element) {
    if (element.kind == Kind::Int && !element.is_signed) return Plain::Int;
    if (element.kind == Kind::Path) return Plain::Text;
    return element.kind == Kind::String && is_unbounded(element) ? Plain::Text : Plain::No;
}

SegmentMatcher::SegmentMatcher(std::vector<Element> elements) : elements_(std::move(elements)) {
    for (const Element& element : elements_) parameter_count_ += element.kind != Kind::Literal;
    last_ = elements_.size();
    if (elements_.front().kind == Kind::Literal) prefix_ = elements_[first_++].text;
    if (last_ > first_ && elements_.back().kind == Kind::Literal) suffix_ = elements_[--last_].text;
    if (elements_.size() == 1) plain_ = plain_kind(elements_.front());
}

bool SegmentMatcher::match_elements(std::string_view text, Capture* captures) const {
    if (text.size() < prefix_.size() + suffix_.size() || !text.starts_with(prefix_) ||
        !text.ends_with(suffix_))
        return false;
    text.remove_prefix(prefix_.size());
    text.remove_suffix(suffix_.size());
    const std::span<const Element> inner(elements_.data() + first_, last_ - first_);
    if (inner.size() == 1) {
        if (!accepts(inner.front(), text)) return false;
        *captures = {text.data(), text.size()};
        return true;
    }
    return Backtracker(inner, text).match(0, 0, captures);
}

}  // namespace pottle::app
