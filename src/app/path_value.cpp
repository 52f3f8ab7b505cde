// SPDX-License-Identifier: MIT
#include <pottle/app/path_value.hpp>
#include <pottle/base/ascii.hpp>

#include <charconv>
#include <cmath>

namespace pottle {
namespace {

bool all_digits(std::string_view text) {
    for (const char c : text)
        if (!ascii::is_digit(c)) return false;
    return !text.empty();
}

std::string_view without_sign(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return text;
}

template <class Number>
bool convert(std::string_view text, Number& out) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc{} && stop == end;
}

}  // namespace

bool parse_path_integer(std::string_view text, long long& out, long long min, long long max) {
    return all_digits(without_sign(text)) && convert(text, out) && out >= min && out <= max;
}

bool parse_path_unsigned(std::string_view text, unsigned long long& out, unsigned long long max) {
    return all_digits(text) && convert(text, out) && out <= max;
}

bool parse_path_real(std::string_view text, double& out) {
    const std::string_view digits = without_sign(text);
    const std::size_t point = digits.find('.');
    if (point == digits.npos) return false;
    if (!all_digits(digits.substr(0, point)) || !all_digits(digits.substr(point + 1))) return false;
    return convert(text, out) && std::isfinite(out);
}

bool parse_path_uuid(std::string_view text, unsigned char (&out)[16]) {
    if (text.size() != 36) return false;
    std::size_t octet = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i++] != '-') return false;
            continue;
        }
        const int high = ascii::hex_value(text[i]);
        const int low = ascii::hex_value(text[i + 1]);
        if (high < 0 || low < 0) return false;
        out[octet++] = static_cast<unsigned char>(high * 16 + low);
        i += 2;
    }
    return true;
}

}  // namespace pottle
