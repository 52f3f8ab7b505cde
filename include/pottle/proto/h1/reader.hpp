// SPDX-License-Identifier: MIT
/// \file
/// Reader: the receiving half of an HTTP/1.0 and 1.1 server connection, sans IO: bytes in, events
/// out. No clock, no socket, no logging, no allocation. The sending half is writer.hpp.
///
///   state     input                           event      next state
///   Head      a complete head                 Head       Body, or Ready without a body
///   Head      an incomplete head              NeedMore   Head
///   Body      content bytes                   Data       Body
///   Body      last content byte or chunk      End        Done
///             (with its trailers)
///   Ready     (no input needed)               End        Done
///   Done      next_message() is called        -          Head
///   any       a violation                     Error      Failed
///   Failed    anything                        Error      Failed (always the same Error)
///
/// Invariants:
/// 1. Events hold views into `input` (and into the HeadScratch), valid until either changes.
/// 2. What an event consumed must not be offered again; what it did not consume must be, followed
///    by newer bytes. NeedMore and Error consume nothing.
/// 3. Splitting the input differently never changes the sequence of events, except that Data may be
///    cut differently.
/// 4. Bytes of a later message are not looked at before next_message().
/// 5. Unconsumed input that leads to NeedMore is bounded: by Limits::head, Limits::trailers or
///    Limits::chunk_line and a few bytes of framing.
/// 6. A body over the limit is an error of the body, not of the head: next() reports it after the
///    Head event, so that set_body_limit() can raise or lower the limit in between.
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
    bool expect_continue = false;      ///< has content and waits for 100 Continue to send it
    bool has_upgrade = false;          ///< Connection: upgrade together with an Upgrade field
    std::uint64_t content_length = 0;  ///< with Framing::Length
    std::string_view method_text;
    std::string_view target;  ///< exactly as sent
    /// Without query, percent-encoded; "/" for an absolute form without one; "*" for the asterisk
    /// form; empty for the authority form.
    std::string_view path;
    std::string_view query;  ///< without '?', empty when there is none
    /// Of the absolute or authority form if one was used, else the Host field: a valid
    /// `host[:port]`. Empty only for HTTP/1.0.
    std::string_view authority;
    http::Fields fields;  ///< in the order sent, in the HeadScratch
    /// The head from the request line on. All views lie in it, but for a path that was not sent.
    std::string_view octets;
};

/// The authority that was last found valid. Nearly all requests of a server name the same, so that
/// comparing is cheaper than parsing.
class KnownAuthority {
public:
    bool is(std::string_view text) const noexcept { return text == view() && !text.empty(); }
    void keep(std::string_view valid) noexcept {
        if (valid.size() > text_.size()) return;
        size_ = valid.copy(text_.data(), text_.size());
    }

private:
    std::string_view view() const noexcept { return {text_.data(), size_}; }

    std::array<char, 256> text_;  // the longest DNS name
    std::size_t size_ = 0;
};

/// Where a Reader keeps the fields of the head it reports. Large, so one per thread and not one per
/// connection.
struct HeadScratch {
    std::array<http::Field, kMaxFields> fields;
    KnownAuthority known_host;
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
    /// Head. When it is the Error of a head, only head.method counts: Method::Other unless the
    /// request line was understood that far.
    ///
    /// Units: `input` may be empty and may hold any number of messages.
    /// Errors: Event::Kind::Error; never throws.
    Event next(std::string_view input, Head& head, HeadScratch& scratch) noexcept;

    /// True between End and next_message().
    bool message_done() const noexcept { return state_ == State::Done; }
    /// True when not a byte of the next message has been seen; empty lines in front of it do not
    /// count.
    bool idle() const noexcept { return state_ == State::Head && scanned_ == 0; }
    /// Makes ready for the next message. Precondition: message_done().
    void next_message();
    /// Ends a message of which nothing is left to be read, in place of the End event. Returns:
    /// whether there is none left.
    bool take_end() noexcept {
        if (state_ == State::Ready) state_ = State::Done;
        return state_ == State::Done;
    }
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
    enum class Scan : std::uint8_t { Complete, Incomplete, Failed };
    struct Section;

    // Each takes the input behind the held bytes.
    Event step(std::string_view input, HeadScratch& scratch) noexcept;
    Event read_head(std::string_view input, Head& head, HeadScratch& scratch) noexcept;
    Event read_content(std::string_view input, State after) noexcept;
    Event read_trailers(std::string_view input, HeadScratch& scratch) noexcept;

    void tell_method(std::string_view input, Head& head) const noexcept;
    bool skip_empty_lines(std::string_view& input) noexcept;
    bool take_chunk_end(std::string_view& input) noexcept;
    bool take_chunk_size(std::string_view& input) noexcept;
    template <class Note>
    Scan scan_section(std::string_view input, const Section& section, Note note) noexcept;
    Scan refuse(const Error& violation) noexcept;
    Event stalled() const noexcept;
    Event fail_with(const Error& violation) noexcept;
    void restart_scan() noexcept;
    bool exceeds_body_limit(std::uint64_t more) const noexcept;

    const Limits* limits_;
    const Error* error_ = nullptr;  // of static storage
    std::uint64_t remaining_ = 0;   // of the Content-Length or of the current chunk
    std::uint64_t received_ = 0;    // content bytes of this message
    std::uint64_t body_limit_ = 0;  // 0: none
    std::uint32_t held_ = 0;        // framing understood but not yet consumed by an event
    std::uint32_t scanned_ = 0;     // bytes of an incomplete section already searched
    std::uint32_t line_start_ = 0;  // of the incomplete line in that section
    std::uint32_t extension_bytes_ = 0;
    std::uint16_t field_count_ = 0;  // complete field lines of an incomplete section
    std::uint8_t empty_lines_ = 0;
    State state_ = State::Head;
    Framing framing_ = Framing::None;
};

}  // namespace pottle::h1
