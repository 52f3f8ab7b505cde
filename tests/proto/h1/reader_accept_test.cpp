// SPDX-License-Identifier: MIT
/// \file
/// What the reader accepts and how it understands it. Tables of wire bytes and events; each row is
/// read whole, byte by byte and in random splits.
#include "trace.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h1;
using namespace std::string_view_literals;

namespace {

struct Row {
    std::string_view why;
    std::string_view wire;
    std::string_view events;
};

template <std::size_t N>
void check(const Row (&rows)[N], const Limits& limits = {}) {
    for (const Row& row : rows) {
        CAPTURE(row.why);
        CAPTURE(row.wire);
        CHECK(test::read_every_way(row.wire, limits).brief == row.events);
    }
}

}  // namespace

TEST_CASE("Reader: understands every form of request target (RFC 9112 3.2)") {
    static constexpr Row kRows[] = {
        {"origin", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"origin with query", "GET /p/q?x=1&y=2 HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/p/q query=x=1&y=2 host=a none keep-alive\nend\n"},
        {"second question mark belongs to the query", "GET /p?a?b HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/p query=a?b host=a none keep-alive\nend\n"},
        {"empty query", "GET /p? HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/p query= host=a none keep-alive\nend\n"},
        {"two slashes are a path, not an authority", "GET //b/c HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=//b/c query= host=a none keep-alive\nend\n"},
        {"percent-encoding is kept", "GET /%2e%2F%zz HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/%2e%2F%zz query= host=a none keep-alive\nend\n"},
        {"visible ASCII that browsers send unencoded",
         "GET /[a]|{b}^`\"<>\\ HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/[a]|{b}^`\"<>\\ query= host=a none keep-alive\nend\n"},
        {"absolute form wins over Host (RFC 9112 3.2.2)",
         "GET http://b:80/p?q HTTP/1.1\r\nHost: a\r\n\r\n",
         "GET 1.1 absolute path=/p query=q host=b:80 none keep-alive\nend\n"},
        {"absolute form without a path", "GET http://b HTTP/1.1\r\nHost: b\r\n\r\n",
         "GET 1.1 absolute path=/ query= host=b none keep-alive\nend\n"},
        {"absolute form with a query and no path", "GET http://b?q HTTP/1.1\r\nHost: b\r\n\r\n",
         "GET 1.1 absolute path=/ query=q host=b none keep-alive\nend\n"},
        {"schemes have no case (RFC 3986 3.1)", "GET HTTPS://b/ HTTP/1.1\r\nHost: b\r\n\r\n",
         "GET 1.1 absolute path=/ query= host=b none keep-alive\nend\n"},
        {"absolute form in HTTP/1.0 needs no Host", "GET http://b/ HTTP/1.0\r\n\r\n",
         "GET 1.0 absolute path=/ query= host=b none close\nend\n"},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
         "OPTIONS 1.1 asterisk path=* query= host=a none keep-alive\nend\n"},
        {"authority", "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n",
         "CONNECT 1.1 authority path= query= host=b:443 none keep-alive\nend\n"},
        {"authority with an IP literal", "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]\r\n\r\n",
         "CONNECT 1.1 authority path= query= host=[::1]:443 none keep-alive\nend\n"},
        {"methods have case: get is another method (RFC 9110 9.1)",
         "get / HTTP/1.1\r\nHost: a\r\n\r\n",
         "get 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"any token is a method", "M-SEARCH!#$ / HTTP/1.1\r\nHost: a\r\n\r\n",
         "M-SEARCH!#$ 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"32 letters of method", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.1\r\nHost: a\r\n\r\n",
         "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"higher minor version is 1.1 (RFC 9110 2.5)", "GET / HTTP/1.9\r\nHost: a\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
    };
    check(kRows);
}

