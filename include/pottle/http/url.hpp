// SPDX-License-Identifier: MIT
/// \file
/// Percent-encoding (RFC 3986 2.1) and what is written with it: paths, query strings and
/// application/x-www-form-urlencoded bodies. Decoding never fails: a '%' without two hexadecimal
/// digits stands for itself and invalid UTF-8 becomes U+FFFD, as in Werkzeug and in browsers.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/error.hpp>
#include <pottle/http/multi_dict.hpp>

#include <string>
#include <string_view>

namespace pottle::http {

/// Octets of a percent-encoded text; '+' stays.
std::string percent_decode(std::string_view text);

/// A path as text: percent-decoded, valid UTF-8. "%2F" becomes '/', '+' stays.
std::string decode_path(std::string_view path);

/// Writes everything but unreserved characters (letters, digits, "-._~") as %XX. For a value inside
/// a path segment, a query or a fragment.
std::string percent_encode(std::string_view text);
/// The same, but keeps what a path may hold as it is: '/' and "!$&'()*+,;=:@" (RFC 3986 3.3).
std::string encode_path(std::string_view path);

/// "[::1]:80" is "[::1]", "shop.org" itself: the host of a Host field (RFC 9110 7.2).
std::string_view without_port(std::string_view authority) noexcept;

/// A URL or reference that may hold what URLs cannot (spaces, other letters: an IRI, RFC 3987 3.1)
/// as one that can: those octets as %XX, everything else as it is. Errors: throws LogicError for
/// control characters, which would split a header field.
std::string iri_to_uri(std::string_view iri);

/// Splits "a=1&b=2". Blank values and names without '=' are kept, '+' is a space, empty pieces
/// between '&' are skipped.
MultiDict decode_query(std::string_view query);
/// "a=1&b=2" with spaces as '+'.
std::string encode_query(const MultiDict& arguments);

/// 0: no limit.
struct UrlencodedLimits {
    ByteCount size = 512_KiB;  ///< of the encoded body
    std::size_t fields = 1000;
};

/// decode_query() of an application/x-www-form-urlencoded body.
/// Returns: 413 beyond a limit.
Result<MultiDict> parse_form(std::string_view body, const UrlencodedLimits& limits = {});

}  // namespace pottle::http
