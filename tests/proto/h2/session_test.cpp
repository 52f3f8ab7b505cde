// SPDX-License-Identifier: MIT
/// \file
/// Session: requests in, events out; each row is fed whole, octet by octet and in random splits.
#include "recorder.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;
using namespace pottle::h2test;

TEST_CASE("Session: a request, with and without a body (RFC 9113 8.1)") {
    CHECK(events(get(1, "/a")) == "head1 GET /a end;");
    CHECK(events(headers(1, request("POST"), false) + data(1, "abc") + data(1, "de", true)) ==
          "head1 POST /;body1 5;");
    CHECK(events(headers(1, request("POST"), false) + data(1, "", true)) ==
          "head1 POST /;body1 0;");
    CHECK(events(get(1) + get(3) + get(7)) == "head1 GET / end;head3 GET / end;head7 GET / end;");
}

TEST_CASE("Session: padding and priority fields are taken off (RFC 9113 6.1, 6.2)") {
    CHECK(events(headers(1, request("POST"), false) +
                 frame(kData, kPadded | kEndStream, 1, padded("abc", 9))) ==
          "head1 POST /;body1 3;");
    CHECK(events(frame(kHeaders, kEndHeaders | kEndStream | kPadded | kHasPriority, 1,
                       padded(u32(0) + '\x10' + block(request()), 5))) == "head1 GET / end;");
    CHECK(events(headers(1, request("POST"), false) + frame(kData, kPadded, 1,
                                                            "\x04"
                                                            "abc")) == "head1 POST /;error 1;");
    CHECK(events(frame(kHeaders, kEndHeaders | kPadded, 1, "\x01")) == "error 1;");
}

TEST_CASE("Session: a header block may go on in CONTINUATION frames (RFC 9113 6.10)") {
    const std::string text = block(request("GET", "/x"));
    CHECK(events(frame(kHeaders, kEndStream, 1, text.substr(0, 7)) +
                 frame(kContinuation, 0, 1, text.substr(7, 5)) +
                 frame(kContinuation, kEndHeaders, 1, text.substr(12))) == "head1 GET /x end;");
    for (const std::string& between :
         {frame(kPing, 0, 0, "12345678"), get(3), frame(kData, 0, 1, "x"),
          frame(kContinuation, kEndHeaders, 3, text), frame(99, 0, 0, "")})
        CHECK(events(frame(kHeaders, kEndStream, 1, text) + between) == "error 1;");
    CHECK(events(frame(kContinuation, kEndHeaders, 1, text)) == "error 1;");
}

TEST_CASE("Session: trailers end the body (RFC 9113 8.1)") {
    CHECK(events(headers(1, request("POST"), false) + data(1, "abc") +
                 headers(1, {{"x-sum", "9"}})) == "head1 POST /;body1 3;trailer x-sum=9;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{"x-sum", "9"}}, false)) ==
          "head1 POST /;reset1 1;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{":path", "/"}})) ==
          "head1 POST /;reset1 1;");
    CHECK(events(headers(1, request("POST"), false) + headers(1, {{"content-length", "0"}})) ==
          "head1 POST /;reset1 1;");
}

TEST_CASE("Session: content must be as long as Content-Length says (RFC 9113 8.1.1)") {
    const Fields three = request("POST", "/", {{"content-length", "3"}});
    CHECK(events(headers(1, three, false) + data(1, "abc", true)) == "head1 POST /;body1 3;");
    CHECK(events(headers(1, three, false) + data(1, "ab", true)) == "head1 POST /;reset1 1;");
    CHECK(events(headers(1, three, false) + data(1, "abcd", true)) == "head1 POST /;reset1 1;");
    CHECK(events(headers(1, three)) == "");
    CHECK(events(headers(1, three, false) + data(1, "ab") + headers(1, {{"a", "b"}})) ==
          "head1 POST /;reset1 1;");
}

TEST_CASE("Session: a malformed request is a stream error and never seen (RFC 9113 8.1.1)") {
    Recorder client;
    client.feed(hello() + headers(1, request("GET", "/", {{"Upper", "1"}})) + get(3));
    CHECK(client.events == "head3 GET / end;");
    CHECK(client.frames() == "SETTINGS ack; RST1 1");
    CHECK(client.session.streams() == 1);
}

