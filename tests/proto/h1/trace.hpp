// SPDX-License-Identifier: MIT
/// \file
/// Runs a reader over wire bytes and writes down what it reports, so that rows of a table can be
/// compared as text. Every offered input is a heap block of its exact size: AddressSanitizer sees a
/// read past its end.
#pragma once

#include <pottle/proto/h1/reader.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::h1::test {

struct Trace {
    std::string brief;       ///< one line an event, without fields
    std::string full;        ///< the same with every fact and field
    Error error{};           ///< the error that ended it, if any
    bool consistent = true;  ///< NeedMore and Error consumed nothing, Failed stayed Failed
};

/// Offers `wire` in pieces that end at `cuts` (ascending; the end of `wire` is added).
Trace read_in_pieces(std::string_view wire, const std::vector<std::size_t>& cuts,
                     const Limits& limits = {});
Trace read_whole(std::string_view wire, const Limits& limits = {});
Trace read_bytewise(std::string_view wire, const Limits& limits = {});
/// Pieces of 1 to 24 bytes; the same seed gives the same pieces.
Trace read_randomly(std::string_view wire, std::uint32_t seed, const Limits& limits = {});

/// Reads whole, byte by byte and in eight random splits; CHECKs that all agree. Returns the first.
Trace read_every_way(std::string_view wire, const Limits& limits = {});

}  // namespace pottle::h1::test
