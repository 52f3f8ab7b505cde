// SPDX-License-Identifier: MIT
/// \file
/// The opening handshake: what makes a request one for a websocket, what is wrong with it, and the
/// fields of the answer. RFC 6455 4 over HTTP/1.1; RFC 8441 and RFC 9220 over HTTP/2 and HTTP/3,
/// where neither Upgrade nor a key exist.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/field.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/method.hpp>
#include <pottle/proto/ws/limits.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle::ws {

/// True when an HTTP/1.1 request asks for a websocket: GET with Upgrade: websocket. `has_upgrade`:
/// h1::Head::has_upgrade. Any other upgrade is ignored (RFC 9110 7.8).
bool wants_websocket(Method method, bool has_upgrade, http::Fields fields) noexcept;

/// Checks the fields of a handshake.
///
/// Returns: 400 without a valid Sec-WebSocket-Key (HTTP/1.1), 426 for another version than 13; the
///          answer to that has unsupported_version_fields().
Result<> check_handshake(HttpVersion version, http::Fields fields) noexcept;
Headers unsupported_version_fields(HttpVersion version);

/// The subprotocols that the client offers, in its order. Views into `fields`.
std::vector<std::string_view> offered_subprotocols(http::Fields fields);

/// Parameters of permessage-deflate that hold for a connection (RFC 7692 7.1).
struct DeflateParameters {
    bool server_context_takeover = true;
    bool client_context_takeover = true;
    int server_window_bits = 15;
    int client_window_bits = 15;
};

/// The first offer of permessage-deflate in Sec-WebSocket-Extensions that can be accepted.
struct DeflateAnswer {
    bool accepted = false;
    DeflateParameters parameters{};
    std::string field{};  ///< value of the answer's Sec-WebSocket-Extensions
};
DeflateAnswer negotiate_deflate(http::Fields fields, const DeflateOptions& options);

/// Sec-WebSocket-Accept for a key (RFC 6455 4.2.2).
std::string accept_value(std::string_view key);

/// The fields of the answer that accepts: Upgrade and Sec-WebSocket-Accept for HTTP/1.1, the
/// subprotocol and the extension when there are any.
Headers accepting_fields(HttpVersion version, http::Fields request, std::string_view subprotocol,
                         const DeflateAnswer& deflate);

}  // namespace pottle::ws
