// SPDX-License-Identifier: MIT
/// \file
/// Session: its streams, errors and end. Frames are in session_receive.cpp, header blocks in
/// session_headers.cpp, settings and priorities in session_control.cpp, answers in
/// session_send.cpp.
#include "frames.hpp"

#include <pottle/proto/h2/session.hpp>

#include <algorithm>
#include <utility>

namespace pottle::h2 {

namespace {
/// Streams that we reset and whose frames may still be on their way.
constexpr std::size_t kRememberedResets = 128;
constexpr std::size_t kKeptStreams = 1024;

auto position(const std::vector<Stream*>& streams, std::uint32_t id) noexcept {
    return std::lower_bound(
        streams.begin(), streams.end(), id,
        [](const Stream* stream, std::uint32_t other) { return stream->id < other; });
}
}  // namespace

Session::Session(const Limits& limits, Scratch& scratch, Moment now)
    : limits_(limits),
      scratch_(scratch),
      resets_(limits.reset_burst, limits.resets_per_second, now),
      controls_(limits.control_burst, limits.controls_per_second, now),
      stream_target_(std::max(limits.stream_window, kDefaultWindow)),
      connection_target_(std::max(limits.connection_window, stream_target_)) {}

Session::~Session() {
    for (Stream* stream : streams_) delete stream;
}

// ---- streams

Stream* Session::find(std::uint32_t id) const noexcept {
    if (!streams_.empty() && streams_.back()->id == id) return streams_.back();  // nearly always
    const auto at = position(streams_, id);
    return at != streams_.end() && (*at)->id == id ? *at : nullptr;
}

Stream& Session::add_stream(std::uint32_t id) {
    std::unique_ptr<Stream> stream;
    if (scratch_.free_streams.empty()) {
        stream = std::make_unique<Stream>();
    } else {
        stream = std::move(scratch_.free_streams.back());
        scratch_.free_streams.pop_back();
    }
    stream->id = id;
    stream->send_window = peer_window_;
    stream->receive_window = stream->window_target = stream_target_;
    // Deviates: RFC 9218 4.2 takes silence for "not incremental". A client that says nothing of
    // priorities at all expects its downloads side by side.
    stream->priority.incremental = true;
    streams_.insert(position(streams_, id), stream.get());
    return *stream.release();
}

void Session::forget_if_over(Stream& stream) {
    if (!stream.released || !stream.closed()) return;
    order_.remove(stream);
    if (stream.id % 2 == 0) --pushed_;
    closed_[closed_count_++ % closed_.size()] = stream.id;
    streams_.erase(position(streams_, stream.id));
    std::unique_ptr<Stream> over(&stream);
    if (scratch_.free_streams.size() >= kKeptStreams) return;
    SendQueue queue = std::move(over->queue);  // keeps its capacity
    queue.clear();
    *over = Stream{};
    over->queue = std::move(queue);
    scratch_.free_streams.push_back(std::move(over));
}

/// RFC 9113 5.1.1: ids grow, so what is above the last one is idle.
bool Session::is_idle(std::uint32_t id) const noexcept {
    return id % 2 == 0 ? id >= next_push_ : id > last_id_;
}

void Session::note_reset(std::uint32_t id) {
    if (recent_.size() == kRememberedResets) recent_.erase(recent_.begin());
    recent_.push_back(id);
}

bool Session::was_reset_by_us(std::uint32_t id) const noexcept {
    return std::find(recent_.begin(), recent_.end(), id) != recent_.end();
}

bool Session::was_closed(std::uint32_t id) const noexcept {
    return std::find(closed_.begin(), closed_.end(), id) != closed_.end();
}

// ---- errors

Event Session::connection_error(ErrorCode code, std::string_view text, std::string& out) {
    if (state_ != State::Failed) {
        // RFC 9113 6.8: the number never grows.
        append_go_away(out, std::min(last_id_, refused_from_), code, text);
        state_ = State::Failed;
        error_ = Error::peer(Errc::Malformed, 400, text);
        error_.wire_code = static_cast<std::uint32_t>(code);
    }
    Event event;
    event.kind = Event::Kind::Error;
    event.code = code;
    event.error = error_;
    return event;
}

/// RFC 9113 5.4.2. `stream` may be null: it was never made, or is gone.
Session::Told Session::stream_error(std::uint32_t id, Stream* stream, ErrorCode code,
                                    std::string& out) {
    // CVE-2025-8671: resets that the peer provokes count as its own.
    if (!resets_.spend(now_))
        return connection_error(ErrorCode::EnhanceYourCalm, "too many streams reset", out);
    append_rst_stream(out, id, code);
    note_reset(id);
    if (!stream || stream->was_reset) return std::nullopt;
    stream->was_reset = true;
    drop_queue(*stream);
    Event event;
    event.kind = Event::Kind::Reset;
    event.stream = stream;
    event.code = code;
    if (!stream->released) return event;
    forget_if_over(*stream);
    return std::nullopt;
}

void Session::reset(Stream& stream, ErrorCode code, std::string& out) {
    if (stream.closed()) return;
    append_rst_stream(out, stream.id, code);
    if (!stream.remote_closed) note_reset(stream.id);
    stream.was_reset = true;
    drop_queue(stream);
    forget_if_over(stream);
}

void Session::release(Stream& stream, std::uint64_t discard, std::string& out) {
    stream.released = true;
    stream.owner = nullptr;
    stream.discard = discard;
    // What is announced and too much need not be waited for.
    if (!stream.remote_closed && stream.expected >= 0 &&
        static_cast<std::uint64_t>(stream.expected) - stream.received > discard)
        stream.discard = 0;
    if (!stop_request(stream, out)) forget_if_over(stream);
}

/// RFC 9113 8.1: the answer is complete, and the rest of the request is not wanted. Returns: true
/// when the stream is gone.
bool Session::stop_request(Stream& stream, std::string& out) {
    if (!stream.released || !stream.local_closed || stream.remote_closed || stream.discard > 0)
        return false;
    const bool was_open = !stream.was_reset;
    reset(stream, ErrorCode::NoError, out);
    return was_open;
}

// ---- ending

void Session::announce_end(std::string& out) {
    if (std::exchange(end_announced_, true) || failed()) return;
    append_go_away(out, kStreamIdMask, ErrorCode::NoError, {});
}

void Session::refuse_new(std::string& out) {
    if (std::exchange(refuses_new_, true) || failed()) return;
    refused_from_ = last_id_;
    append_go_away(out, last_id_, ErrorCode::NoError, {});
}

void Session::fail(ErrorCode code, std::string_view text, std::string& out) {
    (void)connection_error(code, text, out);
}

}  // namespace pottle::h2
