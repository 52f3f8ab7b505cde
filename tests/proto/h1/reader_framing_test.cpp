// SPDX-License-Identifier: MIT
/// \file
/// Framing that is refused: Content-Length, Transfer-Encoding, chunks, trailers, and the limits.
#include "trace.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h1;
using namespace std::string_view_literals;

namespace {

std::string with(std::string_view frame, std::string_view part) {
    const std::size_t mark = frame.find('%');
    return std::string(frame.substr(0, mark)).append(part).append(frame.substr(mark + 1));
}

/// Puts each part where `%` stands; the message must fail with that error, after `events`.
void check_each(std::string_view frame, std::initializer_list<std::string_view> parts, Errc code,
                int status = 400, std::string_view events = "", const Limits& limits = {}) {
    for (const std::string_view part : parts) {
        const std::string wire = with(frame, part);
        CAPTURE(wire);
        const test::Trace trace = test::read_every_way(wire, limits);
        CHECK(trace.brief == std::string(events) + "error " + std::to_string(status) + "\n");
        CHECK(trace.error.code == code);
    }
}

constexpr std::string_view kPostLength =
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:%\r\n\r\nhello";
constexpr std::string_view kPostCoding =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:%\r\n\r\n0\r\n\r\n";
constexpr std::string_view kPostChunked =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%";
constexpr std::string_view kChunkedHead =
    "POST 1.1 origin path=/ query= host=a chunked keep-alive\n";

}  // namespace

TEST_CASE("Reader: refuses a Content-Length that is not digits alone (RFC 9110 8.6)") {
    check_each(kPostLength,
               {"",
                " ",
                " x",
                " -5",
                " +5",
                " 5 5",
                " 5,5",
                " 5, 5",
                " ,5",
                " 5,",
                " 0x5",
                " 5x",
                " 5.0",
                " 5e0",
                " 5;",
                " \"5\"",
                " 5_0",
                " \xd9\xa5",
                " \xa0"
                "5",
                " 1e1",
                " 0b1",
                " 5\xb2",
                " 9223372036854775808",
                " 18446744073709551616",
                " 18446744073709551621",
                " 99999999999999999999999999",
                " 05 ,5",
                " 5\t5",
                " 5 chunked"},
               Errc::BadContentLength);
}

TEST_CASE("Reader: refuses repeated Content-Length, equal or not (RFC 9112 6.3)") {
    check_each(
        "POST / HTTP/1.1\r\nHost: a\r\n%\r\nhello",
        {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
         "Content-Length: 5\r\nX: y\r\ncontent-length: 0\r\n",
         "Content-Length: 0\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
         "CONTENT-LENGTH: 5\r\nContent-Length: +5\r\n"},
        Errc::BadContentLength);
}

TEST_CASE("Reader: refuses Content-Length together with Transfer-Encoding (RFC 9112 6.3 rule 3)") {
    check_each("POST / HTTP/1.1\r\nHost: a\r\n%\r\n0\r\n\r\n",
               {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
                "Content-Length: 5\r\nTransfer-Encoding:\r\n",
                "Content-Length: x\r\ntransfer-encoding: CHUNKED\r\n"},
               Errc::AmbiguousFraming);
}

TEST_CASE("Reader: refuses codings that do not end with one chunked (RFC 9112 6.1, 6.3 rule 4)") {
    check_each(kPostCoding,
               {"",
                " ",
                " identity",
                " gzip",
                " xchunked",
                " chunkedx",
                " chunked, identity",
                " chunked, gzip",
                " chunked, chunked",
                " chunked,",
                " \"chunked\"",
                " 'chunked'",
                " chunked;",
                " chunked;q=1",
                " chunked;a=b",
                " chunk",
                " chun ked",
                " chunked chunked",
                " [chunked]",
                " ch\x80nked",
                " chunked\xa0",
                " \xa0"
                "chunked",
                " gzip chunked",
                " gzip;chunked",
                " chunked\r\nTransfer-Encoding: chunked",
                " chunked\r\nTransfer-Encoding: identity",
                " chunked\r\nTransfer-Encoding:",
                " gzip\r\nTransfer-Encoding: x",
                " gzip, chunked, chunked"},
               Errc::AmbiguousFraming);
}

TEST_CASE("Reader: answers 501 to unknown codings in front of chunked (RFC 9112 6.1)") {
    check_each(kPostCoding,
               {" gzip, chunked", " identity, chunked", " ,chunked", " , ,chunked",
                " x, y, chunked", " gzip\r\nTransfer-Encoding: chunked",
                "\r\nTransfer-Encoding: chunked", " gzip;q=1, chunked"},
               Errc::UnknownTransferCoding, 501);
}

