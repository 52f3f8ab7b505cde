// SPDX-License-Identifier: MIT
#include "violations.hpp"

#include <pottle/base/require.hpp>
#include <pottle/proto/ws/deflate.hpp>

#include <algorithm>
#include <array>
#include <new>

#include <zlib.h>

namespace pottle::ws {

namespace {

/// What a sender takes from the end of every message (RFC 7692 7.2.1), and a receiver puts back.
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);
constexpr std::size_t kStep = 16 * 1024;
/// zlib makes no raw stream with a window of 2^8.
constexpr int kSmallestWindow = 9;

Bytef* octets(const char* text) noexcept {
    // zlib's input is not const by default, and is not written to.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text));
}

void feed(z_stream& stream, std::string_view input) noexcept {
    stream.next_in = octets(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
}

/// Inputs longer than zlib's counter go in pieces.
constexpr std::size_t kLongestInput = 1UL << 30;

}  // namespace

struct Inflater::State {
    z_stream stream{};
};

void Inflater::Free::operator()(State* state) const noexcept {
    inflateEnd(&state->stream);
    delete state;
}

Result<> Inflater::inflate(std::string_view payload, std::string& out, ByteCount limit,
                           ContextTakeover takeover) {
    if (!state_) {
        auto state = std::make_unique<State>();
        if (inflateInit2(&state->stream, -window_bits_) != Z_OK) throw std::bad_alloc();
        state_.reset(state.release());
    }
    Result<> result{};
    while (result && !payload.empty()) {
        const std::string_view piece = payload.substr(0, kLongestInput);
        result = run(piece, out, limit);
        payload.remove_prefix(piece.size());
    }
    if (result) result = run(kTail, out, limit);
    if (!result || takeover == ContextTakeover::No) inflateReset(&state_->stream);
    return result;
}

Result<> Inflater::run(std::string_view payload, std::string& out, ByteCount limit) {
    z_stream& stream = state_->stream;
    std::array<char, kStep> step;
    feed(stream, payload);
    do {
        stream.next_out = octets(step.data());
        stream.avail_out = static_cast<uInt>(step.size());
        const int status = ::inflate(&stream, Z_SYNC_FLUSH);
        const std::size_t made = step.size() - stream.avail_out;
        if (made > limit - std::min(out.size(), limit)) return fail(violations::kTooLarge);
        out.append(step.data(), made);
        if (status == Z_STREAM_END) {
            // RFC 7692 7.2.3.4: a sender may end its stream and begin another in one message. The
            // window stays.
            inflateResetKeep(&stream);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return fail(violations::kNotDeflate);
        }
        // Z_BUF_ERROR: nothing is left to do, which is what the end of a piece looks like.
        if (status == Z_BUF_ERROR && made == 0) break;
    } while (stream.avail_in > 0 || stream.avail_out == 0);
    return {};
}

struct Deflater::State {
    z_stream stream{};
};

void Deflater::Free::operator()(State* state) const noexcept {
    deflateEnd(&state->stream);
    delete state;
}

void Deflater::deflate(std::string_view payload, std::string& out, ContextTakeover takeover) {
    if (!state_) {
        auto state = std::make_unique<State>();
        const bool tiny = window_bits_ < kSmallestWindow;
        // Run lengths look back by one byte only, which every window has.
        if (deflateInit2(&state->stream, level_, Z_DEFLATED,
                         -std::max(window_bits_, kSmallestWindow), memory_level_,
                         tiny ? Z_RLE : Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
        state_.reset(state.release());
    }
    z_stream& stream = state_->stream;
    std::array<char, kStep> step;
    do {
        const std::string_view piece = payload.substr(0, kLongestInput);
        payload.remove_prefix(piece.size());
        feed(stream, piece);
        do {
            stream.next_out = octets(step.data());
            stream.avail_out = static_cast<uInt>(step.size());
            ::deflate(&stream, payload.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH);
            out.append(step.data(), step.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    } while (!payload.empty());
    POTTLE_REQUIRE(out.ends_with(kTail), "a flushed deflate stream ends with an empty block");
    out.resize(out.size() - kTail.size());
    if (takeover == ContextTakeover::No) forget();
}

void Deflater::forget() noexcept {
    if (state_) deflateReset(&state_->stream);
}

}  // namespace pottle::ws
