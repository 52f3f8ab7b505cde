// SPDX-License-Identifier: MIT
#include "send_queue.hpp"
#include "trace.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h3;
using namespace pottle::h3::test;

TEST_CASE("Session: opens its streams with SETTINGS and QPACK's type (RFC 9114 6.2.1)") {
    Trace trace({.extended_connect = true});
    const std::string control = trace.sent(3);
    CHECK(control.substr(0, 2) == std::string("\x00\x04", 2));
    CHECK(control.ends_with(std::string("\x08\x01", 2)));
    Trace plain;
    CHECK(plain.sent(7) == "\x03");
}

TEST_CASE("Session: sends head, body and trailers as frames (RFC 9114 4.1)") {
    Trace trace;
    trace.receive(0, get(), true);
    const Headers fields{{"X-Name", "value"}, {"Connection", "close"}, {"Content-Length", "9"}};
    trace.session.send_informational(0, 103, Headers{{"link", "<a>"}});
    trace.session.send_head(0,
                            {.status = 200,
                             .content_type = "text/plain",
                             .headers = &fields,
                             .length = 5,
                             .preset = "server: s\r\n"},
                            EndStream::No);
    trace.session.send_body(0, "hello", EndStream::No);
    trace.session.send_end(0, Headers{{"x-sum", "1"}, {"content-length", "5"}});
    const std::string octets = trace.sent(0, 3);  // in small pieces
    std::string whole;
    for (const char c : octets)
        if (c != '|') whole += c;
    Trace reader;  // a request reader reads any message's frames
    CHECK(octets.back() == '|');
    CHECK(whole.find("x-name") != std::string::npos);
    CHECK(whole.find("close") == std::string::npos);
    CHECK(whole.find("hello") != std::string::npos);
    CHECK(whole.find("x-sum") != std::string::npos);
    CHECK(trace.session.unacknowledged() == 0);
}

TEST_CASE("Session: the more urgent response goes first, incremental ones share (RFC 9218 10)") {
    Trace trace;
    trace.sent(-1);
    trace.order.clear();
    trace.receive(0, post({{"priority", "u=5"}}), true);
    trace.receive(4, post({{"priority", "u=1"}}), true);
    for (const StreamId id : {8, 12}) trace.receive(id, post({{"priority", "u=3, i"}}), true);
    for (const StreamId id : {0, 4, 8, 12})
        trace.session.send_body(id, std::string(10, 'x'), EndStream::Yes);
    trace.sent(-1, 6);
    CHECK(trace.order == "4 4 8 12 8 12 0 0 ");
}

TEST_CASE("Session: PRIORITY_UPDATE overrides the field, even when it comes first (RFC 9218 7)") {
    Trace trace;
    trace.sent(-1);
    trace.order.clear();
    trace.receive(kControl, std::string(1, '\0') + frame(0x04, "") +
                                frame(0xf0700, std::string("\x04u=0", 4)));
    trace.receive(0, post({{"priority", "u=2"}}), true);
    trace.receive(4, post({{"priority", "u=6"}}), true);
    for (const StreamId id : {0, 4}) trace.session.send_body(id, "x", EndStream::Yes);
    trace.sent(-1);
    CHECK(trace.order == "4 0 ");
}

TEST_CASE("Session: a blocked stream lets others pass and comes back (RFC 9000 4.1)") {
    Trace trace;
    trace.sent(-1);
    trace.order.clear();
    for (const StreamId id : {0, 4}) {
        trace.receive(id, get(), true);
        trace.session.send_body(id, "x", EndStream::Yes);
    }
    trace.session.on_blocked(0);
    trace.sent(-1);
    CHECK(trace.order == "4 ");
    trace.session.on_writable(0);
    trace.sent(-1);
    CHECK(trace.order == "4 0 ");
}

TEST_CASE("Session: drain names the last request and rejects later ones (RFC 9114 5.2)") {
    Trace trace;
    trace.receive(0, get(), true);
    trace.sent(-1);
    trace.session.announce_shutdown();
    CHECK(trace.receive(4, get(), true).log == "0 GET / end\n4 GET / end\n");
    CHECK(trace.sent(3) == frame(0x07, varint((std::uint64_t{1} << 62) - 4)));
    trace.session.finish_shutdown();
    CHECK(trace.sent(3) == frame(0x07, varint(8)));
    CHECK(trace.receive(8, get(), true).log == "0 GET / end\n4 GET / end\n8 error 10b\n");
}

TEST_CASE("SendQueue: octets that were given out stay where they are until acknowledged") {
    SendQueue queue;
    queue.append_copy("first");
    std::array<std::string_view, 8> pieces;
    bool end = false;
    REQUIRE(queue.peek(pieces, end) == 1);
    const char* place = pieces[0].data();
    queue.on_written(2, false);
    for (int i = 0; i < 200; ++i) queue.append_copy(std::string(300, 'x'));
    queue.append(std::string(5000, 'y'));
    queue.end();
    CHECK(std::string_view(place, 5) == "first");
    REQUIRE(queue.peek(pieces, end) == 8);
    CHECK(pieces[0].data() == place + 2);
    CHECK(!end);
    while (queue.pending()) {
        const std::size_t count = queue.peek(pieces, end);
        std::size_t size = 0;
        for (std::size_t i = 0; i < count; ++i) size += pieces[i].size();
        queue.on_written(size, end);
    }
    CHECK(queue.unacknowledged() == 5 + 200 * 300 + 5000);
    queue.on_acknowledged(queue.unacknowledged());
    CHECK(queue.unacknowledged() == 0);
}
