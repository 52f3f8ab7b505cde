// SPDX-License-Identifier: MIT
#include "payload.hpp"

#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>

#include <algorithm>
#include <limits>

#define ZLIB_CONST
#include <zlib.h>

namespace pottle::crypto {

namespace {

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

struct DeflateSize {
    int window_bits;
    int memory_level;
};

/// The smallest state that compresses as well as zlib's usual 256 KiB, which cost more to clear
/// than a cookie costs to compress: a window that holds the document, a buffer for its symbols.
DeflateSize deflate_size(std::size_t document) {
    if (document <= 500) return {10, 3};
    if (document <= 3500) return {12, 6};
    return {15, 8};
}

/// The zlib stream of `document`; empty when it would not be shorter than `max_size`.
std::string deflate(std::string_view document, std::size_t max_size) {
    const DeflateSize size = deflate_size(document.size());
    z_stream stream{};
    const int ready = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, size.window_bits,
                                   size.memory_level, Z_DEFAULT_STRATEGY);
    POTTLE_REQUIRE(ready == Z_OK, "zlib has memory for a stream");
    std::string out(max_size, '\0');
    stream.next_in = octets(document);
    stream.avail_in = static_cast<uInt>(document.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) return {};
    // The header of the usual window, as Python writes it: larger than needed is correct.
    out[0] = '\x78';
    out[1] = '\x9c';
    return out;
}

std::unexpected<Error> malformed() {
    return fail(Error::peer(Errc::Malformed, 400, "The signed payload is malformed."));
}
std::unexpected<Error> too_large() {
    return fail(Error::peer(Errc::TooLarge, 413, "The signed payload is too large."));
}

/// An inflater that cleans up.
class Inflater {
public:
    explicit Inflater(std::string_view compressed) {
        stream_.next_in = octets(compressed);
        stream_.avail_in = static_cast<uInt>(compressed.size());
        POTTLE_REQUIRE(inflateInit(&stream_) == Z_OK, "zlib has memory for a stream");
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Fills `out` from `begin` on. Returns: zlib's status.
    int fill(std::string& out, std::size_t begin) {
        stream_.next_out = reinterpret_cast<Bytef*>(out.data() + begin);
        stream_.avail_out = static_cast<uInt>(out.size() - begin);
        return ::inflate(&stream_, Z_NO_FLUSH);
    }
    std::size_t produced() const noexcept { return stream_.total_out; }
    bool input_used_up() const noexcept { return stream_.avail_in == 0; }

private:
    z_stream stream_{};
};

Result<std::string> inflate(std::string_view compressed, ByteCount max_size) {
    constexpr std::size_t kStep = 4096;
    Inflater inflater(compressed);
    std::string out;
    for (;;) {
        const std::size_t begin = out.size();
        // One byte over the limit tells too much from just enough.
        out.resize(std::min(std::max(begin * 2, kStep), max_size + 1));
        const int status = inflater.fill(out, begin);
        out.resize(inflater.produced());
        if (out.size() > max_size) return too_large();
        if (status == Z_STREAM_END) break;
        if (status != Z_OK || out.size() == begin) return malformed();
    }
    if (!inflater.input_used_up()) return malformed();
    return out;
}

}  // namespace

void append_payload(std::string& out, std::string_view document, ByteCount compress_above) {
    // itsdangerous compresses when that saves more than the dot that says so.
    if (document.size() > std::max<ByteCount>(compress_above, 2) &&
        document.size() <= std::numeric_limits<uInt>::max()) {
        const std::string compressed = deflate(document, document.size() - 2);
        if (!compressed.empty()) {
            out += '.';
            return append_base64url(out, compressed);
        }
    }
    append_base64url(out, document);
}

Result<std::string> read_payload(std::string_view text, ByteCount max_size) {
    const bool is_compressed = text.starts_with('.');
    if (is_compressed) text.remove_prefix(1);
    if (text.size() / 4 * 3 > max_size) return too_large();
    std::optional<std::string> octets = decode_base64url(text);
    if (!octets) return malformed();
    if (is_compressed) return inflate(*octets, max_size);
    return std::move(*octets);
}

}  // namespace pottle::crypto
