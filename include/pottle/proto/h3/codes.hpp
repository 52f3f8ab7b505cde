// SPDX-License-Identifier: MIT
/// \file
/// HTTP/3's numbers: stream ids and error codes (RFC 9114 8.1, RFC 9204 6).
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>

namespace pottle::h3 {

using StreamId = std::int64_t;

enum class Code : std::uint32_t {
    NoError = 0x100,
    GeneralProtocolError = 0x101,
    InternalError = 0x102,
    StreamCreationError = 0x103,
    ClosedCriticalStream = 0x104,
    FrameUnexpected = 0x105,
    FrameError = 0x106,
    ExcessiveLoad = 0x107,
    IdError = 0x108,
    SettingsError = 0x109,
    MissingSettings = 0x10a,
    RequestRejected = 0x10b,
    RequestCancelled = 0x10c,
    RequestIncomplete = 0x10d,
    MessageError = 0x10e,
    ConnectError = 0x10f,
    VersionFallback = 0x110,
    QpackDecompressionFailed = 0x200,
    QpackEncoderStreamError = 0x201,
    QpackDecoderStreamError = 0x202,
};

}  // namespace pottle::h3