TEST_CASE("Session: frames of a wrong size or place end the connection (RFC 9113 4.2, 6)") {
    struct Row {
        std::string input;
        int code;
    };
    const std::vector<Row> rows{
        {frame(kData, 0, 0, "x"), 1},
        {frame(kData, 0, 1, "x"), 1},  // idle
        {frame(kHeaders, kEndHeaders, 0, block(request())), 1},
        {frame(kHeaders, kEndHeaders, 2, block(request())), 1},
        {frame(kHeaders, kEndHeaders | kHasPriority, 1, "abc"), 6},
        {frame(kPriority, 0, 0, "12345"), 1},
        {frame(kPriority, 0, 1, "1234"), 6},
        {frame(kRstStream, 0, 0, u32(8)), 1},
        {frame(kRstStream, 0, 1, u32(8)), 1},  // idle
        {frame(kRstStream, 0, 1, "abc"), 6},
        {frame(kSettings, 0, 1), 1},
        {frame(kSettings, 0, 0, "12345"), 6},
        {frame(kSettings, kAck, 0, setting(1, 1)), 6},
        {frame(kSettings, 0, 0, setting(2, 2)), 1},
        {frame(kSettings, 0, 0, setting(4, 0x80000000)), 3},
        {frame(kSettings, 0, 0, setting(5, 16383)), 1},
        {frame(kSettings, 0, 0, setting(5, 16777216)), 1},
        {frame(kPushPromise, kEndHeaders, 1, u32(2)), 1},
        {frame(kPing, 0, 1, "12345678"), 1},
        {frame(kPing, 0, 0, "1234567"), 6},
        {frame(kGoAway, 0, 1, u32(0) + u32(0)), 1},
        {frame(kGoAway, 0, 0, u32(0)), 6},
        {frame(kWindowUpdate, 0, 0, u32(0)), 1},
        {frame(kWindowUpdate, 0, 1, u32(1)), 1},  // idle
        {frame(kWindowUpdate, 0, 0, "abc"), 6},
        {frame(kWindowUpdate, 0, 0, u32(0x7fffffff)), 3},
        {frame(kPriorityUpdate, 0, 1, u32(1)), 1},
        {frame(kPriorityUpdate, 0, 0, u32(0)), 1},
        {frame(kHeaders, kEndHeaders, 1, "\x80"), 9},
        {std::string("\x01\x00\x00", 3) + frame(kData, 0, 1).substr(3), 6},  // 65536 octets
    };
    for (const Row& row : rows)
        CHECK_MESSAGE(events(row.input) == "error " + std::to_string(row.code) + ";",
                      describe(FrameReader().read(row.input)));
}

TEST_CASE("Session: the preface and SETTINGS come first (RFC 9113 3.4)") {
    CHECK(events("GET / HTTP/1.1\r\n", {}, false) == "error 1;");
    CHECK(events(std::string(kPreface) + get(1), {}, false) == "error 1;");
    CHECK(events(std::string(kPreface) + frame(kSettings, kAck, 0), {}, false) == "error 1;");
}

TEST_CASE("Session: closed and half-closed streams take nothing more (RFC 9113 5.1)") {
    CHECK(events(get(1) + data(1, "x")) == "head1 GET / end;reset1 5;");
    CHECK(events(get(1) + headers(1, {{"a", "b"}})) == "head1 GET / end;reset1 5;");
    CHECK(events(get(5) + get(3)) == "head5 GET / end;error 1;");
    CHECK(events(get(1) + frame(kRstStream, 0, 1, u32(8)) + headers(1, request())) ==
          "head1 GET / end;reset1 8;error 5;");
}

TEST_CASE("Session: what is on its way when we reset a stream is let pass (RFC 9113 5.4.2)") {
    Recorder client;
    client.feed(hello() + headers(1, request("POST"), false));
    client.session.reset(*client.session.stream(1), ErrorCode::Cancel, client.out);
    client.events.clear();
    CHECK(client.feed(data(1, "abc") + headers(1, {{"x", "y"}}) + get(3)) == "head3 GET / end;");
}