TEST_CASE("Reader: refuses Transfer-Encoding in HTTP/1.0 (RFC 9112 6.1)") {
    check_each("POST / HTTP/1.0\r\nTransfer-Encoding:%\r\n\r\n0\r\n\r\n",
               {" chunked", " identity", "", " chunked\r\nContent-Length: 5",
                " chunked\r\nConnection: keep-alive"},
               Errc::AmbiguousFraming);
}

TEST_CASE("Reader: answers 417 to unknown expectations (RFC 9110 10.1.1)") {
    check_each("POST / HTTP/1.1\r\nHost: a\r\nExpect:%\r\nContent-Length: 5\r\n\r\nhello",
               {" x", " 200-ok", " 100-continue, x", " 100-continu", " 100-continue=1",
                " 100-continue;a", " 100-continue\r\nExpect: x", " \"100-continue\""},
               Errc::BadExpectation, 417);
}

TEST_CASE("Reader: refuses malformed chunk sizes (RFC 9112 7.1)") {
    check_each(kPostChunked,
               {"\r\n", "x\r\nhello\r\n", "0x5\r\nhello\r\n", "+5\r\nhello\r\n", "-5\r\nhello\r\n",
                " 5\r\nhello\r\n", "\t5\r\nhello\r\n", "g\r\n", "\r\n5\r\nhello\r\n", ";a\r\n",
                "0X5\r\n", "#5\r\n", "\xb2\r\n", "8000000000000000\r\n", "10000000000000000\r\n",
                "ffffffffffffffff\r\n", "10000000000000005\r\nhello\r\n", "fffffffffffffffff\r\n",
                "\"5\"\r\n"},
               Errc::BadChunk, 400, kChunkedHead);
}

TEST_CASE("Reader: refuses malformed chunk extensions (RFC 9112 7.1.1)") {
    check_each(kPostChunked,
               {"5 \r\nhello\r\n", "5\t\r\nhello\r\n", "5  \r\nhello\r\n", "5 5\r\n",
                "5x\r\n",          "5,5\r\n",          "5_0\r\n",          "5h\r\n",
                "5.0\r\n",         "5;\r\nhello\r\n",  "5; \r\n",          "5;;\r\n",
                "5;a;\r\n",        "5;a=\r\n",         "5;=b\r\n",         "5;a=b \r\n",
                "5;a \r\n",        "5;a b\r\n",        "5;a=\"b\r\n",      "5;a=\"b\\\r\n",
                "5;a=\"b\\\"\r\n", "5;a=\"b\"c\r\n",   "5;a=b c\r\n",      "5;a=(\r\n",
                "5;\x80\r\n",      "5;a==b\r\n",       "5 ;\r\n"},
               Errc::BadChunk, 400, kChunkedHead);
}

TEST_CASE("Reader: refuses bare CR, LF and controls in chunk lines (RFC 9112 2.2, 7.1)") {
    check_each(kPostChunked,
               {"5\nhello\r\n", "5;\n", "5;a\nhello\r\n", "5\rhello\r\n", "5;a\rb\r\n",
                "5;a=\"\n\"\r\n", "5\r\r\n", "5\0\r\n"sv, "5;a\x0b\r\n", "5\x0c\r\n",
                "\n5\r\nhello\r\n", "\r5\r\n", "5;a\x7f\r\n", "0\n\r\n", "0\r\n\n", "0\r\n\rX",
                "0\r\nT: a\n\r\n", "0\r\nT: a\rb\r\n\r\n"},
               Errc::BadField, 400, kChunkedHead);
}

TEST_CASE("Reader: demands CR LF behind a chunk's data (RFC 9112 7.1)") {
    check_each(
        kPostChunked,
        {"5\r\nhello!\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n",
         "5\r\nhello\rX", "5\r\nhello\r\r\n", "5\r\nhello \r\n", "5\r\nhello\n\r", "5\r\nhelloxx"},
        Errc::BadChunk, 400, std::string(kChunkedHead) + "data=hello\n");
}

