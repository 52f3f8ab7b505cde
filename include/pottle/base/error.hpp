// SPDX-License-Identifier: MIT
/// \file
/// The error value of the layers below the application (base json http async proto net), and
/// Result<T>. Exceptions are for `app` and above: see HTTPException. Broken invariants of our own
/// are LogicError (require.hpp).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <expected>
#include <string_view>

namespace pottle {

/// Whose mistake it is: decides between a 4xx, a 5xx and a log line.
enum class Blame : std::uint8_t {
    Peer,    ///< the client sent something wrong
    Us,      ///< our own limit or defect
    System,  ///< the operating system refused; `system_error` holds errno
};

/// What went wrong, to branch on. Wording of messages is not API; this is.
enum class Errc : std::uint16_t {
    None,
    // input in general
    Malformed,    ///< does not follow its grammar
    TooLarge,     ///< a named limit was passed
    Unsupported,  ///< understood and refused
    // signed values (crypto)
    BadSignature,      ///< signed by somebody else, changed, or not signed
    SignatureExpired,  ///< older than allowed, or from the future
    // HTTP/1.1 (proto/h1)
    BadRequestLine,
    BadMethod,
    BadTarget,
    BadVersion,
    BadField,
    BadHost,
    BadContentLength,
    AmbiguousFraming,
    UnknownTransferCoding,
    BadChunk,
    TargetTooLong,
    HeadTooLarge,
    TooManyFields,
    BodyTooLarge,
    BadExpectation,
    UnexpectedEnd,
    BadResponse,  ///< the application's response cannot be sent as it is
    // transport
    Closed,
    Reset,
    TimedOut,
    TlsHandshake,
    TlsConfig,
    Address,
    System,
    Shutdown,
};

/// An error as a value. Copyable, 32 bytes, never owns memory.
struct Error {
    Errc code = Errc::None;
    Blame blame = Blame::Us;
    std::uint16_t status = 0;     ///< HTTP status hint, 0 when there is none
    std::uint32_t wire_code = 0;  ///< HTTP/2, HTTP/3 or WebSocket close code
    int system_error = 0;         ///< errno when blame is System
    std::string_view text = {};   ///< static storage, at most 120 bytes, safe to send to the peer

    static constexpr Error peer(Errc code, std::uint16_t status, std::string_view text) {
        return {code, Blame::Peer, status, 0, 0, text};
    }
    static constexpr Error us(Errc code, std::string_view text) {
        return {code, Blame::Us, 500, 0, 0, text};
    }
    static constexpr Error system(int error_number, std::string_view text) {
        return {Errc::System, Blame::System, 500, 0, error_number, text};
    }
};

template <class T = void>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error from a function that returns Result<T>.
constexpr std::unexpected<Error> fail(Error error) {
    return std::unexpected<Error>(error);
}

}  // namespace pottle

/// Propagates the error of a Result-valued expression. A statement of its own, never part of an
/// expression.
#define POTTLE_TRY(expression)                                                      \
    do {                                                                            \
        if (auto pottle_try_result = (expression); !pottle_try_result) [[unlikely]] \
            return std::unexpected(std::move(pottle_try_result).error());           \
    } while (false)
