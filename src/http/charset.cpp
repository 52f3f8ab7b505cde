// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/charset.hpp>

namespace pottle::http {

std::string from_latin1(std::string_view octets) {
    std::string out;
    out.reserve(octets.size());
    for (const char c : octets) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xc0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return out;
}

std::string decode_text(std::string octets, std::string_view charset) {
    for (const std::string_view known : {"iso-8859-1", "us-ascii", "ascii", "latin1"})
        if (ascii::iequals(charset, known)) return from_latin1(octets);
    return utf8::replace_invalid(std::move(octets));
}

}  // namespace pottle::http