TEST_CASE(
    "Session: more streams than allowed are refused, and a slot is free only after release "
    "(5.1.2)") {
    Recorder client({.streams = 2});
    client.feed(hello() + get(1) + get(3) + get(5));
    CHECK(client.events == "head1 GET / end;head3 GET / end;");
    CHECK(client.frames() == "SETTINGS ack; RST5 7");
    Stream& first = *client.session.stream(1);
    client.session.send_head(first, {}, EndStream::Yes, client.out);
    client.feed(get(7));
    CHECK(client.frames() == "H1 200 end; RST7 7");
    client.session.release(first, 0, client.out);
    client.feed(get(9));
    CHECK(client.session.stream(9) != nullptr);
}

TEST_CASE("Session: too large heads are answered, much too large ones end the connection") {
    CHECK(events(headers(1, request("GET", "/", {{"a", std::string(900, 'x')}})),
                 {.header_list = 600}) == "refused1 431 end;");
    CHECK(events(headers(1, request("GET", "/" + std::string(900, 'x'))), {.path = 800}) ==
          "refused1 414 end;");
    CHECK(events(headers(1, request("GET", "/", {{"expect", "x"}}))) == "refused1 417 end;");
}

TEST_CASE("Session: the end is told in two steps (RFC 9113 6.8)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    client.session.announce_end(client.out);
    CHECK(client.frames() == "GOAWAY 2147483647 0");
    client.events.clear();
    CHECK(client.feed(get(3)) == "head3 GET / end;");
    client.session.refuse_new(client.out);
    CHECK(client.frames() == "GOAWAY 3 0");
    client.events.clear();
    CHECK(client.feed(get(5)) == "");
    CHECK(client.frames() == "");
}

TEST_CASE("Session: an answer before the end of its request stops the upload (RFC 9113 8.1)") {
    Recorder client;
    client.respond = true;
    client.feed(hello() + headers(1, request("POST"), false));
    CHECK(client.frames() == "SETTINGS ack; H1 200 end; RST1 0");
    CHECK(client.session.streams() == 0);
    client.feed(data(1, "late", true));
    CHECK(client.frames() == "");
}

TEST_CASE("Session: what little is left of an answered request is read and thrown away") {
    Recorder client;
    client.respond = true;
    client.discard = 5;
    client.feed(hello() + headers(1, request("POST"), false) + data(1, "abc"));
    CHECK(client.frames() == "SETTINGS ack; H1 200 end");
    CHECK(client.session.streams() == 1);
    client.feed(data(1, "de"));
    CHECK(client.frames() == "RST1 0");
    client.feed(headers(3, request("POST"), false) + data(3, "abcd", true));
    CHECK(client.session.streams() == 0);
    client.feed(headers(5, request("POST", "/", {{"content-length", "6"}}), false));
    CHECK(client.frames() == "H3 200 end; H5 200 end; RST5 0");
}

TEST_CASE("Session: an upgraded connection begins with stream 1 (RFC 7540 3.2)") {
    Recorder client;
    Stream* stream =
        client.session.adopt_upgrade("AAMAAABkAAQAAAAK", false);  // streams 100, window 10
    REQUIRE(stream != nullptr);
    CHECK(stream->id == 1);
    CHECK(stream->send_window == 10);
    CHECK(client.feed(hello() + get(3)) == "head3 GET / end;");
    Recorder other;
    CHECK(other.session.adopt_upgrade("!!", false) == nullptr);
    CHECK(other.session.adopt_upgrade("AAMA", false) == nullptr);
}

TEST_CASE(
    "Session: what came behind the last request is discarded, frame by frame (RFC 9113 6.8)") {
    Recorder client;
    client.feed(hello() + get(1));
    client.session.refuse_new(client.out);
    CHECK(client.frames() == "SETTINGS ack; GOAWAY 1 0");
    client.events.clear();
    client.feed(headers(3, request("POST"), false) + data(3, "abc") +
                frame(kWindowUpdate, 0, 3, u32(10)) + headers(3, {{"x-sum", "1"}}) +
                headers(5, request("POST"), false) + frame(kRstStream, 0, 5, u32(8)));
    CHECK(client.events == "");
    CHECK(client.frames() == "");
    client.feed(data(0, "x"));
    CHECK(client.events == "error 1;");
    CHECK(client.frames() == "GOAWAY 1 1");  // the number never grows
}
