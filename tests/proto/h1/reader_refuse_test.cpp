// SPDX-License-Identifier: MIT
/// \file
/// What the reader refuses, and with which status. Among the rows: the known request smuggling
/// vectors. Each row is read whole, byte by byte and in random splits.
#include "trace.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h1;
using namespace std::string_view_literals;

namespace {

struct Row {
    std::string_view why;
    std::string_view wire;
    int status = 400;
};

/// Every row must fail at its first message, before an event.
template <std::size_t N>
void check_refused(const Row (&rows)[N], Errc code, const Limits& limits = {}) {
    for (const Row& row : rows) {
        CAPTURE(row.why);
        CAPTURE(row.wire);
        const test::Trace trace = test::read_every_way(row.wire, limits);
        CHECK(trace.brief == "error " + std::to_string(row.status) + "\n");
        CHECK(trace.error.code == code);
        CHECK(trace.error.blame == Blame::Peer);
        CHECK(trace.error.text.size() <= 120);
    }
}

/// The same with the rows put where `%` stands.
void check_each(std::string_view frame, std::initializer_list<std::string_view> parts, Errc code,
                int status = 400) {
    const std::size_t mark = frame.find('%');
    for (const std::string_view part : parts) {
        std::string wire(frame.substr(0, mark));
        wire.append(part).append(frame.substr(mark + 1));
        const Row row[] = {{"built", wire, status}};
        check_refused(row, code);
    }
}

}  // namespace

