// SPDX-License-Identifier: MIT
#include <pottle/http/range.hpp>
#include <pottle/http/token.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace pottle::http {

namespace {

/// 1*DIGIT; a number too large for the type is as good as the largest one.
std::optional<std::uint64_t> parse_position(std::string_view text) noexcept {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!ascii::is_digit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        value = value > (kMax - digit) / 10 ? kMax : value * 10 + digit;
    }
    return value;
}

/// One range-spec. Returns: false when it is malformed; adds nothing when it lies past the end.
bool add_range(std::string_view spec, std::uint64_t size, std::vector<ByteRange>& ranges) {
    const std::size_t dash = spec.find('-');
    if (dash == spec.npos) return false;
    const auto first = parse_position(spec.substr(0, dash));
    const auto last = parse_position(spec.substr(dash + 1));
    const bool has_last = dash + 1 < spec.size();
    if (has_last && !last) return false;
    if (dash == 0) {  // suffix-range: the last bytes
        if (!has_last) return false;
        const std::uint64_t length = std::min(*last, size);
        if (length > 0) ranges.push_back({size - length, length});
        return true;
    }
    if (!first || (has_last && *last < *first)) return false;
    if (*first >= size) return true;
    const std::uint64_t end = has_last && *last < size ? *last + 1 : size;
    ranges.push_back({*first, end - *first});
    return true;
}

}  // namespace

std::optional<RangeField> RangeField::parse(std::string_view field_value) {
    const std::size_t equals = field_value.find('=');
    if (equals == field_value.npos) return std::nullopt;
    RangeField field{ascii::lower(ascii::trim(field_value.substr(0, equals))), {}};
    if (!is_token(field.units)) return std::nullopt;
    constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max() - 1;
    ListReader specs(field_value.substr(equals + 1));
    for (std::string_view spec; specs.next(spec);) {
        if (spec.empty()) continue;
        const std::size_t dash = spec.find('-');
        if (dash == spec.npos || field.ranges.size() == kMaxRanges) return std::nullopt;
        const auto first = parse_position(spec.substr(0, dash));
        const auto last = parse_position(spec.substr(dash + 1));
        const bool has_last = dash + 1 < spec.size();
        if ((dash > 0 && !first) || (has_last && !last) || (dash == 0 && !last))
            return std::nullopt;
        Spec out;
        if (dash == 0) {
            out.begin = -static_cast<std::int64_t>(std::min(*last, kLargest));
        } else {
            out.begin = static_cast<std::int64_t>(std::min(*first, kLargest));
            if (last) out.end = static_cast<std::int64_t>(std::min(*last, kLargest)) + 1;
            if (out.end && *out.end <= out.begin) return std::nullopt;
        }
        field.ranges.push_back(out);
    }
    if (field.ranges.empty()) return std::nullopt;
    return field;
}

RangeRequest parse_range(std::string_view field_value, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (field_value.size() < kUnit.size() ||
        !ascii::iequals(field_value.substr(0, kUnit.size()), kUnit))
        return {};
    RangeRequest request;
    std::size_t asked = 0;
    ListReader specs(field_value.substr(kUnit.size()));
    for (std::string_view spec; specs.next(spec);) {
        if (spec.empty()) continue;
        if (++asked > kMaxRanges || !add_range(spec, size, request.ranges)) return {};
    }
    if (asked == 0) return {};
    request.kind = request.ranges.empty() ? RangeRequest::Kind::NotSatisfiable
                                          : RangeRequest::Kind::Satisfiable;
    return request;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" +
           std::to_string(range.first + range.length - 1) + "/" + std::to_string(size);
}

std::string content_range_unsatisfied(std::uint64_t size) {
    return "bytes */" + std::to_string(size);
}

}  // namespace pottle::http
