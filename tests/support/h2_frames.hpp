// SPDX-License-Identifier: MIT
/// \file
/// The client's side of HTTP/2 in tests: frames as text, and what a server wrote taken apart again.
#pragma once

#include <pottle/proto/h2/hpack_decoder.hpp>
#include <pottle/proto/h2/hpack_encoder.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::h2test {

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum Type : std::uint8_t {
    kData,
    kHeaders,
    kPriority,
    kRstStream,
    kSettings,
    kPushPromise,
    kPing,
    kGoAway,
    kWindowUpdate,
    kContinuation,
    kPriorityUpdate = 0x10
};
inline constexpr std::uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4, kPadded = 8,
                              kHasPriority = 0x20;

inline std::string u32(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
}

inline std::uint32_t read_u32(std::string_view text) {
    std::uint32_t value = 0;
    for (const char c : text.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload = {}) {
    std::string out = u32(static_cast<std::uint32_t>(payload.size())).substr(1);
    out += static_cast<char>(type);
    out += static_cast<char>(flags);
    return out + u32(stream) + std::string(payload);
}

inline std::string setting(std::uint16_t id, std::uint32_t value) {
    return std::string{static_cast<char>(id >> 8), static_cast<char>(id)} + u32(value);
}

/// Preface and SETTINGS.
inline std::string hello(std::string_view settings = {}) {
    return std::string(kPreface) + frame(kSettings, 0, 0, settings);
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A header block of literals without indexing: needs no state.
inline std::string block(const Fields& fields) {
    const auto text = [](const std::string& octets) {
        std::string out;
        if (octets.size() < 127) {
            out += static_cast<char>(octets.size());
        } else {
            out += '\x7f';
            std::size_t rest = octets.size() - 127;
            for (; rest >= 128; rest >>= 7) out += static_cast<char>(0x80 | (rest & 0x7f));
            out += static_cast<char>(rest);
        }
        return out + octets;
    };
    std::string out;
    for (const auto& [name, value] : fields) out += '\0' + text(name) + text(value);
    return out;
}

inline Fields request(std::string method = "GET", std::string path = "/", Fields more = {}) {
    Fields fields{{":method", std::move(method)},
                  {":scheme", "https"},
                  {":path", std::move(path)},
                  {":authority", "e.org"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

inline std::string headers(std::uint32_t stream, const Fields& fields, bool end = true) {
    return frame(kHeaders, static_cast<std::uint8_t>(kEndHeaders | (end ? kEndStream : 0)), stream,
                 block(fields));
}

inline std::string get(std::uint32_t stream, std::string path = "/") {
    return headers(stream, request("GET", std::move(path)));
}

inline std::string data(std::uint32_t stream, std::string_view content, bool end = false) {
    return frame(kData, end ? kEndStream : 0, stream, content);
}

struct Frame {
    std::uint8_t type = 0;
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
    std::string payload;
    Fields fields;  // of HEADERS and PUSH_PROMISE
};

/// Takes a server's output apart. Keeps the decompressor's state, so all of it must come here.
class FrameReader {
public:
    std::vector<Frame> read(std::string_view bytes) {
        rest_ += bytes;
        std::vector<Frame> frames;
        while (rest_.size() >= 9) {
            const std::size_t length = read_u32(std::string(1, '\0') + rest_.substr(0, 3));
            if (rest_.size() < 9 + length) break;
            Frame one{static_cast<std::uint8_t>(rest_[3]),
                      static_cast<std::uint8_t>(rest_[4]),
                      read_u32(std::string_view(rest_).substr(5)),
                      rest_.substr(9, length),
                      {}};
            rest_.erase(0, 9 + length);
            if (one.type == kHeaders) one.fields = decode(one.payload);
            if (one.type == kPushPromise) one.fields = decode(one.payload.substr(4));
            frames.push_back(std::move(one));
        }
        return frames;
    }

private:
    Fields decode(const std::string& text) {
        Fields fields;
        h2::FieldArena arena;
        http::Field field;
        decoder_.begin(text);
        while (decoder_.next(field, arena) == h2::HpackDecoder::Step::Field)
            fields.emplace_back(field.name, field.value);
        return fields;
    }

    std::string rest_;
    h2::HpackDecoder decoder_;
};

/// A compact picture of frames for comparisons: "H1 200", "D1 5 end", "RST3 1", "GOAWAY 0 1".
inline std::string describe(const Frame& frame) {
    const std::string id = std::to_string(frame.stream);
    const std::string end = (frame.flags & kEndStream) != 0 ? " end" : "";
    switch (frame.type) {
        case kData:
            return "D" + id + " " + std::to_string(frame.payload.size()) + end;
        case kHeaders: {
            const bool status = !frame.fields.empty() && frame.fields[0].first == ":status";
            return "H" + id + " " + (status ? frame.fields[0].second : "trailers") + end;
        }
        case kRstStream:
            return "RST" + id + " " + std::to_string(read_u32(frame.payload));
        case kSettings:
            return (frame.flags & kAck) != 0 ? "SETTINGS ack" : "SETTINGS";
        case kPing:
            return (frame.flags & kAck) != 0 ? "PING ack" : "PING";
        case kGoAway:
            return "GOAWAY " + std::to_string(read_u32(frame.payload)) + " " +
                   std::to_string(read_u32(std::string_view(frame.payload).substr(4)));
        case kWindowUpdate:
            return "WU" + id + " " + std::to_string(read_u32(frame.payload));
        case kPushPromise:
            return "PUSH" + id + " " + std::to_string(read_u32(frame.payload));
        default:
            return "type " + std::to_string(frame.type);
    }
}

inline std::string describe(const std::vector<Frame>& frames) {
    std::string out;
    for (const Frame& one : frames) out += (out.empty() ? "" : "; ") + describe(one);
    return out;
}

}  // namespace pottle::h2test