TEST_CASE("Reader: refuses malformed trailers and what must not be one (RFC 9110 6.5.1)") {
    check_each(kPostChunked,
               {"0\r\n T: a\r\n\r\n", "0\r\nT : a\r\n\r\n", "0\r\nT\r\n\r\n", "0\r\n: a\r\n\r\n",
                "0\r\nT: a\r\n b\r\n\r\n", "0\r\nT\x80: a\r\n\r\n",
                "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
               Errc::BadField, 400, kChunkedHead);
    check_each(with(kPostChunked, "0\r\nT: a\r\n%: x\r\n\r\n"),
               {"Content-Length", "content-length", "Transfer-Encoding", "Host", "Connection", "TE",
                "Trailer", "Expect", "Upgrade", "Authorization", "Cookie", "Content-Type",
                "Content-Encoding", "Content-Range", "Range", "Cache-Control", "If-Match",
                "X-Forwarded-For", "Forwarded"},
               Errc::BadField, 400, kChunkedHead);
}

TEST_CASE("Reader: answers 414 to a long request line before its end is there (RFC 9112 3)") {
    const Limits limits{.request_line = 40, .head = 200};
    const std::string line = "GET /" + std::string(26, 'x') + " HTTP/1.1";
    REQUIRE(line.size() == 40);
    const std::string rest = "\r\nHost: a\r\n\r\n";
    CHECK(test::read_every_way(line + rest, limits).brief.ends_with("end\n"));
    check_each("%",
               {"GET /x" + line.substr(5) + rest, "GET /x" + line.substr(5), std::string(41, 'G'),
                "GET /" + std::string(100, 'x')},
               Errc::TargetTooLong, 414, "", limits);
}

TEST_CASE("Reader: answers 431 to a large head before its end is there (RFC 6585 5)") {
    const Limits limits{.head = 100};
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const std::string fits = start + std::string(100 - start.size() - 4, 'x') + "\r\n\r\n";
    REQUIRE(fits.size() == 100);
    CHECK(test::read_every_way(fits, limits).brief.ends_with("end\n"));
    check_each("%",
               {start + "x" + fits.substr(start.size()), start + std::string(80, 'x'),
                start + std::string(200, 'x')},
               Errc::HeadTooLarge, 431, "", limits);
    std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 30; ++i) many += "X:\r\n";
    check_each("%", {many + "\r\n", many}, Errc::HeadTooLarge, 431, "", limits);
}

TEST_CASE("Reader: answers 431 to too many fields, in heads and trailers") {
    const Limits limits{.fields = 3};
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: 1\r\n";
    check_each("%", {head + "X: 2\r\n\r\n", head + "X: 2\r\n"}, Errc::TooManyFields, 431, "",
               limits);
    const std::string body = head + "\r\n0\r\nA: 1\r\nB: 2\r\nC: 3\r\n";
    CHECK(test::read_every_way(body + "\r\n", limits).brief ==
          std::string(kChunkedHead) + "end {A}={1} {B}={2} {C}={3}\n");
    check_each("%", {body + "D: 4\r\n\r\n", body + "D: 4\r\n"}, Errc::TooManyFields, 431,
               kChunkedHead, limits);
    std::string most = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < kMaxFields; ++i) most += "X:\r\n";
    const Limits wide{.head = 64_KiB, .fields = 100'000};
    CHECK(test::read_whole(most + "\r\n", wide).brief.ends_with("end\n"));
    CHECK(test::read_whole(most + "X:\r\n\r\n", wide).error.code == Errc::TooManyFields);
}

TEST_CASE("Reader: bounds chunk lines, extensions and trailers") {
    const Limits limits{.chunk_line = 10, .chunk_extensions = 12, .trailers = 12};
    const auto brief = [&](std::string_view content) {
        return test::read_every_way(with(kPostChunked, content), limits).brief;
    };
    CHECK(brief("1;aaaaaaaa\r\nx\r\n0\r\n\r\n").ends_with("end\n"));
    CHECK(brief("0\r\nT: 123456\r\n\r\n") == std::string(kChunkedHead) + "error 431\n");
    CHECK(brief("0\r\nT: 12\r\n\r\n") == std::string(kChunkedHead) + "end {T}={12}\n");
    check_each(kPostChunked, {"1;aaaaaaaaa\r\nx\r\n", "00000000001\r\nx\r\n", "1;aaaaaaaaaaaaaaaa"},
               Errc::BadChunk, 400, kChunkedHead, limits);
    check_each(kPostChunked, {"1;aaaaaaaa\r\nx\r\n1;bbb\r\ny\r\n"}, Errc::BadChunk, 400,
               std::string(kChunkedHead) + "data=x\n", limits);
}

TEST_CASE("Reader: answers 413 to a body over the limit, after its head (invariant 6)") {
    const Limits limits{.body = 4};
    const std::string length = "POST 1.1 origin path=/ query= host=a length=5 keep-alive\n";
    check_each(kPostLength, {" 5"}, Errc::BodyTooLarge, 413, length, limits);
    check_each(kPostChunked, {"5\r\n", "5\r\nhello\r\n0\r\n\r\n", "fffffffffff\r\n"},
               Errc::BodyTooLarge, 413, kChunkedHead, limits);
    check_each(kPostChunked, {"2\r\nab\r\n3\r\n"}, Errc::BodyTooLarge, 413,
               std::string(kChunkedHead) + "data=ab\n", limits);
    CHECK(test::read_every_way(with(kPostChunked, "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n"), limits)
              .brief.ends_with("data=abcd\nend\n"));
    CHECK(test::read_every_way(with(kPostLength, " 5"), {.body = 0}).brief.ends_with("end\n"));
}

