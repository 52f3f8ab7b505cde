// SPDX-License-Identifier: MIT
/// \file
/// Every way in which a peer's message can be wrong, with the status that says so. The parsers of
/// this folder return `const Error*`: one of these, or nullptr when nothing is wrong.
#pragma once

#include <pottle/base/error.hpp>

namespace pottle::h1::violations {

// Lines (RFC 9112 2.2)
inline constexpr Error kControlByte =
    Error::peer(Errc::BadField, 400, "control byte in the message head");
inline constexpr Error kBareLineEnd = Error::peer(Errc::BadField, 400, "lines must end with CR LF");
inline constexpr Error kTooManyEmptyLines =
    Error::peer(Errc::BadRequestLine, 400, "too many empty lines before the request line");

// Request line (RFC 9112 3)
inline constexpr Error kRequestLine =
    Error::peer(Errc::BadRequestLine, 400, "malformed request line");
inline constexpr Error kMethodTooLong =
    Error::peer(Errc::BadMethod, 501, "method is longer than any that is implemented");
inline constexpr Error kTargetTooLong =
    Error::peer(Errc::TargetTooLong, 414, "request target too long");
inline constexpr Error kTarget = Error::peer(Errc::BadTarget, 400, "malformed request target");
inline constexpr Error kTargetForm =
    Error::peer(Errc::BadTarget, 400, "form of the request target does not fit the method");
inline constexpr Error kVersion = Error::peer(Errc::BadVersion, 400, "malformed HTTP version");
inline constexpr Error kVersionUnsupported =
    Error::peer(Errc::BadVersion, 505, "HTTP version not supported");

// Fields (RFC 9112 5)
inline constexpr Error kHeadTooLarge =
    Error::peer(Errc::HeadTooLarge, 431, "request header fields too large");
inline constexpr Error kTooManyFields =
    Error::peer(Errc::TooManyFields, 431, "too many request header fields");
inline constexpr Error kLineFolding =
    Error::peer(Errc::BadField, 400, "white space before a field name");
inline constexpr Error kFieldName = Error::peer(Errc::BadField, 400, "malformed field name");

// Host (RFC 9112 3.2)
inline constexpr Error kHostMissing = Error::peer(Errc::BadHost, 400, "Host field missing");
inline constexpr Error kHostRepeated = Error::peer(Errc::BadHost, 400, "more than one Host field");
inline constexpr Error kHost = Error::peer(Errc::BadHost, 400, "malformed Host field");

// Framing (RFC 9112 6)
inline constexpr Error kContentLength =
    Error::peer(Errc::BadContentLength, 400, "malformed Content-Length");
inline constexpr Error kContentLengthRepeated =
    Error::peer(Errc::BadContentLength, 400, "more than one Content-Length");
inline constexpr Error kLengthAndCoding =
    Error::peer(Errc::AmbiguousFraming, 400, "Content-Length together with Transfer-Encoding");
inline constexpr Error kCodingInHttp10 =
    Error::peer(Errc::AmbiguousFraming, 400, "Transfer-Encoding in an HTTP/1.0 request");
inline constexpr Error kCodingNotChunked = Error::peer(
    Errc::AmbiguousFraming, 400, "chunked must be the last transfer coding, and only once");
inline constexpr Error kCodingUnknown =
    Error::peer(Errc::UnknownTransferCoding, 501, "transfer coding not implemented");
inline constexpr Error kExpectation =
    Error::peer(Errc::BadExpectation, 417, "only 100-continue can be expected");
inline constexpr Error kBodyTooLarge =
    Error::peer(Errc::BodyTooLarge, 413, "request body too large");

// Chunked coding (RFC 9112 7.1)
inline constexpr Error kChunkSize = Error::peer(Errc::BadChunk, 400, "malformed chunk size");
inline constexpr Error kChunkExtension =
    Error::peer(Errc::BadChunk, 400, "malformed chunk extension");
inline constexpr Error kChunkExtensionsTooLarge =
    Error::peer(Errc::BadChunk, 400, "chunk extensions too large");
inline constexpr Error kChunkEnd =
    Error::peer(Errc::BadChunk, 400, "chunk data must be followed by CR LF");
inline constexpr Error kTrailersTooLarge =
    Error::peer(Errc::HeadTooLarge, 431, "trailer section too large");
inline constexpr Error kTrailerForbidden =
    Error::peer(Errc::BadField, 400, "field not allowed in a trailer section");

}  // namespace pottle::h1::violations
