// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/units.hpp>

#include <charconv>
#include <limits>
#include <utility>

namespace pottle {

namespace {

/// A decimal number (with a fraction when `Number` is floating) and what follows it.
template <class Number>
std::optional<std::pair<Number, std::string_view>> split_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    return std::pair(number, text.substr(static_cast<std::size_t>(end - text.data())));
}

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
    const auto parts = split_number<double>(text);
    if (!parts || !(parts->first >= 0)) return std::nullopt;
    static constexpr std::pair<std::string_view, double> kUnits[] = {
        {"", 1e3}, {"s", 1e3}, {"ms", 1}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
    for (const auto& [unit, milliseconds] : kUnits) {
        if (unit != parts->second) continue;
        const double total = parts->first * milliseconds;
        if (total > 1e15) return std::nullopt;
        return Milliseconds(static_cast<std::int64_t>(total));
    }
    return std::nullopt;
}

std::optional<ByteCount> parse_size(std::string_view text) {
    const auto parts = split_number<std::uint64_t>(text);
    if (!parts) return std::nullopt;
    static constexpr std::pair<std::string_view, unsigned> kUnits[] = {
        {"", 0}, {"b", 0}, {"k", 10}, {"kib", 10}, {"m", 20}, {"mib", 20}, {"g", 30}, {"gib", 30}};
    for (const auto& [unit, shift] : kUnits) {
        if (!ascii::iequals(unit, parts->second)) continue;
        if (parts->first > (std::numeric_limits<ByteCount>::max() >> shift)) return std::nullopt;
        return ByteCount{parts->first} << shift;
    }
    return std::nullopt;
}

}  // namespace pottle
