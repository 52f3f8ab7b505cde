// SPDX-License-Identifier: MIT
/// \file
/// Reader: the receiving half of a websocket, sans IO: bytes in, whole messages and control frames
/// out. No clock, no socket. The sending half is writer.hpp.
///
///   state     input                            event      next state
///   Header    part of a frame header           NeedMore   Header
///   Header    a frame header                   -          Payload
///   Payload   part of the payload              NeedMore   Payload
///   Payload   the end of a data frame          -          Header
///   Payload   the end of a message             Message    Header
///   Payload   the end of a control frame       Ping, Pong Header
///   Payload   the end of a close frame         Close      Closed
///   Closed    anything                         NeedMore   Closed (RFC 6455 5.5.1: ignored)
///   any       a violation                      Error      Failed
///   Failed    anything                         Error      Failed (always the same Error)
///
/// Invariants:
/// 1. NeedMore consumed the whole input; any other event what it was made of, and nothing behind.
/// 2. Splitting the input differently never changes the sequence of events.
/// 3. A violation is reported when its first byte is seen, not at the end of its frame: text that
///    is not UTF-8, a header that announces too much, a control frame out of shape.
/// 4. What is held is bounded by Limits::message (a compressed message: and a little more), and
///    grows with what arrived, not with what was announced.
/// 5. error.wire_code is the close code: 1002, 1007 or 1009.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/proto/ws/deflate.hpp>
#include <pottle/proto/ws/frame.hpp>
#include <pottle/proto/ws/limits.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace pottle::ws {

/// One step of a websocket.
struct Event {
    enum class Kind : std::uint8_t { NeedMore, Message, Ping, Pong, Close, Error };
    Kind kind = Kind::NeedMore;
    Opcode opcode = Opcode::Text;  ///< Message: Text or Binary
    std::uint16_t code = 0;        ///< Close: the peer's, or kNoStatus
    std::size_t consumed = 0;
    /// Ping, Pong: the payload; Close: the reason. In the reader, until the next call.
    std::string_view payload = {};
    Error error = {};
};

/// Checks UTF-8 that arrives in pieces.
class Utf8Stream {
public:
    /// Returns: false when what came so far cannot be the beginning of valid text.
    bool feed(std::string_view piece) noexcept;
    /// True when no character is left incomplete.
    bool complete() const noexcept { return pending_size_ == 0; }
    void reset() noexcept { pending_size_ = 0; }

private:
    std::array<char, 4> pending_{};  // the beginning of a character
    std::uint8_t pending_size_ = 0;
};

/// Which end this is: a server demands masked frames, a client unmasked ones (RFC 6455 5.1).
enum class Role : std::uint8_t { Server, Client };

/// Reads one websocket. A resource of 200 bytes and the message under way.
class Reader {
public:
    /// `limits` outlives the reader.
    explicit Reader(const Limits& limits, Role role = Role::Server) noexcept
        : limits_(&limits), role_(role) {}

    /// permessage-deflate was agreed on. `inflater` outlives the reader; it may serve other readers
    /// when `takeover` is No.
    void use_deflate(Inflater& inflater, ContextTakeover takeover) noexcept {
        inflater_ = &inflater;
        takeover_ = takeover;
    }

    /// Looks at input that was not consumed before and reports the next event.
    Event next(std::string_view input);

    /// The message of the last Message event, moved out.
    std::string take_message() noexcept { return std::exchange(message_, {}); }

private:
    enum class State : std::uint8_t { Header, Payload, Closed, Failed };

    bool read_header(std::string_view& input);
    bool start_frame(std::string_view header);
    bool check_start(unsigned first, unsigned second);
    bool check_data_start(Opcode opcode, bool compressed);
    bool read_payload(std::string_view& input);
    void append_unmasked(std::string& out, std::string_view piece);
    bool finish_frame(Event& event);
    bool finish_message(Event& event);
    bool finish_close(Event& event);
    bool violate(const Error& violation) noexcept;

    // What every frame needs stands first.
    const Limits* limits_;
    std::string message_;          // under way, as it came but unmasked
    std::uint64_t remaining_ = 0;  // of the frame's payload
    std::array<char, 4> mask_{};
    std::uint8_t header_size_ = 0;
    std::uint8_t mask_phase_ = 0;  // of the next payload byte
    State state_ = State::Header;
    Role role_;
    ContextTakeover takeover_ = ContextTakeover::Yes;
    Opcode frame_ = Opcode::Continuation;
    Opcode kind_ = Opcode::Continuation;  // of the message under way; Continuation: none is
    bool final_ = false;
    bool compressed_ = false;
    Utf8Stream utf8_;
    std::array<char, 14> header_{};
    Inflater* inflater_ = nullptr;
    const Error* error_ = nullptr;  // of static storage
    std::string control_;
};

}  // namespace pottle::ws