TEST_CASE("Reader: accepts every valid Host (RFC 9110 7.2, RFC 3986 3.2.2)") {
    static constexpr std::string_view kHosts[] = {
        "a",
        "example.org",
        "EXAMPLE.org",
        "example.org.",
        "a:80",
        "a:",
        "a:0",
        "a:65535",
        "127.0.0.1",
        "127.0.0.1:8000",
        "1.2.3.4.5",
        "xn--bcher-kva.example",
        "under_score",
        "a-b",
        "a~b",
        "a%20b",
        "a!$&'()*+;=b",
        "[::1]",
        "[::1]:8080",
        "[::]",
        "[2001:db8::1]",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[::ffff:192.0.2.1]",
        "[1:2:3:4:5:6:192.0.2.1]",
        "[v1.fe:d]",
        "[FE80::A]:1",
    };
    for (const std::string_view host : kHosts) {
        CAPTURE(host);
        const std::string wire = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
        CHECK(test::read_every_way(wire).brief ==
              "GET 1.1 origin path=/ query= host=" + std::string(host) + " none keep-alive\nend\n");
    }
}

TEST_CASE("Reader: takes white space off values and keeps what is inside (RFC 9112 5.1)") {
    static constexpr Row kRows[] = {
        {"spaces and tabs around", "GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"no white space", "GET / HTTP/1.1\r\nHost:a\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"names have no case", "GET / HTTP/1.1\r\nhOST: a\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
    };
    check(kRows);
    const auto traced = test::read_every_way(
        "GET / HTTP/1.1\r\nHost: a\r\nX_y:\r\nX-Z: \t\r\nx:: b\tc \r\nO: \x80\xff\r\n\r\n");
    CHECK(traced.full.find(" {X_y}={} {X-Z}={} {x}={: b\tc} {O}={\x80\xff}\n") != traced.full.npos);
}

TEST_CASE("Reader: derives persistence from version and Connection (RFC 9112 9.3)") {
    static constexpr Row kRows[] = {
        {"1.1 close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none close\nend\n"},
        {"options have no case", "GET / HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none close\nend\n"},
        {"close in a list",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive,\t close , te\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none close\nend\n"},
        {"close in a second field",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none close\nend\n"},
        {"an option that only begins like close",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed, xclose\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"empty list elements (RFC 9110 5.6.1.2)",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: ,, close,\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none close\nend\n"},
        {"1.0 default", "GET / HTTP/1.0\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none close\nend\n"},
        {"1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none keep-alive\nend\n"},
        {"1.0 with both: close wins", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none close\nend\n"},
        {"1.0 with an empty Host", "GET / HTTP/1.0\r\nHost:\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none close\nend\n"},
    };
    check(kRows);
}

TEST_CASE("Reader: reports upgrades, expectations and TE (RFC 9110 7.8, 10.1.1, 10.1.4)") {
    static constexpr Row kRows[] = {
        {"upgrade",
         "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive upgrade\nend\n"},
        {"upgrade without its option", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"option without upgrade", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"upgrade in HTTP/1.0 is ignored",
         "GET / HTTP/1.0\r\nConnection: upgrade, keep-alive\r\nUpgrade: websocket\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none keep-alive\nend\n"},
        {"continue",
         "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
         "POST 1.1 origin path=/ query= host=a length=1 keep-alive continue\ndata=x\nend\n"},
        {"continue without content",
         "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
         "POST 1.1 origin path=/ query= host=a length=0 keep-alive\nend\n"},
        {"continue in HTTP/1.0 is ignored",
         "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
         "POST 1.0 origin path=/ query= host= length=1 close\ndata=x\nend\n"},
        {"any expectation in HTTP/1.0 is ignored", "GET / HTTP/1.0\r\nExpect: x\r\n\r\n",
         "GET 1.0 origin path=/ query= host= none close\nend\n"},
        {"TE", "GET / HTTP/1.1\r\nHost: a\r\nTE: gzip;q=0.5, Trailers\r\nConnection: TE\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
        {"TE without trailers", "GET / HTTP/1.1\r\nHost: a\r\nTE: gzip\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\n"},
    };
    check(kRows);
}

TEST_CASE("Reader: reads bodies of an announced length (RFC 9112 6.2)") {
    static constexpr Row kRows[] = {
        {"five bytes", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
         "POST 1.1 origin path=/ query= host=a length=5 keep-alive\ndata=hello\nend\n"},
        {"zero", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
         "POST 1.1 origin path=/ query= host=a length=0 keep-alive\nend\n"},
        {"leading zeros are digits", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0002\r\n\r\nab",
         "POST 1.1 origin path=/ query= host=a length=2 keep-alive\ndata=ab\nend\n"},
        {"a GET may have content (RFC 9110 9.3.1)",
         "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
         "GET 1.1 origin path=/ query= host=a length=2 keep-alive\ndata=ab\nend\n"},
        {"content is not looked into",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\0\x7f"sv,
         "POST 1.1 origin path=/ query= host=a length=4 keep-alive\ndata=\r\n\0\x7f\nend\n"sv},
        {"incomplete", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel",
         "POST 1.1 origin path=/ query= host=a length=5 keep-alive\ndata=hel"},
    };
    check(kRows);
}

TEST_CASE("Reader: decodes the chunked coding (RFC 9112 7.1)") {
#define POST_CHUNKED "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNKED_HEAD "POST 1.1 origin path=/ query= host=a chunked keep-alive\n"
    static constexpr Row kRows[] = {
        {"one chunk", POST_CHUNKED "5\r\nhello\r\n0\r\n\r\n", CHUNKED_HEAD "data=hello\nend\n"},
        {"several chunks", POST_CHUNKED "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
         CHUNKED_HEAD "data=abc\nend\n"},
        {"no content", POST_CHUNKED "0\r\n\r\n", CHUNKED_HEAD "end\n"},
        {"hexadecimal in either case",
         POST_CHUNKED "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
         CHUNKED_HEAD "data=01234567890123456789\nend\n"},
        {"leading zeros", POST_CHUNKED "0000000000000000000001\r\nx\r\n000\r\n\r\n",
         CHUNKED_HEAD "data=x\nend\n"},
        {"data that looks like framing", POST_CHUNKED "7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n",
         CHUNKED_HEAD "data=0\r\n\r\n\r\n\nend\n"},
        {"extension", POST_CHUNKED "1;a\r\nx\r\n0;b=c\r\n\r\n", CHUNKED_HEAD "data=x\nend\n"},
        {"extensions with white space and a quoted string",
         POST_CHUNKED "1 ; a = \"b;\\\"\tc\" ;d=e\r\nx\r\n0\r\n\r\n", CHUNKED_HEAD "data=x\nend\n"},
        {"trailers", POST_CHUNKED "1\r\nx\r\n0\r\nDigest: abc\r\nX-Sum:1 \r\n\r\n",
         CHUNKED_HEAD "data=x\nend {Digest}={abc} {X-Sum}={1}\n"},
        {"coding names have no case",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
         CHUNKED_HEAD "end\n"},
        {"incomplete chunk", POST_CHUNKED "5\r\nhel", CHUNKED_HEAD "data=hel"},
        {"incomplete last chunk", POST_CHUNKED "0\r\n", CHUNKED_HEAD},
    };
    check(kRows);
}

TEST_CASE("Reader: reads pipelined messages one after the other (RFC 9112 9.3.2)") {
    static constexpr Row kRows[] = {
        {"two without bodies",
         "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
         "GET 1.1 origin path=/1 query= host=a none keep-alive\nend\n"
         "GET 1.1 origin path=/2 query= host=b none keep-alive\nend\n"},
        {"length, chunked, none",
         "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
         "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\nT: "
         "u\r\n\r\n"
         "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
         "POST 1.1 origin path=/1 query= host=a length=2 keep-alive\ndata=ab\nend\n"
         "POST 1.1 origin path=/2 query= host=a chunked keep-alive\ndata=c\nend {T}={u}\n"
         "GET 1.1 origin path=/3 query= host=a none keep-alive\nend\n"},
        {"empty lines in front of a request (RFC 9112 2.2)",
         "\r\nPOST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"
         "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
         "POST 1.1 origin path=/1 query= host=a length=1 keep-alive\ndata=x\nend\n"
         "GET 1.1 origin path=/2 query= host=a none keep-alive\nend\n"},
        {"a good one, then a bad one", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n",
         "GET 1.1 origin path=/ query= host=a none keep-alive\nend\nerror 400\n"},
    };
    check(kRows);
}