TEST_CASE("Reader: refuses malformed request lines (RFC 9112 3)") {
    static constexpr Row kRows[] = {
        {"HTTP/0.9", "GET /\r\n"},
        {"only a method", "GET\r\n\r\n"},
        {"method and space", "GET \r\n\r\n"},
        {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"no target, two spaces", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"tab before the target", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"leading tab", "\tGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"colon in the method", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"parenthesis in the method", "G(ET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"slash in the method", "G/ET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"8-bit byte in the method", "G\xc3\x89T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"quotes around the method", "\"GET\" / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"a field line first", "Host: a\r\n\r\n"},
        {"no space at all", "GET/HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"too many empty lines", "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    };
    check_refused(kRows, Errc::BadRequestLine);
}

TEST_CASE("Reader: answers 501 to a method longer than any it knows (RFC 9112 3)") {
    check_each(
        "% / HTTP/1.1\r\nHost: a\r\n\r\n",
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        Errc::BadMethod, 501);
}

TEST_CASE(
    "Reader: refuses malformed versions with 400, others with 505 (RFC 9112 2.3, RFC 9110 "
    "15.6.6)") {
    check_each("GET / %\r\nHost: a\r\n\r\n", {"HTTP/1",    "HTTP/1.",    "HTTP/11",    "HTTP/1.10",
                                              "HTTP/1.1x", "HTTP/1.1 ",  "HTTP/1,1",   "HTTP/ 1.1",
                                              "HTTP /1.1", "http/1.1",   "Http/1.1",   "HTTPS/1.1",
                                              "HTTP1.1",   "HTTP/a.b",   "HTTP/1.a",   "HTTP/.1",
                                              "HTTP/-1.1", "HTTP/1.-1",  "XTTP/1.1",   "1.1",
                                              " HTTP/1.1", "HTTP/1.1\t", "\tHTTP/1.1", "HTTP/01.1",
                                              "HTTP/1.01", "HTTP/1.1;",  "x HTTP/1.1", ""},
               Errc::BadVersion);
    check_each("GET / %\r\nHost: a\r\n\r\n",
               {"HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.9", "HTTP/0.0"}, Errc::BadVersion, 505);
    static constexpr Row kPreface[] = {
        {"HTTP/2 preface (RFC 9113 3.4)", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505}};
    check_refused(kPreface, Errc::BadVersion);
}

TEST_CASE("Reader: refuses malformed request targets (RFC 9112 3.2)") {
    check_each("GET % HTTP/1.1\r\nHost: a\r\n\r\n", {"/a#b",         "#",
                                                     "/\x80",        "/\xc3\xa9",
                                                     "/\xff",        "/a\tb",
                                                     "/\t",          "x",
                                                     "a/b",          "?q",
                                                     "example.org",  "example.org:80",
                                                     "a:80",         "http:/a",
                                                     "http:a",       "http://",
                                                     "http:///p",    "http://?q",
                                                     "http://u@a/",  "http://u:p@a/",
                                                     "http://a:x/",  "http://a:99999/",
                                                     "http://[::1/", "http://[::g]/",

                                                     "ftp://a/",     "file:///etc/passwd",
                                                     "://a/",        "http//a",
                                                     "httpx://a/",   "javascript:alert(1)",
                                                     "http://a\\b/", "http://a^/",
                                                     "\\",           "[::1]"},
               Errc::BadTarget);
    check_each("GET % HTTP/1.1\r\nHost: a\r\n\r\n", {"*"}, Errc::BadTarget);
    check_each("OPTIONS % HTTP/1.1\r\nHost: a\r\n\r\n", {"**", "*/", "*?x"}, Errc::BadTarget);
    check_each(
        "CONNECT % HTTP/1.1\r\nHost: a\r\n\r\n",
        {"/", "a", "a:", "a:x", "a:70000", "http://a/", "u@a:80", "*", ":80", "a:80/", "a:80?"},
        Errc::BadTarget);
}

TEST_CASE("Reader: refuses control bytes anywhere in a head (RFC 9110 5.5, RFC 9112 2.2)") {
    for (int byte = 0; byte < 0x80; ++byte) {
        const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        if (!control) continue;
        const std::string c(1, static_cast<char>(byte));
        CAPTURE(byte);
        for (const std::string& wire : {
                 "G" + c + "ET / HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GET /" + c + " HTTP/1.1\r\nHost: a\r\n\r\n",
                 "GET / HTTP/1.1" + c + "\r\nHost: a\r\n\r\n",
                 "GET / HTTP/1.1\r\nHo" + c + "st: a\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nX" + c + ": b\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nX: b" + c + "c\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nX: " + c + "b\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a\r\nX: b" + c + "\r\n\r\n",
                 "GET / HTTP/1.1\r\nHost: a" + c + "\r\n\r\n",
             }) {
            const test::Trace trace = test::read_every_way(wire);
            CHECK(trace.brief == "error 400\n");
        }
    }
}

TEST_CASE("Reader: refuses bare CR and bare LF as line ends (RFC 9112 2.2)") {
    static constexpr Row kRows[] = {
        {"LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
        {"LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n"},
        {"LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"},
        {"LF everywhere", "GET / HTTP/1.1\nHost: a\n\n"},
        {"CR after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"},
        {"CR after a field", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"},
        {"CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"},
        {"CR as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\rX"},
        {"LF CR", "GET / HTTP/1.1\r\nHost: a\n\r\n\r"},
        {"LF in front of the request line", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"CR in front of the request line", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"LF in front of Host", "GET / HTTP/1.1\r\n\nHost: a\r\n\r\n"},
        {"CR in front of Host", "GET / HTTP/1.1\r\n\rHost: a\r\n\r\n"},
        {"CR hides a second field",
         "GET / HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 3\r\n\r\nabc"},
        {"LF hides a second field",
         "GET / HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 3\r\n\r\nabc"},
    };
    check_refused(kRows, Errc::BadField);
}

TEST_CASE("Reader: refuses malformed field lines (RFC 9112 5.1, 5.2)") {
    static constexpr Row kRows[] = {
        {"obs-fold with a space", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"},
        {"obs-fold with a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"},
        {"fold of nothing but space", "GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n"},
        {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        {"tab before the first field", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"},
        {"folded framing", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"},
        {"space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
        {"tab before the colon", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"},
        {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"},
        {"no colon, equals sign", "GET / HTTP/1.1\r\nHost: a\r\nX=y\r\n\r\n"},
        {"empty name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"},
        {"only a colon", "GET / HTTP/1.1\r\nHost: a\r\n:\r\n\r\n"},
        {"space in the name", "GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n"},
        {"slash in the name", "GET / HTTP/1.1\r\nHost: a\r\nX/Y: z\r\n\r\n"},
        {"quotes in the name", "GET / HTTP/1.1\r\nHost: a\r\n\"X\": z\r\n\r\n"},
        {"at sign in the name", "GET / HTTP/1.1\r\nHost: a\r\nX@Y: z\r\n\r\n"},
        {"bracket in the name", "GET / HTTP/1.1\r\nHost: a\r\nX[0]: z\r\n\r\n"},
        {"8-bit byte in the name", "GET / HTTP/1.1\r\nHost: a\r\nX\x80: z\r\n\r\n"},
        {"no-break space before the colon",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\xa0: chunked\r\n\r\n"},
        {"request line twice", "GET / HTTP/1.1\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"TE with a space before the colon",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding : chunked\r\n\r\n"},
        {"CL with a space before the colon",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc"},
        {"CL with a space in front", "POST / HTTP/1.1\r\nHost: a\r\n Content-Length: 3\r\n\r\nabc"},
        {"vertical tab in front of the coding",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
         "chunked\r\n\r\n"},
        {"form feed behind the coding",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\x0c\r\n\r\n"},
        {"NUL behind the coding",
         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\0\r\n\r\n"sv},
        {"0x1f in front of the name",
         "POST / HTTP/1.1\r\nHost: a\r\n\x1fTransfer-Encoding: chunked\r\n\r\n"},
    };
    check_refused(kRows, Errc::BadField);
}

TEST_CASE("Reader: refuses missing, repeated and invalid Hosts (RFC 9112 3.2)") {
    static constexpr Row kRows[] = {
        {"missing", "GET / HTTP/1.1\r\n\r\n"},
        {"missing with an absolute form", "GET http://a/ HTTP/1.1\r\n\r\n"},
        {"missing with a CONNECT", "CONNECT a:80 HTTP/1.1\r\n\r\n"},
        {"missing with other fields", "GET / HTTP/1.1\r\nHos: a\r\nHostt: a\r\nX-Host: a\r\n\r\n"},
        {"missing in 1.2", "GET / HTTP/1.2\r\n\r\n"},
        {"repeated", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"repeated and equal", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: a\r\n\r\n"},
        {"repeated in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
        {"empty with white space", "GET / HTTP/1.1\r\nHost: \t \r\n\r\n"},
        {"empty beside an absolute form", "GET http://a/ HTTP/1.1\r\nHost:\r\n\r\n"},
        {"invalid beside an absolute form", "GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"invalid in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
    };
    check_refused(kRows, Errc::BadHost);
    check_each("GET / HTTP/1.1\r\nHost: %\r\n\r\n",
               {"a b",
                "a, b",
                "a,b c",
                "a/b",
                "/",
                "a/",
                "http://a",
                "//a",
                "a?b",
                "a#b",
                "u@a",
                "@a",
                "u:p@a",
                "a\\b",
                "a|b",
                "a\"b",
                "\"a\"",
                "<a>",
                "a>",
                "{a}",
                "a`",
                "a^b",
                "a%",
                "a%2",
                "a%zz",
                "a%%20",
                "\x80",
                "\xc3\xa9.example",
                "b\xc3\xbc"
                "cher",
                ":",
                ":80",
                "a:b",
                "a:80:80",
                "a:-1",
                "a:+80",
                "a:80a",
                "a: 80",
                "a :80",
                "a:65536",
                "a:99999",
                "a:4294967376",
                "a:0x50",
                "::1",
                "[::1",
                "::1]",
                "[]",
                "[a]",
                "[::1]a",
                "[::1]a:80",
                "[::1]:x",
                "[[::1]]",
                "[::1%25eth0]",
                "[::1%eth0]",
                "[1::2::3]",
                "[:::]",
                "[:1]",
                "[1:]",
                "[1:2:3]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1:2:3:4:5:6:7::8]x",
                "[12345::]",
                "[::g]",
                "[::1.2.3]",
                "[::1.2.3.4.5]",
                "[::256.1.1.1]",
                "[::01.2.3.4]",
                "[1.2.3.4]",
                "[::1.2.3.4:5]",
                "[1:2:3:4:5:6:7:1.2.3.4]",
                "[v.a]",
                "[v1.]",
                "[v1]",
                "[vg.a]",
                "[v1.a/b]",
                "a\tb",
                "a;b c",
                "[ ::1]",
                "a..b c"},
               Errc::BadHost);
}
