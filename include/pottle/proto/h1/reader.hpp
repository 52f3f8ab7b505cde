// SPDX-License-Identifier: MIT
/// \file
/// Reader: the receiving half of an HTTP/1.0 and 1.1 server connection, sans IO: bytes in, events
/// out. No clock, no socket, no logging, no allocation. The sending half is writer.hpp.
///
///   state       input                         event                next state
///   Head        a complete head               Head                 Body, or Ready when the message
///   has no body Head        an incomplete head            NeedMore             Head Body content
///   bytes                 Data                 Body Body        last content byte / chunk     End
///   (with trailers)  Done Ready       (no input needed)             End                  Done Done
///   next_message() is called      -                    Head any         a violation Error Failed
///   (every later call: the same Error)
///
/// Invariants:
/// 1. Events hold views into `input` (and into the HeadScratch), valid until either changes.
/// 2. What an event consumed must not be offered again; what it did not consume must be, followed
/// by newer bytes.
/// 3. Splitting the input differently never changes the sequence of events, except that Data may be
/// cut differently.
/// 4. Bytes of a later message are not looked at before next_message().
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/field.hpp>
#include <pottle/http/method.hpp>
#include <pottle/proto/h1/limits.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace pottle::h1 {

/// How the end of a body is found (RFC 9112 6.3).
enum class Framing : std::uint8_t { None, Length, Chunked };

/// Form of the request target (RFC 9112 3.2).
enum class TargetForm : std::uint8_t { Origin, Absolute, Authority, Asterisk };

/// A request head. Views into the input; field names keep the case that was sent.
struct Head {
    Method method = Method::Other;
    HttpVersion version = HttpVersion::Http11;
    TargetForm form = TargetForm::Origin;
    Framing framing = Framing::None;
    bool keep_alive = true;            ///< the peer allows another request on this connection
    bool expect_continue = false;      ///< waits for 100 Continue before it sends the body
    bool has_upgrade = false;          ///< Connection: upgrade together with an Upgrade field
    bool accepts_trailers = false;     ///< TE: trailers
    std::uint64_t content_length = 0;  ///< with Framing::Length
    std::string_view method_text;
    std::string_view target;  ///< exactly as sent
    std::string_view
        path;  ///< without query, percent-encoded; "/" for an absolute form without one; "*"
    std::string_view query;      ///< without '?', empty when there is none
    std::string_view authority;  ///< of the absolute form if that was used, else the Host field;
                                 ///< empty only for HTTP/1.0
    http::Fields fields;         ///< in the order sent, in the HeadScratch
};

/// Where a Reader keeps the fields of the head it reports. Large, so one per thread and not one per
/// connection.
struct HeadScratch {
    std::array<http::Field, kMaxFields> fields;
};

/// One step of a message.
struct Event {
    enum class Kind : std::uint8_t { NeedMore, Head, Data, End, Error };
    Kind kind = Kind::NeedMore;
    std::size_t consumed = 0;    ///< bytes of `input` that are done with
    std::string_view data = {};  ///< Data: content, 1 byte at least, transfer coding removed
    http::Fields trailers = {};  ///< End: trailer fields of a chunked body, in the HeadScratch
    Error error = {};            ///< Error: always blamed on the peer, with a status
};

/// Reads requests of one connection, one message at a time. A resource the size of a few words.
class Reader {
public:
    explicit Reader(const Limits& limits) noexcept
        : limits_(&limits) {}  // `limits` outlives the reader

    /// Looks at unconsumed input and reports the next event. `head` is filled when the event is
    /// Head.
    ///
    /// Units: `input` may be empty and may hold any number of messages.
    /// Errors: Event::Kind::Error; never throws.
    Event next(std::string_view input, Head& head, HeadScratch& scratch) noexcept;

    /// True between End and next_message().
    bool message_done() const noexcept { return state_ == State::Done; }
    /// True when not a byte of the next message has been seen.
    bool idle() const noexcept { return state_ == State::Head && scanned_ == 0; }
    /// Makes ready for the next message. Precondition: message_done().
    void next_message() noexcept;
    /// Replaces Limits::body for the current message (a route's own limit). 0 means no limit.
    /// Returns: an error when what was announced or received already exceeds it.
    Result<> set_body_limit(ByteCount limit) noexcept;
    /// Bytes of content still announced by Content-Length; 0 for other framings.
    std::uint64_t remaining() const noexcept {
        return framing_ == Framing::Length ? remaining_ : 0;
    }

private:
    enum class State : std::uint8_t {
        Head,
        Ready,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Done,
        Failed
    };

    const Limits* limits_;
    std::uint64_t remaining_ = 0;   // of the Content-Length or of the current chunk
    std::uint64_t received_ = 0;    // content bytes of this message
    std::uint64_t body_limit_ = 0;  // 0: none
    std::uint32_t scanned_ =
        0;  // bytes of an incomplete head or line already searched for their end
    std::uint32_t extension_bytes_ = 0;
    State state_ = State::Head;
    Framing framing_ = Framing::None;
    Error error_{};
};

}  // namespace pottle::h1
