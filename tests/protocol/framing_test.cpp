// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

/// POST /echo answers with the content.
std::string post(std::string_view fields, std::string_view body = {},
                 std::string_view line = "POST /echo HTTP/1.1") {
    return std::string(line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body, std::string_view line = "POST /echo HTTP/1.1") {
    return post("Transfer-Encoding: chunked\r\n", body, line);
}

}  // namespace

TEST_CASE("wire: a Content-Length is digits alone, once (RFC 9110 8.6, RFC 9112 6.3)") {
    std::vector<Row> rows{
        {post("Content-Length: 5\r\n", "hello"), "200=hello"},
        {post("content-length:5\r\n", "hello"), "200=hello"},
        {post("Content-Length: \t5 \t\r\n", "hello"), "200=hello"},
        {post("Content-Length: 005\r\n", "hello"), "200=hello"},
        {post("Content-Length: 0\r\n"), "200="},
        {post(""), "200="},  // RFC 9112 6.3 rule 7
        {post("Content-Length: 5\r\n", "hell\r"), "200=hell\\r"},
        {post("Content-Length: 4\r\n", "\0\r\n\xff"s), "200=\\x00\\r\\n\\xff"},
        {post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400 close"},
        {post("Content-Length: 0\r\nContent-Length: 5\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\r\nContent-Length:\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\r\ncontent-length: 5\r\n", "hello"), "400 close"},
        {post("Content-Length : 5\r\n", "hello"), "400 close"},
        {post("Content-Length\t: 5\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\r\n 0\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\rX: y\r\n", "hello"), "400 close"},
        {post("Content-Length: 5\0\r\n"s, "hello"), "400 close"},
        // A different name: then there is no content, and what follows is the next request's
        // method.
        {post("Content_Length: 5\r\n", "hello"), "200= 405 close"},
        {post("X-Content-Length: 5\r\n", "hello"), "200= 405 close"},
    };
    for (const char* bad : {"",
                            "-5",
                            "+5",
                            "5, 5",
                            "5,5",
                            "5;5",
                            "5 5",
                            "5 ;",
                            "5,",
                            ",5",
                            "0x5",
                            "5x",
                            "x5",
                            "5.0",
                            "5e0",
                            "'5'",
                            "\"5\"",
                            "(5)",
                            "five",
                            "-0",
                            "+0",
                            "--5",
                            "5-",
                            "1_0",
                            "\xd9\xa5",
                            "5\xc2\xa0",
                            "9223372036854775808",
                            "18446744073709551615",
                            "18446744073709551616",
                            "18446744073709551621",
                            "99999999999999999999999999999999999999",
                            "NaN",
                            "0b101",
                            "05h"})
        rows.push_back({post("Content-Length: "s + bad + "\r\n", "hello"), "400 close"});
    check(default_site(), rows);
}

TEST_CASE("wire: Transfer-Encoding is chunked or refused (RFC 9112 6.1, 6.3)") {
    const std::string_view body = "5\r\nhello\r\n0\r\n\r\n";
    std::vector<Row> rows{
        {chunked(body), "200=hello"},
        {post("transfer-encoding:chunked\r\n", body), "200=hello"},
        {post("Transfer-Encoding: CHUNKED\r\n", body), "200=hello"},
        {post("Transfer-Encoding: \tChunked\t \r\n", body), "200=hello"},
        {post("Transfer-Encoding: chunked\r\n", body, "POST /echo HTTP/1.0"), "400 close"},
        {post("Transfer-Encoding: gzip, chunked\r\n", body), "501 close"},
        {post("Transfer-Encoding: deflate,chunked\r\n", body), "501 close"},
        {post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", body), "501 close"},
        {post("Transfer-Encoding: identity, chunked\r\n", body), "501 close"},
        {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body), "400 close"},
        {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", body), "400 close"},
        {post("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", body), "400 close"},
        {post("Transfer-Encoding : chunked\r\n", body), "400 close"},
        {post("Transfer-Encoding\t: chunked\r\n", body), "400 close"},
        {post(" Transfer-Encoding: chunked\r\n", body), "400 close"},
        {post("X: y\r\n Transfer-Encoding: chunked\r\n", body), "400 close"},
        {post("Transfer-Encoding:\r\n chunked\r\n", body), "400 close"},
        {post("Transfer-Encoding: chunked\0\r\n"s, body), "400 close"},
        {post("Transfer-Encoding: chunked\v\r\n", body), "400 close"},
        {post("Transfer-Encoding: \fchunked\r\n", body), "400 close"},
        {post("Transfer-Encoding: chunked\rX: y\r\n", body), "400 close"},
        {post("X: y\nTransfer-Encoding: chunked\r\n", body), "400 close"},
        {post("Transfer_Encoding: chunked\r\n", body), "200= 400 close"},
        {post("X-Transfer-Encoding: chunked\r\n", body), "200= 400 close"},
    };
    for (const char* bad : {"",
                            "identity",
                            "gzip",
                            "deflate",
                            "compress",
                            "xchunked",
                            "chunkedx",
                            "x-chunked",
                            "chunke",
                            "chun ked",
                            "\"chunked\"",
                            "'chunked'",
                            "chunked;",
                            "chunked;q=1",
                            "chunked; foo=\"bar\"",
                            "chunked, gzip",
                            "chunked, chunked",
                            "chunked,chunked",
                            "chunked, identity",
                            "chunked,",
                            "chunked\xa0",
                            "\xc2\xa0"
                            "chunked",
                            "chunked\xff",
                            "c\xc4\xa7unked",
                            "cow",
                            "none",
                            "5"})
        rows.push_back({post("Transfer-Encoding: "s + bad + "\r\n", body), "400 close"});
    check(default_site(), rows);
}

TEST_CASE("wire: Content-Length with Transfer-Encoding is refused in every order (RFC 9112 6.3)") {
    const std::string_view body = "5\r\nhello\r\n0\r\n\r\n";
    const std::string_view smuggled = "0\r\n\r\nGET /fail HTTP/1.1\r\nHost: a\r\n\r\n";
    std::vector<Row> rows;
    for (const char* length : {"0", "5", "15", "+5", "5, 5"}) {
        const std::string content_length = "Content-Length: "s + length + "\r\n";
        for (const char* coding : {"chunked", "Chunked", "identity", "xchunked", "",
                                   "gzip, chunked", "chunked, identity"}) {
            const std::string transfer = "Transfer-Encoding: "s + coding + "\r\n";
            rows.push_back({post(content_length + transfer, body), "400 close"});
            rows.push_back({post(transfer + content_length, body), "400 close"});
            rows.push_back({post(transfer + "X: y\r\n" + content_length, smuggled), "400 close"});
        }
    }
    check(default_site(), rows);
}

TEST_CASE("wire: chunks are size, extensions, CR LF, data, CR LF (RFC 9112 7.1)") {
    std::vector<Row> rows{
        {chunked("0\r\n\r\n"), "200="},
        {chunked("5\r\nhello\r\n0\r\n\r\n"), "200=hello"},
        {chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), "200=abc"},
        {chunked("A\r\n0123456789\r\n0\r\n\r\n"), "200=0123456789"},
        {chunked("a\r\n0123456789\r\n0\r\n\r\n"), "200=0123456789"},
        {chunked("0000005\r\nhello\r\n000\r\n\r\n"), "200=hello"},
        {chunked("2\r\n\r\n\r\n0\r\n\r\n"), "200=\\r\\n"},
        {chunked("5;a\r\nhello\r\n0;b\r\n\r\n"), "200=hello"},
        {chunked("5;a=b;c=\"d;\\\"e\"\r\nhello\r\n0\r\n\r\n"), "200=hello"},
        {chunked("5 ; a = b\r\nhello\r\n0\r\n\r\n"), "200=hello"},  // BWS
        {chunked("5\r\nhello\r\n0\r\nT: x\r\n\r\n"), "200=hello"},
        {chunked("5\r\nhello\r\n0\r\nT: x\r\nU:\r\n\r\n"), "200=hello"},
        // Data that are longer or shorter than their size.
        {chunked("5\r\nhelloX\r\n0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhell\r\n0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello\n0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello\r0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello\r\r\n0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello\n\r0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello \r\n0\r\n\r\n"), "400 close"},
        {chunked("5\nhello\r\n0\r\n\r\n"), "400 close"},
        {chunked("5\rhello\r\n0\r\n\r\n"), "400 close"},
        {chunked("5\r\nhello\r\n0\n\r\n"), "400 close"},
        {chunked("5\r\nhello\r\n0\r\n\n"), "400 close"},
        {chunked("5\r\nhello\r\n0\r\n\r\r\n"), "400 close"},
        {chunked("\r\n5\r\nhello\r\n0\r\n\r\n"), "400 close"},
        {chunked("hello"), "400 close"},
        // Trailers are fields too.
        {chunked("0\r\nT : x\r\n\r\n"), "400 close"},
        {chunked("0\r\n T: x\r\n\r\n"), "400 close"},
        {chunked("0\r\nT: x\r\n y\r\n\r\n"), "400 close"},
        {chunked("0\r\nT: x\ny\r\n\r\n"), "400 close"},
        {chunked("0\r\nT: x\0y\r\n\r\n"s), "400 close"},
        {chunked("0\r\nT\r\n\r\n"), "400 close"},
        {chunked("0\r\n: x\r\n\r\n"), "400 close"},
        {chunked("0\r\nHost: b\r\n\r\n"), "400 close"},
        {chunked("0\r\nContent-Length: 5\r\n\r\n"), "400 close"},
        {chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), "400 close"},
        {chunked("0\r\nAuthorization: x\r\n\r\n"), "400 close"},
    };
    for (const char* bad : {"",
                            " ",
                            "-5",
                            "+5",
                            "0x5",
                            "5h",
                            "5 ",
                            " 5",
                            "\t5",
                            "5\t",
                            "5 5",
                            "g",
                            "5.",
                            "5,5",
                            "5x",
                            "x5",
                            "0X5",
                            "5_0",
                            "FFFFFFFFFFFFFFFF",
                            "10000000000000005",
                            "8000000000000000",
                            "100000000000000000000000000000005",
                            ";a",
                            "5;",
                            "5;;a",
                            "5;a=",
                            "5;=b",
                            "5; ",
                            "5;a b",
                            "5;a=b c",
                            "5;a=\"b",
                            "5;a=\"b\"c",
                            "5;a\x80",
                            "5;(a)",
                            "5 a",
                            "5=a",
                            "\xef\xbc\x95"})
        rows.push_back({chunked(std::string(bad) + "\r\nhello\r\n0\r\n\r\n"), "400 close"});
    for (const char* control : {"\x01", "\x0b", "\x0c", "\x7f", "\r", "\n"}) {
        rows.push_back({chunked("5"s + control + "\r\nhello\r\n0\r\n\r\n"), "400 close"});
        rows.push_back({chunked("5;a"s + control + "\r\nhello\r\n0\r\n\r\n"), "400 close"});
    }
    rows.push_back({chunked("5;a\0\r\nhello\r\n0\r\n\r\n"s), "400 close"});
    check(default_site(), rows);
}

