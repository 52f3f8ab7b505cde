// SPDX-License-Identifier: MIT
/// \file
/// Session: the server's end of an HTTP/2 connection (RFC 9113), sans IO: bytes in, events out;
/// answers in, frames out. No clock, no socket, no logging.
///
///   state      meaning                                   leaves it when
///   Preface    the client's 24 octets are awaited        they came
///   Settings   its first SETTINGS is awaited             it came
///   Frames     frame by frame
///   Content    inside a DATA frame                       its last octet came
///   Failed     GOAWAY was written                        never
///
/// Invariants:
/// 1. Events hold views into `input` and the Scratch, valid until either changes.
/// 2. What an event consumed must not be offered again; what it did not consume must be, followed
///    by newer bytes. No more than one frame is ever left unconsumed.
/// 3. Splitting the input differently never changes the sequence of events, except that Data may
///    be cut differently.
/// 4. Frames are appended to the `out` of the call that causes them, in the order in which they
///    must be sent: the caller writes all of it, in that order.
/// 5. A Stream lives until it is closed and the server has called release(): so a stream that was
///    reset keeps its slot while its handler runs.
/// 6. No request reaches the server unchecked (http::RequestFields).
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/request_fields.hpp>
#include <pottle/proto/h2/budget.hpp>
#include <pottle/proto/h2/error_code.hpp>
#include <pottle/proto/h2/hpack_decoder.hpp>
#include <pottle/proto/h2/hpack_encoder.hpp>
#include <pottle/proto/h2/limits.hpp>
#include <pottle/proto/h2/send_order.hpp>
#include <pottle/proto/h2/stream.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::h2 {

struct FrameHeader;

enum class EndStream : bool { No, Yes };

/// What sessions need only while they read. Large, so one for each loop.
struct Scratch {
    FieldArena arena;
    http::RequestFields request;
    std::vector<http::Field> trailers;
    std::vector<std::unique_ptr<Stream>> free_streams;
};

/// One step of a connection.
struct Event {
    enum class Kind : std::uint8_t {
        NeedMore,
        Head,      ///< a request: `stream` is new, `end` when it has no body
        Refused,   ///< a request that is answered with error.status, by sending a head on `stream`
        Data,      ///< content of `stream`, 1 octet at least; hand it to consumed() some day
        End,       ///< the body of `stream` is complete
        Trailers,  ///< the same, with trailer fields
        Reset,     ///< `stream` is gone, by the peer or by its mistake; `code` says why
        Error,     ///< the connection is at its end; GOAWAY stands in `out`
    };
    Kind kind = Kind::NeedMore;
    bool end = false;
    ErrorCode code{};
    Stream* stream = nullptr;
    std::size_t consumed = 0;
    std::string_view data = {};
    http::Fields trailers = {};
    Error error = {};
};

/// The head of an answer, as the server takes it from the application. Views for the call.
struct AnswerHead {
    int status = 200;
    std::string_view content_type = {};  ///< empty: none
    std::optional<std::uint64_t> content_length{};
    const Headers* headers = nullptr;  ///< those that HTTP/2 has no place for are left out
    http::Fields preset = {};          ///< Server and Date, unless `headers` has them
};

/// A resource, of a few hundred octets while it is idle.
class Session {
public:
    /// `limits` and `scratch` outlive it. `now` here and in next() is the time of the flood limits.
    Session(const Limits& limits, Scratch& scratch, Moment now);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // ---- receiving

    /// Writes the server's preface: SETTINGS and the connection's window.
    void start(std::string& out);
    /// Looks at unconsumed input and reports the next event. `parts` is filled for a Head.
    Event next(std::string_view input, http::RequestParts& parts, std::string& out, Moment now);
    /// The whole body of `stream`, when it stands at the front of `input` in one frame that ends
    /// the stream and is not larger than `limit` (0: none): takes it. For a request that can then
    /// be served without waiting.
    bool take_whole_body(Stream& stream, ByteCount limit, std::string_view& input,
                         std::string_view& body, std::string& out);
    /// Octets of content were used: gives credit back.
    void consumed(Stream& stream, std::size_t count, std::string& out);

