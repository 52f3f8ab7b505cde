// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <pottle/base/ascii.hpp>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include <doctest/doctest.h>

namespace pottle::test {

namespace {

constexpr std::string_view kSentinel =
    "GET /sentinel HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n";

struct Answer {
    int status = 0;
    std::string_view head;
    std::string content;
    bool says_close = false;
};

/// The next word of a Row's expectation, without its '='-part, and whether it has one.
struct Word {
    std::string_view text;
    bool shows_content = false;
};

Word next_word(std::string_view& expected) {
    const std::size_t end = std::min(expected.find(' '), expected.size());
    std::string_view text = expected.substr(0, end);
    expected.remove_prefix(std::min(end + 1, expected.size()));
    const std::size_t equals = text.find('=');
    return {text.substr(0, equals), equals != text.npos};
}

/// Values of the fields of that name, joined with ", "; absent: none.
std::optional<std::string> field(std::string_view head, std::string_view name) {
    std::optional<std::string> value;
    for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
        const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        const std::size_t colon = line.find(':');
        if (colon == line.npos || !ascii::iequals(line.substr(0, colon), name)) continue;
        value = (value ? *value + ", " : "") + std::string(ascii::trim(line.substr(colon + 1)));
    }
    return value;
}

/// Takes a chunked body off the front. False when it is not one.
bool take_chunked(std::string_view& bytes, std::string& content) {
    for (;;) {
        const std::size_t line = bytes.find("\r\n");
        if (line == bytes.npos) return false;
        const std::size_t size =
            std::strtoul(std::string(bytes.substr(0, line)).c_str(), nullptr, 16);
        bytes.remove_prefix(line + 2);
        if (bytes.size() < size + 2 || bytes.substr(size, 2) != "\r\n") return false;
        content += bytes.substr(0, size);
        bytes.remove_prefix(size + 2);
        if (size == 0) return true;
    }
}

/// What every answer must be, whatever the request was.
void check_head(const Answer& answer) {
    const bool informational = answer.status < 200;
    const bool has_length = field(answer.head, "content-length").has_value();
    const bool chunked = field(answer.head, "transfer-encoding").has_value();
    CHECK(answer.head.starts_with("HTTP/1.1 "));
    CHECK_FALSE((has_length && chunked));
    if (informational || answer.status == 204) CHECK_FALSE((has_length || chunked));
    if (!informational) CHECK(field(answer.head, "date").value_or("").ends_with(" GMT"));
    if (answer.status == 405) CHECK(field(answer.head, "allow"));
    for (const char c : answer.head)
        CHECK_MESSAGE((c == '\r' || c == '\n' || (c >= 0x20 && c < 0x7f)), visible(answer.head));
}

/// Takes one answer off the front; none when the bytes are not one.
std::optional<Answer> take_answer(std::string_view& bytes, std::string_view kind) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == bytes.npos || bytes.size() < 12) return std::nullopt;
    Answer answer;
    answer.head = bytes.substr(0, end + 2);
    answer.status = std::atoi(std::string(bytes.substr(9, 3)).c_str());
    answer.says_close = field(answer.head, "connection") == "close";
    bytes.remove_prefix(end + 4);
    check_head(answer);
    if (kind.ends_with('h') || answer.status < 200 || answer.status == 204 || answer.status == 304)
        return answer;
    if (field(answer.head, "transfer-encoding"))
        return take_chunked(bytes, answer.content) ? std::optional(answer) : std::nullopt;
    std::size_t size = bytes.size();
    if (const auto length = field(answer.head, "content-length")) {
        size = static_cast<std::size_t>(std::atoll(length->c_str()));
        if (size > bytes.size()) return std::nullopt;
    } else if (!kind.ends_with('c')) {
        return std::nullopt;
    }
    answer.content = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return answer;
}

void send_in(Client& client, std::string_view wire, Pieces pieces) {
    const std::size_t piece = pieces == Pieces::Whole    ? wire.size()
                              : pieces == Pieces::Halves ? wire.size() / 2 + 1
                                                         : 1;
    for (std::size_t at = 0; at < wire.size(); at += piece) client.send(wire.substr(at, piece));
}

std::string transcribe(Client& client, std::string_view expected) {
    const std::string received = client.read_all();
    std::string_view rest = received;
    std::string words;
    bool says_close = false;
    while (!rest.empty()) {
        const Word word = next_word(expected);
        const auto answer = take_answer(rest, word.text);
        if (!answer) return words + "unreadable: " + visible(rest);
        if (answer->content == "sentinel" && rest.empty()) return words;
        if (!words.empty()) words += ' ';
        words += std::to_string(answer->status);
        if (word.text.ends_with('h') || word.text.ends_with('c')) words += word.text.back();
        if (word.shows_content) words += "=" + visible(answer->content);
        says_close = answer->says_close;
    }
    if (!words.empty()) words += ' ';
    return words + (!client.at_end() ? "hangs" : says_close ? "close" : "end");
}

}  // namespace

std::string visible(std::string_view bytes) {
    std::string text;
    for (const char c : bytes.substr(0, 400)) {
        char escaped[8];
        if (c == '\r')
            text += "\\r";
        else if (c == '\n')
            text += "\\n";
        else if (c >= 0x20 && c < 0x7f)
            text += c;
        else
            text.append(escaped, static_cast<std::size_t>(std::snprintf(
                                     escaped, sizeof escaped, "\\x%02x",
                                     static_cast<unsigned>(static_cast<unsigned char>(c)))));
    }
    return text;
}

std::string converse(const Site& site, std::string_view wire, std::string_view expected,
                     Pieces pieces) {
    Client client(site.port());
    REQUIRE(client.connected());
    send_in(client, std::string(wire).append(kSentinel), pieces);
    return transcribe(client, expected);
}

std::string converse_and_finish(const Site& site, std::string_view wire,
                                std::string_view expected) {
    Client client(site.port());
    REQUIRE(client.connected());
    client.send(wire);
    client.half_close();
    return transcribe(client, expected);
}

void check(const Site& site, std::span<const Row> rows) {
    for (const Row& row : rows) {
        INFO("request: ", visible(row.wire));
        CHECK(converse(site, row.wire, row.expected) == row.expected);
        CHECK(converse(site, row.wire, row.expected, Pieces::Halves) == row.expected);
        if (row.wire.size() <= 400)
            CHECK(converse(site, row.wire, row.expected, Pieces::Bytes) == row.expected);
    }
}

}  // namespace pottle::test
