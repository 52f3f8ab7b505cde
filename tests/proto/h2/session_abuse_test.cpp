// SPDX-License-Identifier: MIT
/// \file
/// Session: what a client must not do too often (CVE-2019-9512 and those after it).
#include "recorder.hpp"

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;
using namespace pottle::h2test;

TEST_CASE("Session: an HPACK bomb ends the connection (abuse: HPACK bomb)") {
    // One entry of 3 KiB, referred to by single octets.
    std::string bomb =
        "\x40\x01"
        "a\x7f\x81\x16" +
        std::string(2944, 'x') + std::string(1000, '\xbe');
    CHECK(events(frame(kHeaders, kEndHeaders | kEndStream, 1, block(request()) + bomb)) ==
          "error 11;");
    Recorder client;
    client.feed(hello() + frame(kHeaders, kEndHeaders | kEndStream, 1, block(request()) + bomb));
    CHECK(client.frames() == "SETTINGS ack; GOAWAY 1 11");
}

TEST_CASE("Session: CONTINUATION floods end the connection (abuse: CONTINUATION flood)") {
    std::string flood = frame(kHeaders, 0, 1, "");
    for (int i = 0; i < 9; ++i) flood += frame(kContinuation, 0, 1, "");
    CHECK(events(flood) == "error 11;");
    std::string large = frame(kHeaders, 0, 1, std::string(1000, '\x82'));
    large += frame(kContinuation, 0, 1, std::string(1000, '\x82'));
    CHECK(events(large, {.header_list = 1500}) == "error 11;");
}

TEST_CASE("Session: rapid resets end the connection (abuse: CVE-2023-44487)") {
    Recorder client({.reset_burst = 10, .resets_per_second = 10});
    client.respond = true;
    std::string flood = hello();
    std::uint32_t id = 1;
    for (int i = 0; i < 10; ++i, id += 2) flood += get(id) + frame(kRstStream, 0, id, u32(8));
    client.feed(flood);
    CHECK_FALSE(client.session.failed());
    client.now += 500;  // five more
    for (int i = 0; i < 5; ++i, id += 2) client.feed(get(id) + frame(kRstStream, 0, id, u32(8)));
    CHECK_FALSE(client.session.failed());
    client.feed(get(id) + frame(kRstStream, 0, id, u32(8)));
    CHECK(client.session.failed());
}

TEST_CASE("Session: resets that the peer provokes count like its own (abuse: CVE-2025-8671)") {
    std::string flood;
    for (std::uint32_t id = 1; id < 41; id += 2)
        flood += headers(id, request("POST"), false) + frame(kWindowUpdate, 0, id, u32(0));
    CHECK(events(flood, {.reset_burst = 10}).ends_with("error 11;"));
    std::string malformed;
    for (std::uint32_t id = 1; id < 41; id += 2) malformed += headers(id, {{":method", "GET"}});
    CHECK(events(malformed, {.reset_burst = 10}) == "error 11;");
}

TEST_CASE("Session: floods of frames that bring nothing forward end the connection (abuse)") {
    const std::string open = headers(1, request("POST"), false);
    for (const std::string& cheap :
         {frame(kPing, 0, 0, "12345678"), frame(kPing, kAck, 0, "12345678"), frame(kSettings, 0, 0),
          frame(kSettings, kAck, 0), frame(kPriority, 0, 3, u32(0) + 'x'), frame(kData, 0, 1),
          frame(kWindowUpdate, 0, 0, u32(1)), frame(kWindowUpdate, 0, 1, u32(1)), frame(0x77, 0, 0),
          frame(kPriorityUpdate, 0, 0, u32(3) + "u=1"), frame(kGoAway, 0, 0, u32(0) + u32(0))}) {
        std::string flood = open;
        for (int i = 0; i < 60; ++i) flood += cheap;
        CHECK(events(flood, {.control_burst = 50}).ends_with("error 11;"));
    }
    std::string many;
    for (int i = 0; i < 33; ++i) many += setting(99, 1);
    CHECK(events(frame(kSettings, 0, 0, many)) == "error 11;");
}