    /// HTTP/1.1 was left by an upgrade (RFC 7540 3.2): its request becomes stream 1, half closed.
    /// `http2_settings`: value of the HTTP2-Settings field. Returns: null when it is malformed.
    Stream* adopt_upgrade(std::string_view http2_settings, bool head_request);

    // ---- sending

    void send_informational(Stream& stream, int status, const Headers& headers, std::string& out);
    void send_head(Stream& stream, const AnswerHead& head, EndStream end, std::string& out);
    /// Content. Written at once when `direct`, nothing else waits and the windows allow; else
    /// queued for flush().
    void send_data(Stream& stream, std::string&& data, EndStream end, bool direct,
                   std::string& out);
    void send_trailers(Stream& stream, const Headers& trailers, std::string& out);
    /// Ends the stream without regard. Does nothing for one that is closed.
    void reset(Stream& stream, ErrorCode code, std::string& out);
    /// Announces a push (RFC 9113 8.4). Returns: null when the peer does not allow it.
    Stream* push(Stream& parent, std::string_view path, std::string_view authority,
                 std::string_view scheme, const Headers& headers, std::string& out);
    /// The server does not use the stream any more; `stream` may be gone afterwards. When its
    /// request is not complete, up to `discard` octets of it are read and thrown away; then the
    /// client is told not to go on (RFC 9113 8.1).
    void release(Stream& stream, std::uint64_t discard, std::string& out);

    /// Writes queued content, the most urgent first, until `out` holds `limit` octets.
    void flush(std::string& out, std::size_t limit);
    /// flush() would write something.
    bool can_flush() const noexcept;

    // ---- ending

    /// First step: no new requests, but those on their way are served (RFC 9113 6.8).
    void announce_end(std::string& out);
    /// Second step: requests that come from now on are not looked at.
    void refuse_new(std::string& out);
    /// Ends the connection with an error of ours.
    void fail(ErrorCode code, std::string_view text, std::string& out);

    // ---- facts

    std::size_t streams() const noexcept { return streams_.size(); }
    /// Octets of content that wait for a window or for their turn.
    std::size_t queued() const noexcept { return queued_; }
    /// The client has acknowledged our SETTINGS.
    bool settled() const noexcept { return settled_; }
    bool failed() const noexcept { return state_ == State::Failed; }
    bool refuses_new() const noexcept { return refuses_new_; }
    /// Inside a frame, or a header block: the peer owes us something.
    bool in_header_block() const noexcept { return continued_ != 0; }
    Stream* stream(std::uint32_t id) const noexcept { return find(id); }
    /// Every stream, oldest first.
    const std::vector<Stream*>& all() const noexcept { return streams_; }

private:
    enum class State : std::uint8_t { Preface, Settings, Frames, Content, Failed };
    /// What a frame came to: an event to tell, or nothing.
    using Told = std::optional<Event>;

    // session.cpp
    Stream& add_stream(std::uint32_t id);
    Stream* find(std::uint32_t id) const noexcept;
    void forget_if_over(Stream& stream);
    bool stop_request(Stream& stream, std::string& out);
    bool is_idle(std::uint32_t id) const noexcept;
    /// RFC 9113 6.8: it came behind the last request that GOAWAY let in.
    bool is_discarded(std::uint32_t id) const noexcept { return id % 2 == 1 && id > refused_from_; }
    void note_reset(std::uint32_t id);
    bool was_reset_by_us(std::uint32_t id) const noexcept;
    bool was_closed(std::uint32_t id) const noexcept;
    Event connection_error(ErrorCode code, std::string_view text, std::string& out);
    Told stream_error(std::uint32_t id, Stream* stream, ErrorCode code, std::string& out);

    // session_receive.cpp
    Event read_preface(std::string_view input, std::string& out);
    Told on_frame(const FrameHeader& frame, std::string_view payload, http::RequestParts& parts,
                  std::string& out);
    Told on_data(const FrameHeader& frame, std::string_view rest, std::size_t& used,
                 std::string& out);
    Event read_content(std::string_view input, std::string& out);
    Told finish_content(std::string& out);
    Told on_rst_stream(const FrameHeader& frame, std::string_view payload, std::string& out);
    Told on_window_update(const FrameHeader& frame, std::string_view payload, std::string& out);
    bool spend_control() noexcept { return controls_.spend(now_); }
    void return_connection_credit(std::uint64_t count, std::string& out);

