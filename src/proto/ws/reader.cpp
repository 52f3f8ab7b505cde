// SPDX-License-Identifier: MIT
#include "mask.hpp"
#include "violations.hpp"

#include <pottle/base/utf8.hpp>
#include <pottle/proto/ws/reader.hpp>

#include <algorithm>
#include <limits>

namespace pottle::ws {

namespace {

constexpr unsigned kFin = 0x80;
constexpr unsigned kRsv1 = 0x40;
constexpr unsigned kRsv2And3 = 0x30;
constexpr unsigned kOpcodeBits = 0x0F;
constexpr unsigned kMaskBit = 0x80;
constexpr unsigned kLengthBits = 0x7F;
constexpr std::size_t kMaskSize = 4;
/// Deflate makes what it cannot compress at most this much longer: 5 octets for each stored block,
/// and zlib's are never shorter than 256.
constexpr ByteCount deflate_bound(ByteCount size) {
    return size + size / 50 + 64;
}

unsigned octet(std::string_view text, std::size_t at) noexcept {
    return static_cast<unsigned char>(text[at]);
}

std::uint64_t read_big_endian(std::string_view octets) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets.size(); ++i) value = value << 8 | octet(octets, i);
    return value;
}

/// Octets of the extended length behind the two that every frame begins with.
std::size_t extended_length(unsigned second) noexcept {
    const unsigned length = second & kLengthBits;
    return length < 126 ? 0 : length == 126 ? 2 : 8;
}

std::size_t header_length(unsigned second) noexcept {
    return 2 + extended_length(second) + ((second & kMaskBit) != 0 ? kMaskSize : 0);
}

bool is_known(Opcode opcode) noexcept {
    switch (opcode) {
        case Opcode::Continuation:
        case Opcode::Text:
        case Opcode::Binary:
        case Opcode::Close:
        case Opcode::Ping:
        case Opcode::Pong:
            return true;
    }
    return false;
}

}  // namespace

bool Utf8Stream::feed(std::string_view piece) noexcept {
    while (pending_size_ > 0 && !piece.empty()) {
        pending_[pending_size_++] = piece.front();
        piece.remove_prefix(1);
        const std::string_view character(pending_.data(), pending_size_);
        if (utf8::is_incomplete(character)) continue;
        if (!utf8::is_valid(character)) return false;
        pending_size_ = 0;
    }
    const std::string_view rest = piece.substr(utf8::valid_prefix(piece));
    if (rest.empty()) return true;
    if (!utf8::is_incomplete(rest)) return false;
    std::ranges::copy(rest, pending_.begin());
    pending_size_ = static_cast<std::uint8_t>(rest.size());
    return true;
}

Event Reader::next(std::string_view input) {
    Event event;
    const std::size_t size = input.size();
    while (state_ == State::Header || state_ == State::Payload) {
        if (state_ == State::Header && !read_header(input)) break;
        if (!read_payload(input)) break;
        if (finish_frame(event)) {
            event.consumed = size - input.size();
            return event;
        }
    }
    event.consumed = state_ == State::Failed ? 0 : size;
    if (state_ == State::Failed) {
        event.kind = Event::Kind::Error;
        event.error = *error_;
    }
    return event;
}

bool Reader::violate(const Error& violation) noexcept {
    state_ = State::Failed;
    error_ = &violation;
    message_ = std::string();
    return false;
}

// ---- headers

/// Takes header bytes. Returns: true when the header is complete and its frame may come.
bool Reader::read_header(std::string_view& input) {
    if (header_size_ == 0 && input.size() >= 2) {  // the whole header at once, mostly
        const std::size_t length = header_length(octet(input, 1));
        if (input.size() >= length) {
            const std::string_view header = input.substr(0, length);
            input.remove_prefix(length);
            return check_start(octet(header, 0), octet(header, 1)) && start_frame(header);
        }
    }
    while (!input.empty()) {
        header_[header_size_++] = input.front();
        input.remove_prefix(1);
        if (header_size_ < 2) continue;
        const std::string_view header(header_.data(), header_size_);
        if (header_size_ == 2 && !check_start(octet(header, 0), octet(header, 1))) return false;
        if (header_size_ < header_length(octet(header, 1))) continue;
        header_size_ = 0;
        return start_frame(header);
    }
    return false;
}

/// What the first two bytes say already.
bool Reader::check_start(unsigned first, unsigned second) {
    const auto opcode = static_cast<Opcode>(first & kOpcodeBits);
    if ((first & kRsv2And3) != 0) return violate(violations::kReservedBits);
    if (!is_known(opcode)) return violate(violations::kReservedOpcode);
    const bool masked = (second & kMaskBit) != 0;
    // RFC 6455 5.1.
    if (role_ == Role::Server && !masked) return violate(violations::kNotMasked);
    if (role_ == Role::Client && masked) return violate(violations::kMasked);
    const bool compressed = (first & kRsv1) != 0;
    final_ = (first & kFin) != 0;
    frame_ = opcode;
    if (!is_control(opcode)) return check_data_start(opcode, compressed);
    // RFC 7692 6.1: control frames are not compressed.
    if (compressed) return violate(violations::kReservedBits);
    if (!final_) return violate(violations::kControlFragmented);
    if ((second & kLengthBits) > kMaxControlPayload) return violate(violations::kControlTooLong);
    control_.clear();
    return true;
}

