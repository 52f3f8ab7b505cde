// SPDX-License-Identifier: MIT
#include "field_encoder.hpp"

#include <pottle/base/ascii.hpp>

#include <charconv>

namespace pottle::h3 {

namespace {

struct Entry {
    std::string_view name;
    std::string_view value;
    unsigned index;
};

/// Entries of the static table (RFC 9204 appendix A) that responses use, those of one name
/// together; the value is empty where only the name is of use.
constexpr Entry kStatic[] = {
    {"age", "0", 2},
    {"content-disposition", "", 3},
    {"date", "", 6},
    {"etag", "", 7},
    {"last-modified", "", 10},
    {"link", "", 11},
    {"location", "", 12},
    {"set-cookie", "", 14},
    {"accept-ranges", "bytes", 32},
    {"cache-control", "max-age=0", 36},
    {"cache-control", "max-age=2592000", 37},
    {"cache-control", "max-age=604800", 38},
    {"cache-control", "no-cache", 39},
    {"cache-control", "no-store", 40},
    {"cache-control", "public, max-age=31536000", 41},
    {"content-encoding", "br", 42},
    {"content-encoding", "gzip", 43},
    {"content-type", "text/html; charset=utf-8", 52},
    {"content-type", "application/json", 46},
    {"content-type", "text/plain", 53},
    {"content-type", "text/css", 51},
    {"content-type", "application/javascript", 45},
    {"content-type", "image/png", 50},
    {"content-type", "image/jpeg", 49},
    {"content-type", "image/gif", 48},
    {"vary", "accept-encoding", 59},
    {"vary", "origin", 60},
    {"x-content-type-options", "nosniff", 61},
    {"strict-transport-security", "max-age=31536000", 56},
    {"strict-transport-security", "max-age=31536000; includesubdomains", 57},
    {"server", "", 92},
    {"content-security-policy", "", 85},
    {"access-control-allow-origin", "*", 35},
    {"access-control-allow-credentials", "TRUE", 74},
    {"access-control-allow-headers", "*", 75},
    {"access-control-expose-headers", "content-length", 79},
    {"alt-svc", "clear", 83},
    {"x-frame-options", "deny", 97},
    {"x-frame-options", "sameorigin", 98},
};

constexpr unsigned kStatusName = 24;
constexpr unsigned kContentLength = 4;

unsigned index_of_status(int status) noexcept {
    switch (status) {
        case 103:
            return 24;
        case 200:
            return 25;
        case 304:
            return 26;
        case 404:
            return 27;
        case 503:
            return 28;
        case 100:
            return 63;
        case 204:
            return 64;
        case 206:
            return 65;
        case 302:
            return 66;
        case 400:
            return 67;
        case 403:
            return 68;
        case 421:
            return 69;
        case 425:
            return 70;
        case 500:
            return 71;
        default:
            return 0;
    }
}

}  // namespace

void FieldEncoder::put_status(int status) {
    if (const unsigned index = index_of_status(status); index != 0) return put_indexed(index);
    char digits[8];
    const auto end = std::to_chars(digits, digits + sizeof digits, status).ptr;
    put_named(kStatusName, {digits, end});
}

void FieldEncoder::put_content_length(std::uint64_t length) {
    if (length == 0) return put_indexed(kContentLength);  // the entry's value is "0"
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, length).ptr;
    put_named(kContentLength, {digits, end});
}

void FieldEncoder::put(std::string_view name, std::string_view value) {
    unsigned named = 0;
    for (const Entry& entry : kStatic) {
        if (entry.name.size() != name.size() || !ascii::iequals(entry.name, name)) continue;
        if (!entry.value.empty() && entry.value == value) return put_indexed(entry.index);
        named = entry.index;
    }
    if (named != 0) return put_named(named, value);
    // RFC 9204 4.5.6: literal field line with literal name, neither compressed.
    put_integer(0x20, 3, name.size());
    for (const char c : name) out_ += ascii::to_lower(c);
    put_string(value);
}

/// RFC 9204 4.5.2.
void FieldEncoder::put_indexed(unsigned index) {
    put_integer(0xc0, 6, index);
}

/// RFC 9204 4.5.4.
void FieldEncoder::put_named(unsigned index, std::string_view value) {
    put_integer(0x50, 4, index);
    put_string(value);
}

/// RFC 7541 5.1.
void FieldEncoder::put_integer(std::uint8_t pattern, unsigned prefix_bits, std::uint64_t value) {
    const std::uint64_t most = (1U << prefix_bits) - 1;
    if (value < most) {
        out_ += static_cast<char>(pattern | value);
        return;
    }
    out_ += static_cast<char>(pattern | most);
    value -= most;
    while (value >= 128) {
        out_ += static_cast<char>(0x80 | (value & 0x7f));
        value >>= 7;
    }
    out_ += static_cast<char>(value);
}

void FieldEncoder::put_string(std::string_view text) {
    put_integer(0x00, 7, text.size());
    out_ += text;
}

}  // namespace pottle::h3
