// SPDX-License-Identifier: MIT
/// \file
/// Request methods and protocol versions.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <string_view>

namespace pottle {

/// The registered methods an application routes on; everything else is Other with its own name in
/// the request.
enum class Method : std::uint8_t {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
    Other,
};

/// "GET" for Get; empty for Other.
std::string_view method_name(Method method) noexcept;
/// Methods are case-sensitive (RFC 9110 9.1): "get" is Other.
Method parse_method(std::string_view name) noexcept;

enum class HttpVersion : std::uint8_t { Http10, Http11, Http2, Http3 };

/// "1.0", "1.1", "2" or "3".
std::string_view version_name(HttpVersion version) noexcept;

}  // namespace pottle
