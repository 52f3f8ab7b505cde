// SPDX-License-Identifier: MIT
/// \file
/// Makes frames as a client sends them, and writes down what a reader reports, so that rows of a
/// table can be compared as text.
#pragma once

#include <pottle/proto/ws/reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::ws::test {

/// First octets of frames: FIN and opcode.
inline constexpr unsigned kText = 0x81, kBinary = 0x82, kMore = 0x80, kClose = 0x88, kPing = 0x89,
                          kPong = 0x8A;
/// Without FIN.
inline constexpr unsigned kTextBegin = 0x01, kBinaryBegin = 0x02, kMiddle = 0x00;
inline constexpr unsigned kRsv1 = 0x40, kRsv2 = 0x20, kRsv3 = 0x10;

/// A masked frame.
std::string frame(unsigned first, std::string_view payload = {});
/// A masked close frame.
std::string close_frame(std::uint16_t code, std::string_view reason = {});
/// The header of a masked frame that announces `length`, without payload.
std::string header(unsigned first, std::uint64_t length);

struct Settings {
    Limits limits{};
    bool deflate = false;
    ContextTakeover takeover = ContextTakeover::Yes;
    int window_bits = 15;
    Role role = Role::Server;
};

/// Reads in pieces that end at `cuts` (ascending; the end is added). One line an event: "text hi",
/// "binary 00ff", "ping x", "pong x", "close 1000 bye", "error 1002".
std::string read_in_pieces(std::string_view wire, const std::vector<std::size_t>& cuts,
                           const Settings& settings = {});
/// Reads whole, byte by byte and in eight random splits; CHECKs that all agree. Returns the first.
std::string read_every_way(std::string_view wire, const Settings& settings = {});

}  // namespace pottle::ws::test
