// SPDX-License-Identifier: MIT
/// \file
/// The reader's state machine. What single lines mean stands in request_line, field_line,
/// head_facts and chunk_line.
#include "chunk_line.hpp"
#include "field_line.hpp"
#include "head_facts.hpp"
#include "line.hpp"
#include "request_line.hpp"

#include <pottle/base/require.hpp>
#include <pottle/http/request_fields.hpp>
#include <pottle/proto/h1/reader.hpp>

namespace pottle::h1 {

namespace {

/// RFC 9112 2.2 asks for one; some old clients send a CR LF after each body.
constexpr std::uint8_t kMaxEmptyLines = 4;

/// Where the CR of a line must stand at the latest so that CR LF end within `limit` bytes.
constexpr std::size_t stop_for(ByteCount limit) noexcept {
    return limit > 2 ? limit - 1 : 1;
}

}  // namespace

/// A header or trailer section and what bounds it.
struct Reader::Section {
    Head* head;              // receives the request line; null for trailers
    HeadScratch& scratch;    // receives the fields
    std::size_t stop;        // where the last CR must stand at the latest
    const Error& too_large;  // when it does not
    std::size_t max_fields;
};

Event Reader::next(std::string_view input, Head& head, HeadScratch& scratch) noexcept {
    if (state_ == State::Failed) return stalled();
    input.remove_prefix(std::min<std::size_t>(held_, input.size()));
    Event event = state_ == State::Head ? read_head(input, head, scratch) : step(input, scratch);
    if (event.kind != Event::Kind::NeedMore && event.kind != Event::Kind::Error) {
        event.consumed += held_;
        held_ = 0;
    }
    return event;
}

/// Behind the head.
Event Reader::step(std::string_view input, HeadScratch& scratch) noexcept {
    switch (state_) {
        case State::Body:
            return read_content(input, State::Ready);
        case State::ChunkEnd:
            if (!take_chunk_end(input)) return stalled();
            [[fallthrough]];
        case State::ChunkSize:
            if (!take_chunk_size(input)) return stalled();
            return step(input, scratch);
        case State::ChunkData:
            return read_content(input, State::ChunkEnd);
        case State::Trailers:
            return read_trailers(input, scratch);
        case State::Ready:
            state_ = State::Done;
            return {.kind = Event::Kind::End};
        case State::Head:
        case State::Done:
        case State::Failed:
            return {};
    }
    return {};
}

// ---- head and trailers ------------------------------------------------------------------------

Event Reader::read_head(std::string_view input, Head& head, HeadScratch& scratch) noexcept {
    const bool resumed = scanned_ != 0;
    if (!resumed && !skip_empty_lines(input)) {
        if (state_ == State::Failed) head = Head{};
        return stalled();
    }
    const Section section{&head, scratch, stop_for(limits_->head), violations::kHeadTooLarge,
                          std::min(limits_->fields, kMaxFields)};
    HeadFacts facts;
    const auto note = [&facts](const http::Field& field) noexcept -> const Error* {
        facts.note(field);
        return nullptr;
    };
    Scan scan = scan_section(input, section, note);
    if (scan == Scan::Complete && resumed) {
        // The lines that came earlier were views into input of that time: take them all again.
        facts = {};
        restart_scan();
        scan = scan_section(input, section, note);
    }
    if (scan == Scan::Failed) tell_method(input, head);
    if (scan != Scan::Complete) return stalled();
    if (const Error* violation = facts.conclude(head, scratch.known_host))
        return fail_with(*violation);

    const std::size_t consumed = scanned_;
    head.fields = {scratch.fields.data(), field_count_};
    head.octets = input.substr(0, consumed);
    restart_scan();
    framing_ = head.framing;
    remaining_ = head.content_length;
    body_limit_ = limits_->body;
    state_ = framing_ == Framing::Chunked ? State::ChunkSize
             : remaining_ > 0             ? State::Body
                                          : State::Ready;
    return {.kind = Event::Kind::Head, .consumed = consumed};
}

/// What a refused head still says about its method: the answer to HEAD has no content (RFC 9110
/// 9.3.2). The request line is read again because it may have come with earlier input.
void Reader::tell_method(std::string_view input, Head& head) const noexcept {
    head = Head{};
    const Line line = find_line_end(input, 0, limits_->request_line + 1);
    if (line.status == Line::Status::Complete)
        (void)parse_request_line(input.substr(0, line.end), head);
}

/// Holds CR LF in front of a request line (RFC 9112 2.2). False when there is nothing behind them
/// yet, or too many.
bool Reader::skip_empty_lines(std::string_view& input) noexcept {
    while (input.starts_with("\r\n")) {
        if (++empty_lines_ > kMaxEmptyLines) {
            refuse(violations::kTooManyEmptyLines);
            return false;
        }
        held_ += 2;
        input.remove_prefix(2);
    }
    return !input.empty() && input != "\r";
}

/// Reads lines up to and with the empty one. Afterwards scanned_ is the size of the section when it
/// is complete, and the place to go on from when it is not.
template <class Note>
Reader::Scan Reader::scan_section(std::string_view input, const Section& section,
                                  Note note) noexcept {
    std::size_t start = line_start_;
    std::size_t from = scanned_;
    std::size_t fields = field_count_;
    while (true) {
        const bool is_request_line = section.head != nullptr && start == 0;
        const std::size_t stop =
            is_request_line ? std::min(limits_->request_line + 1, section.stop) : section.stop;
        const Line line = find_line_end(input, from, stop);
        if (line.status != Line::Status::Complete) [[unlikely]] {
            if (line.status == Line::Status::Malformed) return refuse(*line.violation);
            if (line.status == Line::Status::TooLong)
                return refuse(is_request_line ? violations::kTargetTooLong : section.too_large);
            line_start_ = static_cast<std::uint32_t>(start);
            scanned_ = static_cast<std::uint32_t>(line.end);
            field_count_ = static_cast<std::uint16_t>(fields);
            return Scan::Incomplete;
        }
        const std::string_view text = input.substr(start, line.end - start);
        start = from = line.end + 2;
        if (is_request_line) {
            if (const Error* violation = parse_request_line(text, *section.head))
                return refuse(*violation);
            continue;
        }
        if (text.empty()) break;
        if (fields == section.max_fields) return refuse(violations::kTooManyFields);
        http::Field& field = section.scratch.fields[fields++];
        if (const Error* violation = parse_field_line(text, field)) return refuse(*violation);
        if (const Error* violation = note(field)) return refuse(*violation);
    }
    scanned_ = static_cast<std::uint32_t>(start);
    field_count_ = static_cast<std::uint16_t>(fields);
    return Scan::Complete;
}

void Reader::restart_scan() noexcept {
    scanned_ = 0;
    line_start_ = 0;
    field_count_ = 0;
}

Event Reader::read_trailers(std::string_view input, HeadScratch& scratch) noexcept {
    const bool resumed = scanned_ != 0;
    const Section section{nullptr, scratch, stop_for(limits_->trailers),
                          violations::kTrailersTooLarge, std::min(limits_->fields, kMaxFields)};
    const auto note = [](const http::Field& field) noexcept -> const Error* {
        return http::is_forbidden_trailer(field.name) ? &violations::kTrailerForbidden : nullptr;
    };
    Scan scan = scan_section(input, section, note);
    if (scan == Scan::Complete && resumed) {
        restart_scan();
        scan = scan_section(input, section, note);
    }
    if (scan != Scan::Complete) return stalled();
    const Event event{.kind = Event::Kind::End,
                      .consumed = scanned_,
                      .trailers = {scratch.fields.data(), field_count_}};
    restart_scan();
    state_ = State::Done;
    return event;
}

// ---- content ----------------------------------------------------------------------------------

/// Content of the announced length or of one chunk.
Event Reader::read_content(std::string_view input, State after) noexcept {
    if (exceeds_body_limit(remaining_)) return fail_with(violations::kBodyTooLarge);
    if (input.empty()) return {};
    const std::string_view data =
        input.substr(0, std::min<std::uint64_t>(input.size(), remaining_));
    remaining_ -= data.size();
    received_ += data.size();
    if (remaining_ == 0) state_ = after;
    return {.kind = Event::Kind::Data, .consumed = data.size(), .data = data};
}

/// Holds the CR LF behind a chunk's data.
bool Reader::take_chunk_end(std::string_view& input) noexcept {
    static constexpr std::string_view kLineEnd = "\r\n";
    if (!kLineEnd.starts_with(input.substr(0, 2))) {
        refuse(violations::kChunkEnd);
        return false;
    }
    if (input.size() < 2) return false;
    held_ += 2;
    input.remove_prefix(2);
    state_ = State::ChunkSize;
    return true;
}

/// Holds the line in front of a chunk.
bool Reader::take_chunk_size(std::string_view& input) noexcept {
    const Line line = find_line_end(input, scanned_, limits_->chunk_line + 1);
    if (line.status != Line::Status::Complete) {
        if (line.status == Line::Status::Malformed) refuse(*line.violation);
        if (line.status == Line::Status::TooLong) refuse(violations::kChunkExtensionsTooLarge);
        scanned_ = static_cast<std::uint32_t>(line.end);
        return false;
    }
    ChunkLine chunk;
    if (const Error* violation = parse_chunk_line(input.substr(0, line.end), chunk)) {
        refuse(*violation);
        return false;
    }
    extension_bytes_ += chunk.extension_bytes;
    if (extension_bytes_ > limits_->chunk_extensions) {
        refuse(violations::kChunkExtensionsTooLarge);
        return false;
    }
    scanned_ = 0;
    held_ += static_cast<std::uint32_t>(line.end + 2);
    input.remove_prefix(line.end + 2);
    remaining_ = chunk.size;
    state_ = chunk.size == 0 ? State::Trailers : State::ChunkData;
    return true;
}

// ---- between events ---------------------------------------------------------------------------

/// What to report when a step went no further: it found a violation, or the end of the input.
Event Reader::stalled() const noexcept {
    if (state_ != State::Failed) return {};
    return {.kind = Event::Kind::Error, .error = *error_};
}

Reader::Scan Reader::refuse(const Error& violation) noexcept {
    state_ = State::Failed;
    error_ = &violation;
    return Scan::Failed;
}

Event Reader::fail_with(const Error& violation) noexcept {
    refuse(violation);
    return stalled();
}

bool Reader::exceeds_body_limit(std::uint64_t more) const noexcept {
    return body_limit_ != 0 && (received_ > body_limit_ || more > body_limit_ - received_);
}

Result<> Reader::set_body_limit(ByteCount limit) noexcept {
    body_limit_ = limit;
    if (exceeds_body_limit(remaining_)) return fail(violations::kBodyTooLarge);
    return {};
}

void Reader::next_message() {
    POTTLE_REQUIRE(message_done(), "next_message() before the end of a message");
    restart_scan();
    remaining_ = 0;
    received_ = 0;
    extension_bytes_ = 0;
    empty_lines_ = 0;
    framing_ = Framing::None;
    state_ = State::Head;
}

}  // namespace pottle::h1
