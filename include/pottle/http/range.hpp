// SPDX-License-Identifier: MIT
/// \file
/// Range requests (RFC 9110 14).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// Part of a representation, in bytes. A value.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;  ///< at least 1
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

namespace http {

/// The most ranges one request may ask for; a request for more gets the whole representation, so
/// that overlapping ranges cannot multiply the work (RFC 9110 14.2).
inline constexpr std::size_t kMaxRanges = 16;

struct RangeRequest {
    enum class Kind : std::uint8_t {
        Ignored,         ///< no range, another unit, malformed: answer 200 with everything
        Satisfiable,     ///< answer 206 with `ranges`
        NotSatisfiable,  ///< answer 416 with content_range_unsatisfied()
    };
    Kind kind = Kind::Ignored;
    std::vector<ByteRange>
        ranges;  ///< those that can be satisfied, in the order asked, cut to size
};

/// A Range field as the client wrote it (RFC 9110 14.2). A value.
struct RangeField {
    struct Spec {
        std::int64_t begin = 0;                ///< negative: that many bytes from the end
        std::optional<std::int64_t> end = {};  ///< exclusive; absent: to the end
        friend bool operator==(const Spec&, const Spec&) = default;
    };
    std::string units;  ///< lower-case: "bytes"
    std::vector<Spec> ranges;

    /// Nothing when the field is malformed or asks for more than kMaxRanges.
    static std::optional<RangeField> parse(std::string_view field_value);
};

/// What a Range field asks of a representation of `size` bytes.
RangeRequest parse_range(std::string_view field_value, std::uint64_t size);

/// "bytes 0-4/10", for a 206.
std::string content_range(const ByteRange& range, std::uint64_t size);
/// "bytes */10", for a 416.
std::string content_range_unsatisfied(std::uint64_t size);

}  // namespace http

}  // namespace pottle
