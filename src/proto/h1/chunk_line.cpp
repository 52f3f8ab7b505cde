// SPDX-License-Identifier: MIT
#include "chunk_line.hpp"

#include "violations.hpp"

#include <pottle/http/token.hpp>

#include <limits>

namespace pottle::h1 {

namespace {

void skip_white_space(std::string_view& text) noexcept {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

bool skip_token(std::string_view& text) noexcept {
    const std::size_t length = http::token_length(text);
    text.remove_prefix(length);
    return length > 0;
}

/// quoted-string of RFC 9110 5.6.4; control bytes cannot occur here.
bool skip_quoted_string(std::string_view& text) noexcept {
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            text.remove_prefix(at + 1);
            return true;
        }
    }
    return false;
}

/// *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
bool are_valid_extensions(std::string_view text) noexcept {
    while (!text.empty()) {
        skip_white_space(text);
        if (!text.starts_with(';')) return false;  // white space before the CR LF too
        text.remove_prefix(1);
        skip_white_space(text);
        if (!skip_token(text)) return false;
        std::string_view after_name = text;
        skip_white_space(after_name);
        if (!after_name.starts_with('=')) continue;
        text = after_name.substr(1);
        skip_white_space(text);
        if (!(text.starts_with('"') ? skip_quoted_string(text) : skip_token(text))) return false;
    }
    return true;
}

}  // namespace

const Error* parse_chunk_line(std::string_view line, ChunkLine& chunk) noexcept {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    std::size_t digits = 0;
    chunk.size = 0;
    for (; digits < line.size(); ++digits) {
        const int digit = ascii::hex_value(line[digits]);
        if (digit < 0) break;
        if (chunk.size > kMax >> 4) return &violations::kChunkSize;  // RFC 9112 7.1: no overflow
        chunk.size = chunk.size << 4 | static_cast<std::uint64_t>(digit);
    }
    if (digits == 0) return &violations::kChunkSize;
    chunk.extension_bytes = static_cast<std::uint32_t>(line.size() - digits);
    return are_valid_extensions(line.substr(digits)) ? nullptr : &violations::kChunkExtension;
}

}  // namespace pottle::h1
