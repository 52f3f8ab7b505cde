// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>

namespace pottle::ascii {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = to_lower(c);
    return out;
}

std::string hex(std::string_view octets) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(octets.size() * 2);
    for (unsigned char c : octets) {
        out += kDigits[c >> 4];
        out += kDigits[c & 15];
    }
    return out;
}

}  // namespace pottle::ascii