bool Reader::check_data_start(Opcode opcode, bool compressed) {
    const bool goes_on = kind_ != Opcode::Continuation;
    if (opcode == Opcode::Continuation) {
        // RFC 7692 6.1: the bit stands on the first frame of a message.
        if (compressed) return violate(violations::kReservedBits);
        return goes_on || violate(violations::kNothingToContinue);
    }
    if (goes_on) return violate(violations::kUnfinished);
    if (compressed && !inflater_) return violate(violations::kReservedBits);
    kind_ = opcode;
    compressed_ = compressed;
    message_.clear();
    utf8_.reset();
    return true;
}

/// Length and mask of a complete header.
bool Reader::start_frame(std::string_view header) {
    const std::size_t extended = extended_length(octet(header, 1));
    remaining_ = extended == 0 ? octet(header, 1) & kLengthBits
                               : read_big_endian(header.substr(2, extended));
    if (extended == 2 && remaining_ < 126) return violate(violations::kLengthNotMinimal);
    if (extended == 8 && remaining_ <= 0xFFFF) return violate(violations::kLengthNotMinimal);
    if (remaining_ > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return violate(violations::kLength);
    if (!is_control(frame_)) {
        const ByteCount limit = compressed_ ? deflate_bound(limits_->message) : limits_->message;
        if (remaining_ > limit || message_.size() > limit - remaining_)
            return violate(violations::kTooLarge);
    }
    if (role_ == Role::Server) std::ranges::copy(header.substr(2 + extended), mask_.begin());
    mask_phase_ = 0;
    state_ = State::Payload;
    return true;
}

// ---- payload

/// Takes payload bytes. Returns: true when the frame is complete.
bool Reader::read_payload(std::string_view& input) {
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    if (count > 0) {
        std::string& out = is_control(frame_) ? control_ : message_;
        const std::size_t before = out.size();
        append_unmasked(out, input.substr(0, count));
        input.remove_prefix(count);
        remaining_ -= count;
        const bool text = !is_control(frame_) && kind_ == Opcode::Text && !compressed_;
        // Invariant 3. RFC 6455 8.1.
        if (text && !utf8_.feed(std::string_view(out).substr(before)))
            return violate(violations::kNotUtf8);
    }
    return remaining_ == 0;
}

void Reader::append_unmasked(std::string& out, std::string_view piece) {
    if (role_ == Role::Client) {
        out.append(piece);
        return;
    }
    const std::size_t before = out.size();
    // resize_and_overwrite() grows to the size asked for; pieces of a long message need more.
    if (out.capacity() - before < piece.size())
        out.reserve(std::max(before + piece.size(), before * 2));
    out.resize_and_overwrite(before + piece.size(), [&](char* text, std::size_t size) {
        apply_mask(text + before, piece.data(), piece.size(), mask_, mask_phase_);
        return size;
    });
    mask_phase_ = static_cast<std::uint8_t>((mask_phase_ + piece.size()) % kMaskSize);
}

/// Returns: true when the frame is an event; false: go on, or failed.
bool Reader::finish_frame(Event& event) {
    state_ = State::Header;
    switch (frame_) {
        case Opcode::Ping:
        case Opcode::Pong:
            event.kind = frame_ == Opcode::Ping ? Event::Kind::Ping : Event::Kind::Pong;
            event.payload = control_;
            return true;
        case Opcode::Close:
            return finish_close(event);
        default:
            return final_ && finish_message(event);
    }
}

bool Reader::finish_message(Event& event) {
    if (compressed_) {
        std::string inflated;
        const Result<> result = inflater_->inflate(message_, inflated, limits_->message, takeover_);
        if (!result)
            return violate(result.error().wire_code == close_code::kTooLarge
                               ? violations::kTooLarge
                               : violations::kNotDeflate);
        message_ = std::move(inflated);
        if (kind_ == Opcode::Text && !utf8::is_valid(message_))
            return violate(violations::kNotUtf8);
    } else if (kind_ == Opcode::Text && !utf8_.complete()) {
        return violate(violations::kNotUtf8);
    }
    event.kind = Event::Kind::Message;
    event.opcode = std::exchange(kind_, Opcode::Continuation);
    return true;
}

bool Reader::finish_close(Event& event) {
    const std::string_view body = control_;
    event.code = close_code::kNoStatus;
    if (!body.empty()) {
        if (body.size() == 1) return violate(violations::kCloseOctet);
        event.code = static_cast<std::uint16_t>(read_big_endian(body.substr(0, 2)));
        // RFC 6455 7.4.2.
        if (!may_travel(event.code)) return violate(violations::kCloseCode);
        event.payload = body.substr(2);
        if (!utf8::is_valid(event.payload)) return violate(violations::kCloseReason);
    }
    event.kind = Event::Kind::Close;
    state_ = State::Closed;
    message_ = std::string();
    return true;
}

}  // namespace pottle::ws
