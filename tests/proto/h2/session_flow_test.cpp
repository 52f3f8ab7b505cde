// SPDX-License-Identifier: MIT
/// \file
/// Session: flow control in both directions, and the order of what is sent.
#include "recorder.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;
using namespace pottle::h2test;

TEST_CASE("Session: flow control of what is received (RFC 9113 6.9)") {
    SUBCASE("credit comes back when content was consumed") {
        Recorder client({.stream_window = 65535, .connection_window = 65535, .largest_window = 0});
        std::string body = headers(1, request("POST"), false);
        for (int i = 0; i < 2; ++i) body += data(1, std::string(16384, 'x'));
        client.feed(hello() + body);
        CHECK(client.frames() == "SETTINGS ack; WU0 32768; WU1 32768");
    }
    SUBCASE("more than the window is an error") {
        // Nothing is consumed: the test keeps the credit.
        Limits limits{.stream_window = 65535, .connection_window = 65535};
        Scratch scratch;
        Session session(limits, scratch, {});
        std::string out;
        session.start(out);
        std::string input = hello() + headers(1, request("POST"), false);
        for (int i = 0; i < 4; ++i) input += data(1, std::string(16384, 'x'));
        http::RequestParts parts;
        Event event;
        std::string_view rest = input;
        do {
            event = session.next(rest, parts, out, {});
            rest.remove_prefix(event.consumed);
        } while (event.kind == Event::Kind::Head || event.kind == Event::Kind::Data);
        CHECK(event.kind == Event::Kind::Error);
        CHECK(event.code == ErrorCode::FlowControlError);
    }
    SUBCASE("padding counts and comes back") {
        Recorder client({.stream_window = 65535, .connection_window = 65535, .largest_window = 0});
        std::string body = headers(1, request("POST"), false);
        for (int i = 0; i < 200; ++i) body += frame(kData, kPadded, 1, padded("x", 200));
        client.feed(hello() + body);
        CHECK(client.frames().find("WU1 ") != std::string::npos);
    }
}

TEST_CASE(
    "Session: credit of the connection comes back for content that nobody takes (RFC 9113 6.9)") {
    Recorder client({.stream_window = 65535, .connection_window = 65535, .largest_window = 0});
    client.feed(hello());
    std::uint32_t returned = 0;
    const auto count_credit = [&] {
        for (const Frame& one : client.reader.read(std::exchange(client.out, {})))
            if (one.type == kWindowUpdate && one.stream == 0) returned += read_u32(one.payload);
    };
    SUBCASE("of a stream that is reset while a frame comes") {
        for (std::uint32_t id = 1; id < 41; id += 2) {
            std::string content = data(id, std::string(16384, 'x'));
            client.feed(headers(id, request("POST"), false) + content.substr(0, 9000));
            Stream& stream = *client.session.stream(id);
            client.session.reset(stream, ErrorCode::Cancel, client.out);
            client.session.release(stream, 0, client.out);
            client.feed(content.substr(9000));
            count_credit();
        }
    }
    SUBCASE("of a body that is not as long as it said") {
        for (std::uint32_t id = 1; id < 41; id += 2) {
            client.feed(headers(id, request("POST", "/", {{"content-length", "20000"}}), false) +
                        data(id, std::string(16384, 'x'), true));
            count_credit();
        }
    }
    CHECK(returned >= 20 * 16384 - 32768);
    CHECK(client.events.find("error") == std::string::npos);
}

TEST_CASE("Session: windows grow while a client fills them within one round trip") {
    Recorder client(
        {.stream_window = 65535, .connection_window = 65535, .largest_window = 1 << 20});
    const std::string piece = data(1, std::string(16384, 'x'));
    client.feed(hello() + headers(1, request("POST"), false) + piece + piece);
    CHECK(client.frames() == "SETTINGS ack; WU0 32768; WU1 32768; PING");
    for (int i = 0; i < 4; ++i) client.feed(piece);
    client.feed(frame(kPing, kAck, 0, "pottle w"));
    (void)client.frames();
    client.feed(piece + piece);
    // 65535 more than what was consumed.
    CHECK(client.frames() == "WU0 81919; WU1 98303; PING");
}

