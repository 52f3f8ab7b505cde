// SPDX-License-Identifier: MIT
#include "trace.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h3;
using namespace pottle::h3::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {
std::string settings(std::string_view payload = {}) {
    return std::string(1, '\0') + frame(0x04, payload);
}
std::uint32_t number(Code code) {
    return static_cast<std::uint32_t>(code);
}
}  // namespace

TEST_CASE("Session: reads a request whole and octet by octet alike (RFC 9114 4.1)") {
    const std::string wire = post({{"content-length", "5"}}) + data("he") + frame(0x21, "grease") +
                             data("llo") + headers({{"x-sum", "1"}});
    Trace whole, slow;
    whole.receive(0, wire, true);
    slow.receive_slowly(0, wire, true);
    CHECK(whole.log == "0 POST /\n0 trailers x-sum=1\n0 end\n");
    CHECK(slow.log == whole.log);
    CHECK(whole.body == "hello");
    CHECK(slow.body == "hello");
    CHECK(whole.credit == whole.received);
    CHECK(slow.credit == slow.received);
}

TEST_CASE("Session: says that a request has no body when its end came along (RFC 9114 4.1)") {
    CHECK(Trace().receive(0, get("/a?b"), true).log == "0 GET /a?b end\n");
    CHECK(Trace().receive(0, get()).receive(0, "", true).log == "0 GET /\n0 end\n");
}

