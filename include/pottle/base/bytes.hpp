// SPDX-License-Identifier: MIT
/// \file
/// Bytes: an owned octet string that is not text. A handler that returns Bytes answers
/// application/octet-stream, one that returns std::string answers text.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace pottle {

/// A size or limit in bytes. A plain number with its unit in the name of the type.
using ByteCount = std::size_t;

inline namespace literals {
constexpr ByteCount operator""_KiB(unsigned long long n) {
    return ByteCount{n} << 10;
}
constexpr ByteCount operator""_MiB(unsigned long long n) {
    return ByteCount{n} << 20;
}
constexpr ByteCount operator""_GiB(unsigned long long n) {
    return ByteCount{n} << 30;
}
}  // namespace literals

/// Owned octets. A value; moving it from and to std::string copies nothing.
class Bytes {
public:
    Bytes() = default;
    explicit Bytes(std::string octets) noexcept : octets_(std::move(octets)) {}
    explicit Bytes(std::string_view octets) : octets_(octets) {}

    const char* data() const noexcept { return octets_.data(); }
    std::size_t size() const noexcept { return octets_.size(); }
    bool empty() const noexcept { return octets_.empty(); }
    std::string_view view() const noexcept { return octets_; }
    /// Gives the octets away as a string; this object is empty afterwards.
    std::string release() && noexcept { return std::exchange(octets_, {}); }

    friend bool operator==(const Bytes&, const Bytes&) = default;

private:
    std::string octets_;
};

}  // namespace pottle