TEST_CASE("wire: every byte behind a chunk size ends it or is refused (RFC 9112 7.1)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (ascii::hex_value(c) >= 0) continue;
        INFO("byte: ", byte);
        CHECK(converse(default_site(), chunked("5"s + c + "\r\nhello\r\n0\r\n\r\n"), "400 close") ==
              "400 close");
    }
}

TEST_CASE("wire: content nobody reads never becomes a request (RFC 9112 9.3)") {
    const std::string inner = "GET /fail HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
    const std::string as_chunk = "1f\r\n" + inner + "\r\n0\r\n\r\n";
    REQUIRE(inner.size() == 0x1f);
    std::vector<Row> rows;
    for (const char* line : {"GET / HTTP/1.1", "POST /ignore HTTP/1.1", "GET /stream HTTP/1.1",
                             "GET /large HTTP/1.1", "OPTIONS * HTTP/1.1", "OPTIONS / HTTP/1.1"}) {
        rows.push_back({post(length, inner, line), "200"});
        rows.push_back({chunked(as_chunk, line), "200"});
    }
    rows.push_back({post(length, inner, "HEAD / HTTP/1.1"), "200h"});
    rows.push_back({post(length, inner, "GET /204 HTTP/1.1"), "204"});
    rows.push_back({post(length, inner, "GET /304 HTTP/1.1"), "304"});
    rows.push_back({post(length, inner, "GET /nowhere HTTP/1.1"), "404"});
    rows.push_back({post(length, inner, "PUT / HTTP/1.1"), "405"});
    rows.push_back({post(length, inner, "GET /fail HTTP/1.1"), "500"});
    rows.push_back({chunked(as_chunk, "GET /fail HTTP/1.1"), "500"});
    rows.push_back({post(length, inner, "GET /folder HTTP/1.1"), "308"});
    // What cannot be skipped to the end is the end of the connection.
    rows.push_back({chunked("5\r\nhello0\r\n\r\n", "POST /ignore HTTP/1.1"), "200 end"});
    rows.push_back({chunked("x\r\n\r\n" + inner, "POST /ignore HTTP/1.1"), "200 end"});
    check(default_site(), rows);
}