    // session_headers.cpp
    Told on_headers(const FrameHeader& frame, std::string_view payload, http::RequestParts& parts,
                    std::string& out);
    Told on_continuation(const FrameHeader& frame, std::string_view payload,
                         http::RequestParts& parts, std::string& out);
    Told on_block(std::string_view block, http::RequestParts& parts, std::string& out);
    Told on_request(std::string_view block, http::RequestParts& parts, std::string& out);
    Told on_trailers(Stream& stream, std::string_view block, std::string& out);
    Told skip_block(std::string_view block, std::string& out);
    Told bad_block(std::string& out);
    Told refuse_block(std::string_view block, ErrorCode code, std::string& out);

    // session_control.cpp
    Told on_settings(const FrameHeader& frame, std::string_view payload, std::string& out);
    bool apply_setting(std::uint16_t id, std::uint32_t value, ErrorCode& code);
    bool apply_settings(std::string_view payload, ErrorCode& code);
    bool change_initial_window(std::uint32_t value);
    Told on_ping(const FrameHeader& frame, std::string_view payload, std::string& out);
    Told on_priority(const FrameHeader& frame, std::string_view payload, std::string& out);
    Told on_priority_update(const FrameHeader& frame, std::string_view payload, std::string& out);
    void set_priority(Stream& stream, http::Priority priority);
    void take_early_priority(Stream& stream);
    void begin_window_probe(std::string& out);
    void end_window_probe();

    // session_send.cpp
    void write_data(Stream& stream, std::string& out);
    void close_local(Stream& stream, std::string& out);
    void drop_queue(Stream& stream) noexcept;
    void update_order(Stream& stream);

    const Limits& limits_;
    Scratch& scratch_;
    HpackDecoder decoder_;
    HpackEncoder encoder_;
    std::vector<Stream*> streams_;  // by id
    SendOrder order_;
    Budget resets_;
    Budget controls_;
    Moment now_ = 0;

    // Receiving
    std::string block_;                       // fragments of a header block in several frames
    std::vector<std::uint32_t> recent_;       // reset by us, the latest of them
    std::array<std::uint32_t, 16> closed_{};  // streams that are over, the latest of them
    std::uint32_t closed_count_ = 0;
    std::vector<std::pair<std::uint32_t, http::Priority>> early_priorities_;
    std::int64_t receive_window_ = 0;  // of the connection: what the peer may still send
    std::uint32_t unreturned_ = 0;
    std::uint32_t stream_target_;
    std::uint32_t connection_target_;
    std::uint64_t probe_received_ = 0;         // since the PING that measures a round trip
    std::uint32_t last_id_ = 0;                // of a request
    std::uint32_t refused_from_ = 0x7fffffff;  // requests above it are discarded
    std::uint32_t continued_ = 0;              // stream of the header block in progress, else 0
    std::uint32_t continuations_ = 0;
    std::uint32_t content_left_ = 0;  // of the DATA frame in progress
    std::uint32_t content_padding_ = 0;
    std::uint32_t content_stream_ = 0;
    State state_ = State::Preface;
    bool block_ends_stream_ = false;
    bool block_depends_on_itself_ = false;
    bool content_ends_stream_ = false;
    bool settled_ = false;
    bool probing_ = false;
    bool refuses_new_ = false;
    bool end_announced_ = false;
    Error error_{};

    // Sending
    std::int64_t send_window_ = 65535;  // of the connection (RFC 9113 6.9.2)
    std::uint32_t peer_window_ = 65535;
    std::uint32_t peer_streams_ = 0xffffffff;
    std::size_t queued_ = 0;
    std::uint32_t pushed_ = 0;
    std::uint32_t next_push_ = 2;
    bool peer_allows_push_ = true;
};

}  // namespace pottle::h2