TEST_CASE("Reader: set_body_limit() replaces the limit of the current message only") {
    const Limits limits{.body = 4};
    const auto scratch = std::make_unique<HeadScratch>();
    Reader reader(limits);
    Head head;
    std::string input = with(kPostLength, " 5") + with(kPostLength, " 5");
    const auto next = [&] {
        const Event event = reader.next(input, head, *scratch);
        input.erase(0, event.consumed);
        return event.kind;
    };
    REQUIRE(next() == Event::Kind::Head);
    CHECK(reader.remaining() == 5);
    CHECK(reader.set_body_limit(4).error().status == 413);
    CHECK(reader.set_body_limit(5));
    CHECK(next() == Event::Kind::Data);
    CHECK(reader.remaining() == 0);
    CHECK(reader.set_body_limit(4).error().status == 413);
    CHECK(next() == Event::Kind::End);
    reader.next_message();
    REQUIRE(next() == Event::Kind::Head);
    CHECK(next() == Event::Kind::Error);
}

TEST_CASE("Reader: idle() until the first byte of a message, empty lines do not count") {
    const Limits limits;
    const auto scratch = std::make_unique<HeadScratch>();
    Reader reader(limits);
    Head head;
    CHECK(reader.idle());
    CHECK(reader.next("\r\n", head, *scratch).kind == Event::Kind::NeedMore);
    CHECK(reader.idle());
    CHECK(reader.next("\r\nG", head, *scratch).kind == Event::Kind::NeedMore);
    CHECK_FALSE(reader.idle());
    const std::string_view whole = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const Event event = reader.next(whole, head, *scratch);
    CHECK(event.kind == Event::Kind::Head);
    CHECK(event.consumed == whole.size());
    CHECK_FALSE(reader.idle());
}

TEST_CASE("Reader: take_end() ends a message of which nothing is left, and no other") {
    const Limits limits;
    const auto scratch = std::make_unique<HeadScratch>();
    Reader reader(limits);
    Head head;
    const std::string_view post =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    std::size_t at = reader.next(post, head, *scratch).consumed;
    CHECK_FALSE(reader.take_end());
    at += reader.next(post.substr(at), head, *scratch).consumed;
    CHECK(reader.take_end());
    CHECK(reader.message_done());
    CHECK(reader.take_end());
    reader.next_message();
    CHECK_FALSE(reader.take_end());
    CHECK(reader.next(post.substr(at), head, *scratch).kind == Event::Kind::Head);
    CHECK(head.method == Method::Get);
    CHECK(reader.take_end());
    CHECK(reader.message_done());
}

TEST_CASE("Reader: tells the method of a head that it refuses (RFC 9110 9.3.2)") {
    const auto method_of = [](std::string_view wire, std::size_t split) {
        const Limits limits;
        const auto scratch = std::make_unique<HeadScratch>();
        Reader reader(limits);
        Head head;
        Event event = reader.next(wire.substr(0, split), head, *scratch);
        if (event.kind == Event::Kind::NeedMore) {
            head.method = Method::Post;  // of another connection's request
            event = reader.next(wire, head, *scratch);
        }
        CHECK(event.kind == Event::Kind::Error);
        return head.method;
    };
    for (const std::string_view wire :
         {"HEAD / HTTP/1.1\r\nHost: a b\r\n\r\n", "HEAD / HTTP/1.1\r\nX y\r\n\r\n",
          "\r\nHEAD / HTTP/1.1\r\nX: \x01\r\n\r\n",
          "HEAD / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "HEAD x HTTP/1.1\r\n",
          "HEAD / HTTP/2.0\r\n"}) {
        for (std::size_t split = 0; split < wire.size() - 1; ++split) {
            CAPTURE(split);
            CHECK(method_of(wire, split) == Method::Head);
        }
    }
    for (const std::string_view wire :
         {"HEAD /\r\n", "HE@D / HTTP/1.1\r\n", "\n", "HEAD / HTTP/1.1\n"})
        CHECK(method_of(wire, 1) == Method::Other);
}

TEST_CASE("Reader: a Host that was valid before says nothing about another one (RFC 9112 3.2)") {
    const Limits limits;
    const auto scratch = std::make_unique<HeadScratch>();
    const auto read = [&](std::string_view host) {
        Reader reader(limits);
        Head head;
        const std::string input = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
        const Event event = reader.next(input, head, *scratch);
        return event.kind == Event::Kind::Head && head.authority == host;
    };
    const std::string longest(256, 'a');
    for (const std::string& valid :
         std::initializer_list<std::string>{"a.example", "b.example:80", longest, "a"}) {
        CHECK(read(valid));
        CHECK(read(valid));
        CHECK_FALSE(read(valid + "/"));
        CHECK_FALSE(read("a b"));
    }
    CHECK(read(longest + "a"));
    CHECK_FALSE(read(longest + "/"));
    CHECK_FALSE(read(""));
}
