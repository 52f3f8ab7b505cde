// SPDX-License-Identifier: MIT
/// \file
/// Inflater and Deflater: the payload transformation of permessage-deflate (RFC 7692 7.2). Each is
/// one direction of one connection, or, without context takeover, of all connections of a loop.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/base/error.hpp>
#include <pottle/proto/ws/limits.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace pottle::ws {

/// Whether a message may refer to the ones before it.
enum class ContextTakeover : std::uint8_t { No, Yes };

/// A resource; its memory is allocated when it is first used.
class Inflater {
public:
    explicit Inflater(int window_bits = 15) noexcept : window_bits_(window_bits) {}

    /// Appends the message that `payload` inflates to.
    ///
    /// Errors: returns 1009 as soon as `out` grows past `limit`, 1007 for what is not deflate; the
    /// context is lost then.
    Result<> inflate(std::string_view payload, std::string& out, ByteCount limit,
                     ContextTakeover takeover);

private:
    struct State;
    struct Free {
        void operator()(State* state) const noexcept;
    };
    Result<> run(std::string_view payload, std::string& out, ByteCount limit);

    std::unique_ptr<State, Free> state_;
    int window_bits_;
};

/// A resource; its memory is allocated when it is first used.
class Deflater {
public:
    explicit Deflater(const DeflateOptions& options, int window_bits = 15) noexcept
        : window_bits_(window_bits), level_(options.level), memory_level_(options.memory_level) {}

    /// Appends what `payload` compresses to, without the tail that RFC 7692 7.2.1 takes away.
    void deflate(std::string_view payload, std::string& out, ContextTakeover takeover);
    /// The next message refers to nothing before it: what the peer's window holds is not what this
    /// object sent.
    void forget() noexcept;

private:
    struct State;
    struct Free {
        void operator()(State* state) const noexcept;
    };

    std::unique_ptr<State, Free> state_;
    int window_bits_;
    int level_;
    int memory_level_;
};

}  // namespace pottle::ws