TEST_CASE("Session: flow control of what is sent (RFC 9113 6.9)") {
    Recorder client;
    client.feed(hello(setting(4, 10)) + get(1));
    Stream& stream = *client.session.stream(1);
    (void)client.frames();
    client.session.send_head(stream, {}, EndStream::No, client.out);
    client.session.send_data(stream, std::string(25, 'x'), EndStream::Yes, true, client.out);
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "H1 200; D1 10");
    client.feed(frame(kWindowUpdate, 0, 1, u32(5)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "D1 5");
    client.feed(frame(kSettings, 0, 0, setting(4, 5)));  // takes five back: below zero
    client.feed(frame(kWindowUpdate, 0, 1, u32(5)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "SETTINGS ack");
    client.feed(frame(kWindowUpdate, 0, 1, u32(100)));
    client.session.flush(client.out, 1 << 20);
    CHECK(client.frames() == "D1 10 end");
}

TEST_CASE("Session: the connection's window holds all streams (RFC 9113 6.9)") {
    Recorder client;
    client.feed(hello(setting(4, 1 << 20)) + get(1) + get(3));
    for (const std::uint32_t id : {1U, 3U}) {
        client.session.send_head(*client.session.stream(id), {}, EndStream::No, client.out);
        client.session.send_data(*client.session.stream(id), std::string(40000, 'x'),
                                 EndStream::Yes, false, client.out);
    }
    (void)client.frames();
    client.session.flush(client.out, 1 << 20);
    std::size_t sent = 0;
    for (const Frame& one : client.reader.read(std::exchange(client.out, {})))
        sent += one.payload.size();
    CHECK(sent == 65535);
    client.feed(frame(kWindowUpdate, 0, 0, u32(100000)));
    client.session.flush(client.out, 1 << 20);
    for (const Frame& one : client.reader.read(std::exchange(client.out, {})))
        sent += one.payload.size();
    CHECK(sent == 80000);
}

TEST_CASE(
    "Session: urgency decides, incremental streams share, others go one by one (RFC 9218 10)") {
    const auto order = [](std::vector<std::string> priorities) {
        Recorder client;
        std::string input = hello(setting(4, 1 << 20)) + frame(kWindowUpdate, 0, 0, u32(1 << 20));
        std::uint32_t id = 1;
        for (const std::string& priority : priorities) {
            input += headers(
                id,
                request("GET", "/", priority.empty() ? Fields{} : Fields{{"priority", priority}}));
            id += 2;
        }
        client.feed(input);
        for (id = 1; id < 1 + 2 * priorities.size(); id += 2) {
            client.session.send_head(*client.session.stream(id), {}, EndStream::No, client.out);
            client.session.send_data(*client.session.stream(id), std::string(2 * 16384, 'x'),
                                     EndStream::Yes, false, client.out);
        }
        (void)client.frames();
        client.session.flush(client.out, 1 << 20);
        std::string ids;
        for (const Frame& one : client.reader.read(client.out)) ids += std::to_string(one.stream);
        return ids;
    };
    CHECK(order({"u=5", "u=1", "u=3"}) == "335511");
    CHECK(order({"u=3", "u=3"}) == "1133");
    CHECK(order({"u=3, i", "u=3, i"}) == "1313");
    CHECK(order({"", ""}) == "1313");
    CHECK(order({"i", "u=0", "i"}) == "331515");
}

TEST_CASE(
    "Session: PRIORITY_UPDATE changes a stream, before its request and after (RFC 9218 7.1)") {
    Recorder client({.early_priorities = 1});
    client.feed(hello() + frame(kPriorityUpdate, 0, 0, u32(3) + "u=0") +
                frame(kPriorityUpdate, 0, 0, u32(5) + "u=1") + get(1) + get(3) + get(5) +
                frame(kPriorityUpdate, 0, 0, u32(1) + "u=6, i"));
    CHECK(client.session.stream(3)->priority.urgency == 0);
    CHECK(client.session.stream(5)->priority.urgency == 3);  // one is kept at most
    CHECK(client.session.stream(1)->priority.urgency == 6);
}
