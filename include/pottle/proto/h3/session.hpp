// SPDX-License-Identifier: MIT
/// \file
/// Session: the server's side of one HTTP/3 connection (RFC 9114), sans IO: octets of QUIC streams
/// in, events out; responses in, octets of streams out. QPACK's decoder is nghttp3's; the frames
/// are read here.
///
///   request stream   meaning                                  goes on with
///   Head             nothing or a part of HEADERS came        Body, Blocked
///   Blocked          HEADERS refer to a table entry to come   Body, with the entry
///   Body             DATA may come                            Trailers, Ended
///   Trailers         the second HEADERS came                  Ended
///   Ended            the peer's end; or it broke a rule, was reset: input is ignored
///
/// Invariants:
/// 1. Events come only from inside receive(). A view in an event is valid until the event returns.
/// 2. After receive() returned an error every later call returns it too: close the connection.
/// 3. Each octet received is given back once as flow control credit: by receive()'s result,
///    on_credit(), or by whom on_body() gave it to.
/// 4. Octets given out by next_output() stay in place until acknowledged().
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/priority.hpp>
#include <pottle/http/request_fields.hpp>
#include <pottle/proto/h3/codes.hpp>
#include <pottle/proto/h3/limits.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::h3 {

/// What a session tells.
class SessionEvents {
public:
    /// A request's head. `end`: no body follows.
    virtual void on_request(StreamId stream, const http::RequestParts& parts, bool end) = 0;
    /// A well-formed request that a limit refuses: answer it with `error.status`.
    virtual void on_refused(StreamId stream, Method method, const Error& error) = 0;
    /// Body octets. Their credit is due when they have been consumed.
    virtual void on_body(StreamId stream, std::string_view octets) = 0;
    /// Fields behind the body, names in lower case.
    virtual void on_trailers(StreamId stream, http::Fields fields) = 0;
    /// The request is complete.
    virtual void on_end(StreamId stream) = 0;
    /// The peer broke a rule that costs it this stream: reset both directions with `code`. For a
    /// unidirectional stream: it is of no known type, stop it.
    virtual void on_stream_error(StreamId stream, Code code) = 0;
    /// Credit for octets that had to wait inside the session.
    virtual void on_credit(StreamId stream, std::size_t count) = 0;

protected:
    ~SessionEvents() = default;
};

/// Octets to send on one stream.
struct Output {
    StreamId stream = -1;
    std::array<std::string_view, 8> pieces;
    std::size_t count = 0;
    bool fin = false;
};

/// A response head. Views that need only live for the call.
struct ResponseHead {
    int status = 200;
    std::string_view content_type = {};  ///< sent unless empty or `headers` has one
    const Headers* headers = nullptr;    ///< may be null; connection-specific fields are left out
    std::optional<std::uint64_t> length = {};  ///< Content-Length; replaces the headers' own
    /// Field lines "name: value\r\n" that `headers` may replace.
    std::string_view preset = {};
};

/// Whether a stream ends behind what is being sent.
enum class EndStream : bool { No, Yes };

/// A resource.
class Session {
public:
    Session(const Limits& limits, SessionEvents& events);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Uses two unidirectional streams of ours: the control stream, whose SETTINGS are queued, and
    /// QPACK's decoder stream.
    void open(StreamId control, StreamId decoder);

    // ---- input

    /// Takes octets of a client's stream. Returns: how many to give back as credit at once, or the
    /// error that ends the connection, with its code in `wire_code`.
    Result<std::size_t> receive(StreamId stream, std::string_view octets, bool fin);
    /// The peer reset its side. Returns: the error that ends the connection, for a stream that must
    /// not end.
    Result<> on_reset(StreamId stream);
    /// QUIC is done with the stream: what is left of it is forgotten.
    void on_closed(StreamId stream);
    /// A part of a request's head came, and not all of it.
    bool awaits_head(StreamId stream) const noexcept;
    /// Ignores what still comes on a request stream.
    void ignore_input(StreamId stream);

    // ---- responses. A stream that is unknown or was stopped takes them and sends nothing.

    /// A 1xx response (103 Early Hints).
    void send_informational(StreamId stream, int status, const Headers& headers);
    void send_head(StreamId stream, const ResponseHead& head, EndStream end);
    /// One DATA frame.
    void send_body(StreamId stream, std::string octets, EndStream end);
    /// Ends the stream, with a trailer section unless `trailers` is empty.
    void send_end(StreamId stream, const Headers& trailers);
    /// Unsent octets of a stream, and of all requests' streams.
    std::size_t queued(StreamId stream) const noexcept;
    std::size_t queued() const noexcept;
    /// Forgets what has not been sent on the stream; nothing more is accepted for it.
    void stop_output(StreamId stream) noexcept;

    /// Says that no new requests will be served, without turning away those on their way
    /// (RFC 9114 5.2): first step. The second names the last request served.
    void announce_shutdown();
    void finish_shutdown();

    // ---- output, pulled

    bool next_output(Output& output) noexcept;
    /// `count` octets of the last output were sent, and its fin when `fin`.
    void on_written(StreamId stream, std::size_t count, bool fin) noexcept;
    void on_blocked(StreamId stream) noexcept;
    void on_writable(StreamId stream) noexcept;
    void on_acknowledged(StreamId stream, std::uint64_t count) noexcept;
    /// Sent and not yet acknowledged, of all streams.
    std::size_t unacknowledged() const noexcept;

private:
    struct Implementation;
    std::unique_ptr<Implementation> self_;
};

}  // namespace pottle::h3
