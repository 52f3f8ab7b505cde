// SPDX-License-Identifier: MIT
/// \file
/// Sets of request methods as bits, and the names of the methods that only an application knows.
#pragma once

#include <pottle/http/method.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

/// A set of methods. A value; the meaning of its upper bits belongs to one MethodTable.
struct MethodSet {
    std::uint32_t bits = 0;

    static constexpr MethodSet of(Method method) {
        return {method == Method::Other ? 0 : 1u << static_cast<unsigned>(method)};
    }
    constexpr bool empty() const { return bits == 0; }
    constexpr bool contains(MethodSet other) const { return (bits & other.bits) == other.bits; }
    constexpr bool overlaps(MethodSet other) const { return (bits & other.bits) != 0; }
    constexpr MethodSet operator|(MethodSet other) const { return {bits | other.bits}; }
    constexpr MethodSet operator&(MethodSet other) const { return {bits & other.bits}; }
    constexpr MethodSet without(MethodSet other) const { return {bits & ~other.bits}; }
    constexpr MethodSet& operator|=(MethodSet other) {
        bits |= other.bits;
        return *this;
    }
    friend constexpr bool operator==(MethodSet, MethodSet) = default;
};

/// Bits for method names: the registered ones, and up to 23 of the application's own (PROPFIND).
class MethodTable {
public:
    /// Returns: the set of that one method, with a new bit if it is unknown; empty optional when
    /// the table is full or the name is not a token (RFC 9110 9.1).
    std::optional<MethodSet> ensure(std::string_view name);
    /// Returns: the set of that one method; empty when no route was given it.
    MethodSet find(Method method, std::string_view name) const noexcept {
        return method == Method::Other ? find_own(name) : MethodSet::of(method);
    }
    /// "GET, HEAD, OPTIONS": the value of an Allow field (RFC 9110 10.2.1), in a fixed order.
    std::string list(MethodSet methods) const;

private:
    MethodSet find_own(std::string_view name) const noexcept;

    std::vector<std::string> own_;
};

}  // namespace pottle::app