TEST_CASE("Session: a malformed request costs its stream only (RFC 9114 4.1.2)") {
    struct Row {
        std::string_view why;
        std::string wire;
        std::string_view log;
    };
    const Row rows[] = {
        {"no fields", headers({}), "0 error 10e\n"},
        {"no path", headers({{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}}),
         "0 error 10e\n"},
        {"upper case is sent in lower case by the encoder, a space is not a name",
         post({{"a b", "c"}}), "0 error 10e\n"},
        {"CR in a value", post({{"x", "a\rb"}}), "0 error 10e\n"},
        {"LF in a value", post({{"x", "a\nb"}}), "0 error 10e\n"},
        {"NUL in a value", post({{"x", "a\0b"sv}}), "0 error 10e\n"},
        {"leading space", post({{"x", " a"}}), "0 error 10e\n"},
        {"connection-specific field", post({{"transfer-encoding", "chunked"}}), "0 error 10e\n"},
        {"pseudo-field behind a field", post({{"x", "y"}, {":path", "/b"}}), "0 error 10e\n"},
        {"less than announced", post({{"content-length", "3"}}) + data("ab"),
         "0 POST /\n0 error 10e\n"},
        {"more than announced", post({{"content-length", "1"}}) + data("ab"),
         "0 POST /\n0 error 10e\n"},
        {"pseudo-field in trailers", post() + headers({{":path", "/"}}), "0 POST /\n0 error 10e\n"},
        {"framing in trailers", post() + headers({{"content-length", "0"}}),
         "0 POST /\n0 error 10e\n"},
        {"nothing at all", "", "0 error 10d\n"},
        {"no HEADERS", frame(0x21, "only grease"), "0 error 10d\n"},
        {"extended CONNECT that was not offered",
         headers({{":method", "CONNECT"},
                  {":protocol", "websocket"},
                  {":scheme", "https"},
                  {":authority", "a"},
                  {":path", "/"}}),
         "0 error 10e\n"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        Trace trace;
        trace.receive(0, row.wire, true);
        CHECK(trace.log == row.log);
        CHECK(trace.error == 0);
        CHECK(trace.credit == trace.received);
        CHECK(trace.receive(4, get(), true).log == std::string(row.log) + "4 GET / end\n");
    }
}

TEST_CASE("Session: refuses frames where they must not stand (RFC 9114 7.2)") {
    struct Row {
        std::string_view why;
        StreamId stream;
        std::string wire;
        Code code;
        bool fin = false;
    };
    const Row rows[] = {
        {"DATA first", 0, data("x"), Code::FrameUnexpected},
        {"SETTINGS on a request stream", 0, frame(0x04, ""), Code::FrameUnexpected},
        {"PUSH_PROMISE", 0, get() + frame(0x05, "x"), Code::FrameUnexpected},
        {"HTTP/2's PING", 0, get() + frame(0x06, "x"), Code::FrameUnexpected},
        {"PRIORITY_UPDATE on a request stream", 0, get() + frame(0xf0700, "\0"sv),
         Code::FrameUnexpected},
        {"a third HEADERS", 0, post() + headers({{"a", "b"}}) + headers({{"a", "b"}}),
         Code::FrameUnexpected},
        {"DATA behind trailers", 0, post() + headers({{"a", "b"}}) + data("x"),
         Code::FrameUnexpected},
        {"ends inside a frame", 0,
         get() + "\x00\x05"
                 "ab"s,
         Code::FrameError, true},
        {"ends inside a frame header", 0, get() + "\x40"s, Code::FrameError, true},
        {"empty HEADERS", 0, frame(0x01, ""), Code::QpackDecompressionFailed},
        {"index outside of the static table", 0, frame(0x01, "\0\0\xff\x7f"sv),
         Code::QpackDecompressionFailed},
        {"control stream without SETTINGS", kControl, "\0"s + frame(0x07, "\0"sv),
         Code::MissingSettings},
        {"SETTINGS twice", kControl, settings() + frame(0x04, ""), Code::FrameUnexpected},
        {"DATA on the control stream", kControl, settings() + data(""), Code::FrameUnexpected},
        {"HTTP/2's setting", kControl, settings("\x02\x01"), Code::SettingsError},
        {"a setting twice", kControl, settings("\x01\x00\x01\x00"sv), Code::SettingsError},
        {"a switch that is 2", kControl, settings("\x08\x02"), Code::SettingsError},
        {"SETTINGS cut off", kControl, settings("\x01"), Code::FrameError},
        {"too large SETTINGS", kControl, settings(std::string(5000, '\x21')), Code::ExcessiveLoad},
        {"GOAWAY with more than an id", kControl, settings() + frame(0x07, "\0\0"sv),
         Code::FrameError},
        {"GOAWAY that is oversized", kControl, settings() + frame(0x07, std::string(100, '\0')),
         Code::FrameError},
        {"GOAWAY that is empty", kControl, settings() + frame(0x07, ""), Code::FrameError},
        {"GOAWAY that grows", kControl, settings() + frame(0x07, "\4") + frame(0x07, "\5"),
         Code::IdError},
        {"MAX_PUSH_ID with more than an id", kControl, settings() + frame(0x0d, "\1\1"),
         Code::FrameError},
        {"MAX_PUSH_ID that shrinks", kControl, settings() + frame(0x0d, "\5") + frame(0x0d, "\4"),
         Code::IdError},
        {"CANCEL_PUSH of nothing", kControl, settings() + frame(0x03, "\0"sv), Code::IdError},
        {"PRIORITY_UPDATE of a push", kControl, settings() + frame(0xf0701, "\0"sv), Code::IdError},
        {"PRIORITY_UPDATE of our stream", kControl, settings() + frame(0xf0700, "\x01"),
         Code::IdError},
        {"end of the control stream", kControl, settings(), Code::ClosedCriticalStream, true},
        {"a push stream", kControl, "\1", Code::StreamCreationError},
        {"end of the encoder stream", kEncoder, "\2", Code::ClosedCriticalStream, true},
        {"insert without a table", kEncoder, "\2\x3f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
         Code::QpackEncoderStreamError},
        {"acknowledgement of nothing", kDecoder, "\3\x80", Code::QpackDecoderStreamError},
        {"increment of nothing", kDecoder, "\3\x01", Code::QpackDecoderStreamError},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        Trace whole, slow;
        whole.receive(row.stream, row.wire, row.fin);
        slow.receive_slowly(row.stream, row.wire, row.fin);
        CHECK(whole.error == number(row.code));
        CHECK(slow.error == number(row.code));
        // Whatever comes later, the error stays.
        CHECK(whole.receive(400, get(), true).error == number(row.code));
    }
}

TEST_CASE("Session: refuses a second stream of a kind, ignores unknown kinds (RFC 9114 6.2)") {
    CHECK(Trace().receive(2, settings()).receive(6, settings()).error ==
          number(Code::StreamCreationError));
    Trace trace;
    trace.receive(14, "\x21 whatever"sv);
    CHECK(trace.log == "14 error 103\n");
    CHECK(trace.error == 0);
}

TEST_CASE("Session: a reset of a critical stream ends the connection (RFC 9114 6.2.1)") {
    Trace trace;
    trace.receive(kControl, settings());
    const Result<> reset = trace.session.on_reset(kControl);
    REQUIRE(!reset);
    CHECK(reset.error().wire_code == number(Code::ClosedCriticalStream));
    CHECK(Trace().session.on_reset(0).has_value());
}

TEST_CASE("Session: idle frames on the control stream are bounded between two requests") {
    Trace trace({.control_frames = 3});
    trace.receive(kControl, settings());
    for (int i = 0; i < 2; ++i) trace.receive(kControl, frame(0x21, "x"));
    CHECK(trace.receive(0, get(), true).error == 0);
    for (int i = 0; i < 3; ++i) trace.receive(kControl, frame(0x21, "x"));
    CHECK(trace.error == 0);
    CHECK(trace.receive(kControl, frame(0x21, "x")).error == number(Code::ExcessiveLoad));
}

TEST_CASE("Session: answers fields beyond the limits with 431 and 414, and goes on") {
    Trace trace({.field_section = 300, .path = 40});
    trace.receive(0, post({{"x", std::string(400, 'v')}}), true);
    trace.receive(4, get("/" + std::string(60, 'p')), true);
    CHECK(trace.log == "0 refused 431\n4 refused 414\n");
    CHECK(trace.credit == trace.received);
    CHECK(trace.error == 0);
}

TEST_CASE(
    "Session: a request waits for the compression table and gives its credit back later "
    "(RFC 9204 2.1.2)") {
    // Inserts x: y into the table, and a request that refers to it.
    const std::string insert = "\2\x3f\xe1\x1f\x41x\x01y"s;
    std::string section = "\x02\x00"s;  // required insert count 1, base 1
    std::string fields;
    {
        FieldEncoder encoder(fields);
        encoder.put(":method", "GET");
        encoder.put(":scheme", "https");
        encoder.put(":authority", "a");
        encoder.put(":path", "/");
    }
    section += fields.substr(2) + "\x80";  // dynamic index 0
    const std::string wire = frame(0x01, section) + data("body");
    Trace trace;
    trace.receive(0, wire, true);
    CHECK(trace.log == "");
    CHECK(trace.credit < trace.received);
    trace.receive(kEncoder, insert);
    CHECK(trace.error == 0);
    CHECK(trace.log == "0 GET /\n0 end\n");
    CHECK(trace.body == "body");
    CHECK(trace.credit == trace.received);
    // The section is acknowledged on our decoder stream.
    CHECK(trace.sent(7).find('\x80') != std::string::npos);
}

TEST_CASE("Session: requests that wait for the table are bounded (RFC 9204 2.1.2)") {
    Trace trace({.qpack_blocked_streams = 2});
    const std::string wire = frame(0x01, "\x02\x00\x80"sv);
    trace.receive(0, wire).receive(4, wire);
    CHECK(trace.error == 0);
    CHECK(trace.receive(8, wire).error == number(Code::QpackDecompressionFailed));
}

TEST_CASE("Session: a request that waits for the table can be given up (RFC 9204 2.2.2.2)") {
    Trace trace;
    trace.receive(0, frame(0x01, "\x02\x00\x80"sv) + data("body"));
    CHECK(trace.session.on_reset(0).has_value());
    CHECK(trace.credit == trace.received);
    CHECK(trace.sent(7) == "\x03\x40"s);  // stream cancellation 0
}
