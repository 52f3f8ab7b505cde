// SPDX-License-Identifier: MIT
/// \file
/// Address: what `--bind` says. Parsing only; sockets are made by Listener (listener.hpp).
#pragma once

#include <pottle/net/setup_error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::net {

inline constexpr std::uint16_t kDefaultPort = 8000;

/// A place to listen at. A value.
struct Address {
    enum class Kind : std::uint8_t { Tcp, Unix, Descriptor };

    Kind kind = Kind::Tcp;
    std::string host;        ///< Tcp: name or number without brackets, empty for every interface
    std::uint16_t port = 0;  ///< Tcp: 0 lets the system choose
    std::string path;        ///< Unix: a path, or "@name" for Linux's abstract namespace
    int descriptor = -1;     ///< Descriptor: an inherited listening socket

    /// Reads "host:port", "host" (port 8000), ":port", "[v6]", "[v6]:port", "unix:path",
    /// "unix:@name" or "fd://N".
    ///
    /// Errors: Errc::Address; the message quotes `text` and says what is wrong with it.
    static SetupResult<Address> parse(std::string_view text);

    /// The form that parse() reads.
    std::string text() const;

    friend bool operator==(const Address&, const Address&) = default;
};

}  // namespace pottle::net
