// SPDX-License-Identifier: MIT
/// \file
/// Limits of the HTTP/1.1 reader. Every bound on what a peer can make us hold has its name here.
#pragma once

#include <pottle/base/bytes.hpp>

#include <cstdint>

namespace pottle::h1 {

struct Limits {
    ByteCount request_line =
        8_KiB;                ///< method, target, version; beyond: 414 (nginx's and Apache's 8 KiB)
    ByteCount head = 16_KiB;  ///< request line and header block; beyond: 431 (Hypercorn's 16 KiB)
    std::size_t fields = 100;  ///< header fields; beyond: 431 (Apache's LimitRequestFields)
    ByteCount body = 16_MiB;   ///< content after the transfer coding; beyond: 413. 0 means no limit
    ByteCount chunk_line = 256;          ///< one chunk-size line with its extensions; beyond: 400
    ByteCount chunk_extensions = 8_KiB;  ///< chunk extensions of one body together; beyond: 400
    ByteCount trailers = 8_KiB;          ///< trailer section; beyond: 431
};

/// The most fields any Limits may allow: the reader's scratch space is that large.
inline constexpr std::size_t kMaxFields = 256;

}  // namespace pottle::h1
