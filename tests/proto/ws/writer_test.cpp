// SPDX-License-Identifier: MIT
#include "frames.hpp"

#include <pottle/base/require.hpp>
#include <pottle/proto/ws/writer.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::ws;
using namespace pottle::ws::test;

namespace {
constexpr Settings kClient{.role = Role::Client};
}

TEST_CASE("ws writer: what it writes is read back (RFC 6455 5.2)") {
    for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65535UL, 65536UL, 200000UL}) {
        CAPTURE(size);
        std::string out;
        append_frame(out, Opcode::Text, std::string(size, 'x'));
        append_frame(out, Opcode::Ping, "p");
        const std::string shown =
            size > 140 ? std::to_string(size) + " octets" : std::string(size, 'x');
        CHECK(read_every_way(out, kClient) == "text " + shown + "\nping p\n");
    }
}

TEST_CASE("ws writer: writes the examples of the specification (RFC 6455 5.7)") {
    std::string out;
    append_frame(out, Opcode::Text, "Hello");
    append_frame(out, Opcode::Pong, "Hello");
    append_header(out, Opcode::Binary, 256);
    append_header(out, Opcode::Binary, 65536);
    CHECK(out == std::string("\x81\x05Hello\x8a\x05Hello\x82\x7e\x01\x00"
                             "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00",
                             28));
}

TEST_CASE("ws writer: close frames carry a code and a reason, or neither (RFC 6455 5.5.1)") {
    std::string out;
    append_close(out, close_code::kGoingAway, "bye");
    CHECK(read_every_way(out, kClient) == "close 1001 bye\n");
    out.clear();
    append_close(out, close_code::kNoStatus, "");
    CHECK(read_every_way(out, kClient) == "close 1005 \n");
    CHECK_THROWS_AS(append_close(out, close_code::kAbnormal, ""), LogicError);
    CHECK_THROWS_AS(append_close(out, 1000, std::string(124, 'x')), LogicError);
    CHECK_THROWS_AS(append_frame(out, Opcode::Ping, std::string(126, 'x')), LogicError);
}
