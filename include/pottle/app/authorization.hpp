// SPDX-License-Identifier: MIT
/// \file
/// Authorization: the credentials of a request (RFC 9110 11.6.2). WWWAuthenticate: what is asked
/// for in their place (RFC 9110 11.6.1).
#pragma once

#include <pottle/base/compiler.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

/// Credentials. A value.
struct Authorization {
    std::string scheme;    ///< lower-case: "basic", "bearer", "digest"
    std::string username;  ///< Basic and Digest
    std::string password;  ///< Basic
    std::string token;     ///< of the schemes that have one: Bearer
    std::vector<std::pair<std::string, std::string>> parameters;  ///< Digest; names in lower case

    /// Value of a parameter, given its name in lower case.
    std::optional<std::string_view> parameter(std::string_view name) const noexcept;
    /// Nothing when the field is malformed; Basic: when it is no base64 of "user:password" in
    /// UTF-8.
    static std::optional<Authorization> parse(std::string_view field_value);
};

/// A challenge. A value. Errors of text(): throws LogicError for a name that is not a token.
///
/// `response.headers.add("www-authenticate", WWWAuthenticate{"Basic", {{"realm",
/// "shop"}}}.text());`
struct WWWAuthenticate {
    std::string scheme = "Basic";
    std::vector<std::pair<std::string, std::string>> parameters = {};

    /// `Basic realm="shop"`: every value quoted.
    std::string text() const;
    /// Nothing when the field is malformed; of several challenges the first.
    static std::optional<WWWAuthenticate> parse(std::string_view field_value);
};

}  // namespace pottle
