// SPDX-License-Identifier: MIT
/// \file
/// Writer: the sending half of an HTTP/1.0 and 1.1 server connection, sans IO: appends octets to a
/// buffer and enforces that what was announced is what is sent.
///
///   state    call                         next state
///   Idle     begin(request facts)         Head
///   Head     write_informational(1xx)     Head
///   Head     write_response(whole)        Done
///   Head     write_head(streamed)         Body
///   Body     write_chunk                  Body
///   Body     finish(trailers)             Done
///   Done     begin                        Head
///
/// Invariants:
/// 1. Exactly Content-Length octets follow a head that announced them; more is refused, fewer
/// closes the connection.
/// 2. HEAD, 1xx, 204 and 304 never carry content (RFC 9110 6.4.1); HEAD keeps the Content-Length a
/// GET would have.
/// 3. Transfer-Encoding and Connection are this class's; an application's are dropped (Connection:
/// close is obeyed).
/// 4. Field lines come from Headers, which hold no CR, LF or NUL.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/method.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::h1 {

/// What the writer must know of the request that it answers.
struct RequestFacts {
    Method method = Method::Get;
    HttpVersion version = HttpVersion::Http11;
    bool keep_alive = true;  ///< the request allows it and the server wants it
};

/// A response head as the writer takes it. Views that need only live for the call.
struct ResponseHead {
    int status = 200;
    std::string_view content_type = {};  ///< written unless empty or `headers` has one
    const Headers* headers = nullptr;    ///< may be null
};

struct FieldSummary;
struct HeadPlan;

/// Writes the responses of one connection, one message at a time. A value of a few words.
class Writer {
public:
    /// Makes ready for the answer to one request. Once keeps_alive() is false it stays so.
    void begin(const RequestFacts& request) noexcept;

    /// Appends a 1xx response (100 Continue, 103 Early Hints). Nothing is written to an HTTP/1.0
    /// peer. An Upgrade field brings its Connection: upgrade with it.
    /// Returns: an error when `status` is not 1xx.
    Result<> write_informational(std::string& out, int status, const Headers& headers);

    /// Appends head and content in one go; Content-Length is the content's.
    ///
    /// `preset` here and below is written into the head as it is: complete field lines such as
    /// "server: pottle\r\ndate: ...\r\n". A Server, Date or Alt-Svc field of `head` replaces the
    /// preset's.
    /// Errors: throws LogicError for a status outside 200-599.
    void write_response(std::string& out, const ResponseHead& head, std::string_view content,
                        std::string_view preset);

    /// Appends the head of a response whose content follows. `length` is its size when known;
    /// without it the content is chunked for HTTP/1.1 and ends with the connection for HTTP/1.0.
    /// Returns: an error when the head contradicts itself (two Content-Lengths, a status outside
    /// 200-599).
    Result<> write_head(std::string& out, const ResponseHead& head,
                        std::optional<std::uint64_t> length, std::string_view preset);

    /// Appends what frames `size` octets of content that the caller sends next (after the returned
    /// text), and the text that must follow them. For content in pieces of the caller's own.
    /// Returns: an error when more is sent than announced.
    Result<> open_chunk(std::string& out, std::uint64_t size);
    void close_chunk(std::string& out);
    /// open_chunk, the octets, close_chunk.
    Result<> write_chunk(std::string& out, std::string_view content);

    /// Ends the message. Trailers are sent only when chunked.
    /// Returns: an error when less was sent than announced: the connection must be closed.
    Result<> finish(std::string& out, const Headers* trailers);

    /// True when the content of this response must not be sent (HEAD, 204, 304).
    bool suppresses_content() const noexcept { return suppress_; }
    /// True when the connection may carry another message after this one.
    bool keeps_alive() const noexcept { return keep_alive_; }
    /// From now on answers say Connection: close.
    void close_after_this() noexcept { keep_alive_ = false; }
    bool head_sent() const noexcept { return state_ == State::Body || state_ == State::Done; }
    bool message_done() const noexcept { return state_ == State::Done; }

private:
    enum class State : std::uint8_t { Idle, Head, Body, Done };
    enum class BodyKind : std::uint8_t { None, Length, Chunked, UntilClose };

    void settle(int status, bool wants_close) noexcept;
    HeadPlan plan_head(const ResponseHead& head, const FieldSummary& fields) const noexcept;
    static std::optional<std::uint64_t> suppressed_length(int status,
                                                          const FieldSummary& fields) noexcept;

    std::uint64_t remaining_ = 0;  // of the announced Content-Length
    State state_ = State::Idle;
    BodyKind body_ = BodyKind::None;
    HttpVersion version_ = HttpVersion::Http11;
    bool head_request_ = false;
    bool keep_alive_ = true;
    bool suppress_ = false;
    bool chunk_open_ = false;
};

}  // namespace pottle::h1
