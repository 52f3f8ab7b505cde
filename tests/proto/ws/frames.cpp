// SPDX-License-Identifier: MIT
#include "frames.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <memory>
#include <random>

#include <doctest/doctest.h>

namespace pottle::ws::test {

namespace {

constexpr std::string_view kMask("\x37\xfa\x21\x3d", 4);  // RFC 6455 5.7

std::string hex(std::string_view octets) {
    std::string text;
    for (const char c : octets) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

/// Long payloads by their size.
std::string brief(std::string_view text) {
    if (text.size() <= 140) return std::string(text);
    return std::to_string(text.size()) + " octets";
}

std::string describe(const Event& event, Reader& reader) {
    switch (event.kind) {
        case Event::Kind::Message: {
            const std::string message = reader.take_message();
            if (event.opcode == Opcode::Text) return "text " + brief(message) + "\n";
            return "binary " + brief(message.size() > 70 ? message : hex(message)) + "\n";
        }
        case Event::Kind::Ping:
            return "ping " + brief(event.payload) + "\n";
        case Event::Kind::Pong:
            return "pong " + brief(event.payload) + "\n";
        case Event::Kind::Close:
            return "close " + std::to_string(event.code) + " " + brief(event.payload) + "\n";
        case Event::Kind::Error:
            return "error " + std::to_string(event.error.wire_code) + "\n";
        case Event::Kind::NeedMore:
            break;
    }
    return {};
}

}  // namespace

std::string header(unsigned first, std::uint64_t length) {
    std::string out(1, static_cast<char>(first));
    const auto append = [&](int octets) {
        while (octets-- > 0) out += static_cast<char>(length >> (octets * 8));
    };
    if (length < 126) {
        out += static_cast<char>(0x80 | length);
    } else if (length <= 0xFFFF) {
        out += static_cast<char>(0x80 | 126);
        append(2);
    } else {
        out += static_cast<char>(0x80 | 127);
        append(8);
    }
    return out.append(kMask);
}

std::string frame(unsigned first, std::string_view payload) {
    std::string out = header(first, payload.size());
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(payload[i] ^ kMask[i % kMask.size()]);
    return out;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    return frame(kClose, payload.append(reason));
}

std::string read_in_pieces(std::string_view wire, const std::vector<std::size_t>& cuts,
                           const Settings& settings) {
    Inflater inflater(settings.window_bits);
    Reader reader(settings.limits, settings.role);
    if (settings.deflate) reader.use_deflate(inflater, settings.takeover);
    std::string trace;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const std::size_t end = i < cuts.size() ? cuts[i] : wire.size();
        while (true) {
            // A heap block of the exact size: AddressSanitizer sees a read past its end.
            const auto block = std::make_unique<char[]>(end - begin);
            wire.substr(begin, end - begin).copy(block.get(), end - begin);
            const Event event = reader.next({block.get(), end - begin});
            REQUIRE(event.consumed <= end - begin);
            begin += event.consumed;
            trace += describe(event, reader);
            if (event.kind == Event::Kind::Error) {
                const Event again = reader.next(wire);
                CHECK(again.kind == Event::Kind::Error);
                CHECK(again.error.wire_code == event.error.wire_code);
                return trace;
            }
            if (event.kind == Event::Kind::NeedMore) break;
        }
        CHECK(begin == end);
    }
    return trace;
}

std::string read_every_way(std::string_view wire, const Settings& settings) {
    const std::string whole = read_in_pieces(wire, {}, settings);
    std::vector<std::size_t> cuts;
    if (wire.size() <= 4096) {
        for (std::size_t at = 1; at < wire.size(); ++at) cuts.push_back(at);
        CHECK(read_in_pieces(wire, cuts, settings) == whole);
    }
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        std::mt19937 random(seed);
        const std::size_t longest = wire.size() > 4096 ? 8000 : 24;
        cuts.clear();
        for (std::size_t at = 0; (at += 1 + random() % longest) < wire.size();) cuts.push_back(at);
        CHECK(read_in_pieces(wire, cuts, settings) == whole);
    }
    return whole;
}

}  // namespace pottle::ws::test
