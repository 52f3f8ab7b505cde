// SPDX-License-Identifier: MIT
/// \file
/// The client's side of HTTP/3 in tests: frames as text, and what a server wrote taken apart again.
/// Knows just enough of QPACK for what Pottle sends: no dynamic table, no Huffman code.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::h3test {

enum Type : std::uint8_t { kData = 0x0, kHeaders = 0x1, kSettings = 0x4, kGoAway = 0x7 };

inline constexpr std::uint64_t kNoError = 0x100, kInternalError = 0x102, kExcessiveLoad = 0x107,
                               kRequestCancelled = 0x10c, kMessageError = 0x10e;

/// RFC 9000 16.
inline std::string varint(std::uint64_t value) {
    if (value < 0x40) return std::string(1, static_cast<char>(value));
    if (value < 0x4000)
        return {static_cast<char>(0x40 | value >> 8), static_cast<char>(value & 0xff)};
    return {static_cast<char>(0x80 | value >> 24), static_cast<char>(value >> 16 & 0xff),
            static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

inline std::string frame(std::uint64_t type, std::string_view payload) {
    return varint(type) + varint(payload.size()) + std::string(payload);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// HEADERS with literals only (RFC 9204 4.5.6).
inline std::string headers(const Fields& fields) {
    const auto integer = [](std::uint8_t pattern, unsigned bits, std::size_t value) {
        const std::size_t most = (1U << bits) - 1;
        std::string out(1, static_cast<char>(pattern | (value < most ? value : most)));
        if (value < most) return out;
        for (value -= most; value >= 128; value >>= 7)
            out += static_cast<char>(0x80 | (value & 0x7f));
        return out + static_cast<char>(value);
    };
    std::string section(2, '\0');
    for (const auto& [name, value] : fields)
        section += integer(0x20, 3, name.size()) + name + integer(0, 7, value.size()) + value;
    return frame(kHeaders, section);
}

inline std::string request(std::string method = "GET", std::string path = "/", Fields more = {}) {
    Fields fields{{":method", std::move(method)},
                  {":scheme", "https"},
                  {":path", std::move(path)},
                  {":authority", "e.org"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return headers(fields);
}

inline std::string body(std::string_view octets) {
    return frame(kData, octets);
}

/// Reads what a server sent on one stream.
class Reader {
public:
    explicit Reader(std::string_view octets) : rest_(octets) {}

    bool done() const { return rest_.empty(); }
    std::uint64_t varint() {
        if (rest_.empty()) return 0;
        const unsigned length = 1U << (static_cast<unsigned char>(rest_[0]) >> 6);
        std::uint64_t value = static_cast<unsigned char>(rest_[0]) & 0x3f;
        for (unsigned i = 1; i < length && i < rest_.size(); ++i)
            value = value << 8 | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(std::min<std::size_t>(length, rest_.size()));
        return value;
    }
    std::uint64_t integer(unsigned bits) {
        const std::uint64_t most = (1U << bits) - 1;
        std::uint64_t value = octet() & most;
        if (value < most) return value;
        for (unsigned shift = 0; !rest_.empty(); shift += 7) {
            const unsigned next = octet();
            value += static_cast<std::uint64_t>(next & 0x7f) << shift;
            if (next < 0x80) break;
        }
        return value;
    }
    std::string text(std::uint64_t size) {
        const std::string taken(rest_.substr(0, size));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    unsigned peek() const { return static_cast<unsigned char>(rest_[0]); }

private:
    unsigned octet() {
        if (rest_.empty()) return 0;
        const unsigned value = peek();
        rest_.remove_prefix(1);
        return value;
    }
    std::string_view rest_;
};

/// Fields of a section; a name of the static table that tests do not ask for is its number.
inline Fields fields_of(std::string_view section) {
    const auto status_of = [](std::uint64_t index) -> std::string {
        static constexpr int kStatus[] = {103, 200, 304, 404, 503};
        static constexpr int kMore[] = {100, 204, 206, 302, 400, 403, 421, 425, 500};
        if (index >= 24 && index <= 28) return std::to_string(kStatus[index - 24]);
        if (index >= 63 && index <= 71) return std::to_string(kMore[index - 63]);
        return {};
    };
    Reader reader(section.substr(2));
    Fields fields;
    while (!reader.done()) {
        const unsigned first = reader.peek();
        if (first >= 0xc0) {
            const std::uint64_t index = reader.integer(6);
            const std::string status = status_of(index);
            fields.emplace_back(status.empty() ? std::to_string(index) : ":status", status);
            continue;
        }
        std::string name;
        if (first >= 0x40) {
            const std::uint64_t index = reader.integer(4);
            name = index == 24 ? ":status" : index == 4 ? "content-length" : std::to_string(index);
        } else {
            name = reader.text(reader.integer(3));
        }
        fields.emplace_back(std::move(name), reader.text(reader.integer(7)));
    }
    return fields;
}

/// A compact picture of a request stream: "H 200; D 5; H trailers; end". `octets` ends in '|' where
/// the stream does.
inline std::string describe(std::string_view octets) {
    const bool end = octets.ends_with('|');
    if (end) octets.remove_suffix(1);
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
    Reader reader(octets);
    while (!reader.done()) {
        const std::uint64_t type = reader.varint();
        const std::string payload = reader.text(reader.varint());
        if (type == kHeaders) {
            const Fields fields = fields_of(payload);
            const bool status = !fields.empty() && fields[0].first == ":status";
            add("H " + (status ? fields[0].second : "trailers"));
        } else if (type == kData) {
            add("D " + std::to_string(payload.size()));
        } else if (type == kGoAway) {
            add("GOAWAY " + std::to_string(Reader(payload).varint()));
        } else {
            add("type " + std::to_string(type));
        }
    }
    if (end) add("end");
    return out;
}

/// What stands in the DATA frames.
inline std::string body_of(std::string_view octets) {
    if (octets.ends_with('|')) octets.remove_suffix(1);
    std::string out;
    Reader reader(octets);
    while (!reader.done()) {
        const std::uint64_t type = reader.varint();
        const std::string payload = reader.text(reader.varint());
        if (type == kData) out += payload;
    }
    return out;
}

}  // namespace pottle::h3test
