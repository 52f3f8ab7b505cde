// SPDX-License-Identifier: MIT
/// \file
/// Session: the frames of answers and pushes.
#include "recorder.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;
using namespace pottle::h2test;

TEST_CASE("Session: trailers of an answer end the stream (RFC 9113 8.1)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    Stream& stream = *client.session.stream(1);
    client.session.send_head(stream, {}, EndStream::No, client.out);
    client.session.send_data(stream, "abc", EndStream::No, true, client.out);
    client.session.send_trailers(stream, {{"X-Sum", "1"}, {"Connection", "close"}}, client.out);
    const auto frames = client.reader.read(client.out);
    CHECK(describe(frames) == "H1 200; D1 3; H1 trailers end");
    CHECK(frames[2].fields == Fields{{"x-sum", "1"}});
}

TEST_CASE(
    "Session: a head has no connection fields and one of each preset (RFC 9113 8.2.2, RESP-25)") {
    Recorder client;
    client.feed(hello() + get(1));
    (void)client.frames();
    const std::vector<http::Field> preset{{"server", "p"}, {"date", "now"}};
    const Headers headers{{"Connection", "close"},
                          {"Transfer-Encoding", "chunked"},
                          {"Server", "mine"},
                          {"Content-Length", "7"},
                          {"Keep-Alive", "1"}};
    client.session.send_head(
        *client.session.stream(1),
        {.content_type = "a/b", .content_length = 3, .headers = &headers, .preset = preset},
        EndStream::Yes, client.out);
    CHECK(client.reader.read(client.out)[0].fields == Fields{{":status", "200"},
                                                             {"date", "now"},
                                                             {"content-type", "a/b"},
                                                             {"content-length", "3"},
                                                             {"server", "mine"}});
}

TEST_CASE("Session: a head larger than a frame goes on in CONTINUATION (RFC 9113 6.10)") {
    Recorder client;
    client.feed(hello() + get(1));
    client.out.clear();
    Headers headers;
    for (int i = 0; i < 30; ++i) headers.add("x-" + std::to_string(i), std::string(1500, 'v'));
    client.session.send_head(*client.session.stream(1), {.headers = &headers}, EndStream::Yes,
                             client.out);
    std::string block;
    std::string shape;
    for (const Frame& one : FrameReader().read(client.out)) {
        block += one.payload;
        shape += std::to_string(one.type) + ":" + std::to_string(one.flags) + " ";
    }
    CHECK(shape == "1:1 9:0 9:4 ");
    HpackDecoder decoder;
    FieldArena arena;
    decoder.begin(block);
    http::Field field;
    int count = 0;
    while (decoder.next(field, arena) == HpackDecoder::Step::Field) ++count;
    CHECK(count == 31);
}

TEST_CASE("Session: push where the client allows it (RFC 9113 8.4)") {
    Recorder client;
    client.feed(hello(setting(3, 1)) + get(1));
    (void)client.frames();
    Stream& parent = *client.session.stream(1);
    Stream* pushed =
        client.session.push(parent, "/a.css", "e.org", "https", {{"accept", "*/*"}}, client.out);
    REQUIRE(pushed != nullptr);
    CHECK(client.session.push(parent, "/b.css", "e.org", "https", {}, client.out) ==
          nullptr);  // one at a time
    client.session.send_head(*pushed, {}, EndStream::Yes, client.out);
    client.session.release(*pushed, 0, client.out);
    const auto frames = client.reader.read(client.out);
    CHECK(describe(frames) == "PUSH1 2; H2 200 end");
    CHECK(frames[0].fields == Fields{{":method", "GET"},
                                     {":scheme", "https"},
                                     {":authority", "e.org"},
                                     {":path", "/a.css"},
                                     {"accept", "*/*"}});
    client.feed(frame(kSettings, 0, 0, setting(2, 0)));
    CHECK(client.session.push(parent, "/c.css", "e.org", "https", {}, client.out) == nullptr);
}
