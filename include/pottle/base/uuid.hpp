// SPDX-License-Identifier: MIT
/// \file
/// Uuid: a 128-bit identifier (RFC 9562) as a value. Making new ones needs randomness and is not
/// done here.
#pragma once

#include <pottle/base/compiler.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// A UUID. A value; ordered as its text is.
struct Uuid {
    std::array<std::uint8_t, 16> octets = {};

    /// Reads the canonical form, 8-4-4-4-12 hexadecimal digits of either case (RFC 9562 4); nothing
    /// else is accepted.
    static std::optional<Uuid> parse(std::string_view text) noexcept;
    /// The canonical form in lower case.
    std::string text() const;

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
    friend bool operator==(const Uuid&, const Uuid&) = default;
};

}  // namespace pottle
