// SPDX-License-Identifier: MIT
#include "blank_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace {

/// Counts `piece` as the server does: in a buffer that is zero up to a whole block.
std::size_t count(bench::BlankLines& lines, std::string_view piece) {
    std::string buffer{piece};
    buffer.resize(piece.size() + bench::kBlock);
    return lines.count(buffer.data(), piece.size());
}

std::string requests(std::size_t number) {
    std::string text;
    for (std::size_t i = 0; i < number; ++i)
        text += "GET /" + std::string(i % 67, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    return text;
}

}  // namespace

TEST_CASE("BlankLines: counts a request where its blank line ends") {
    bench::BlankLines lines;
    CHECK(count(lines, "GET / HTTP/1.1\r\nHost: a\r\n\r") == 0);
    CHECK(count(lines, "\n") == 1);
    CHECK(count(lines, "GET / HTTP/1.1\r\n\r\n") == 1);
}

TEST_CASE("BlankLines: counts the same whole, byte by byte and in random pieces") {
    const std::string text = requests(200);
    bench::BlankLines whole;
    CHECK(count(whole, text) == 200);
    std::mt19937 random{1};
    for (const std::size_t longest : {1U, 2U, 3U, 65U, 200U}) {
        bench::BlankLines lines;
        std::size_t total = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = std::min(text.size() - at, 1 + random() % longest);
            total += count(lines, std::string_view{text}.substr(at, size));
            at += size;
        }
        CHECK(total == 200);
    }
}
