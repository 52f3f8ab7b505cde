// SPDX-License-Identifier: MIT
/// \file
/// What the reader makes of frames: the categories of Autobahn's test suite as tables. Each row is
/// read whole, byte by byte and in random splits.
#include "frames.hpp"

#include <pottle/proto/ws/reader.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::ws;
using namespace pottle::ws::test;

namespace {

struct Row {
    std::string_view why;
    std::string wire;
    std::string_view events;
};

void check(const std::vector<Row>& rows, const Settings& settings = {}) {
    for (const Row& row : rows) {
        CAPTURE(row.why);
        CHECK(read_every_way(row.wire, settings) == row.events);
    }
}

}  // namespace

TEST_CASE("ws reader: unmasks the examples of the specification (RFC 6455 5.7)") {
    const std::string hello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
    CHECK(read_every_way(hello) == "text Hello\n");
    const Settings client{.role = Role::Client};
    CHECK(read_every_way("\x81\x05Hello", client) == "text Hello\n");
    CHECK(read_every_way("\x01\x03Hel\x80\x02lo", client) == "text Hello\n");
    CHECK(read_every_way("\x89\x05Hello", client) == "ping Hello\n");
}

TEST_CASE("ws reader: takes messages of every length form (Autobahn 1, RFC 6455 5.2)") {
    for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 127UL, 128UL, 65535UL, 65536UL}) {
        CAPTURE(size);
        const std::string payload(size, '*');
        const std::string shown = size > 140 ? std::to_string(size) + " octets" : payload;
        CHECK(read_every_way(frame(kText, payload)) == "text " + shown + "\n");
        const std::string octets(size, '\xfe');
        const std::string events = read_every_way(frame(kBinary, octets));
        CHECK(events.starts_with("binary "));
        CHECK(events.size() == (size > 140 ? shown.size() + 8 : 8 + (size > 70 ? size : size * 2)));
    }
}

TEST_CASE("ws reader: reports pings and pongs with their payload (Autobahn 2, RFC 6455 5.5)") {
    const std::string longest(125, 'p');
    check({
        {"empty ping", frame(kPing), "ping \n"},
        {"ping with a payload", frame(kPing, "Hello"), "ping Hello\n"},
        {"ping that is not text", frame(kPing, "\xff\xfe"), "ping \xff\xfe\n"},
        {"unsolicited pongs", frame(kPong) + frame(kPong, "x"), "pong \npong x\n"},
        {"ten pings", frame(kPing, "1") + frame(kPing, "2"), "ping 1\nping 2\n"},
        {"over 125 octets", frame(kPing, longest + "x"), "error 1002\n"},
    });
    CHECK(read_every_way(frame(kPing, longest)) == "ping " + longest + "\n");
}

TEST_CASE("ws reader: refuses reserved bits after what came before (Autobahn 3, RFC 6455 5.2)") {
    const std::string first = frame(kText, "ok");
    check({
        {"RSV1 without an extension", frame(kText | kRsv1, "x"), "error 1002\n"},
        {"RSV2", frame(kText | kRsv2, "x"), "error 1002\n"},
        {"RSV3", frame(kText | kRsv3, "x"), "error 1002\n"},
        {"all", frame(kText | kRsv1 | kRsv2 | kRsv3, "x"), "error 1002\n"},
        {"behind a message", first + frame(kText | kRsv2, "x"), "text ok\nerror 1002\n"},
        {"ping", first + frame(kPing | kRsv3), "text ok\nerror 1002\n"},
        {"close", first + frame(kClose | kRsv1), "text ok\nerror 1002\n"},
        {"nothing is read behind it", frame(kText | kRsv2) + first, "error 1002\n"},
    });
}

TEST_CASE("ws reader: refuses unknown opcodes (Autobahn 4, RFC 6455 5.2)") {
    for (const unsigned opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        CAPTURE(opcode);
        CHECK(read_every_way(frame(0x80 | opcode)) == "error 1002\n");
        CHECK(read_every_way(frame(kText, "ok") + frame(0x80 | opcode, "x") + frame(kPing)) ==
              "text ok\nerror 1002\n");
    }
}

TEST_CASE("ws reader: puts fragments together (Autobahn 5, RFC 6455 5.4)") {
    const std::string begin = frame(kTextBegin, "one ");
    check({
        {"fragmented ping", frame(0x09) + frame(kMore), "error 1002\n"},
        {"fragmented close", frame(0x08, "\x03\xe8"), "error 1002\n"},
        {"two", begin + frame(kMore, "two"), "text one two\n"},
        {"three, one empty", begin + frame(kMiddle) + frame(kMore, "two"), "text one two\n"},
        {"all empty", frame(kTextBegin) + frame(kMiddle) + frame(kMore), "text \n"},
        {"a ping between", begin + frame(kPing, "p") + frame(kMore, "two"),
         "ping p\ntext one two\n"},
        {"a pong between", begin + frame(kPong, "p") + frame(kMore, "two"),
         "pong p\ntext one two\n"},
        {"a close between", begin + close_frame(1000) + frame(kMore, "two"), "close 1000 \n"},
        {"nothing to continue", frame(kMore, "x"), "error 1002\n"},
        {"nothing to continue, not final", frame(kMiddle, "x"), "error 1002\n"},
        {"nothing to continue behind a message", frame(kText, "a") + frame(kMore, "x"),
         "text a\nerror 1002\n"},
        {"a new text before the end", begin + frame(kText, "x"), "error 1002\n"},
        {"a new binary before the end", begin + frame(kBinaryBegin, "x"), "error 1002\n"},
        {"binary", frame(kBinaryBegin, "\x01") + frame(kMore, "\xff"), "binary 01ff\n"},
    });
}

TEST_CASE("ws reader: refuses text that is not UTF-8 where it begins (Autobahn 6, RFC 6455 8.1)") {
    const std::string greek = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";  // "kosme"
    check({
        {"split inside of a character",
         frame(kTextBegin, greek.substr(0, 3)) + frame(kMore, greek.substr(3)),
         "text \xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\n"},
        {"empty fragments inside of a character",
         frame(kTextBegin, "\xf0\x9f") + frame(kMiddle) + frame(kMiddle, "\x98") +
             frame(kMore, "\x80"),
         "text \xf0\x9f\x98\x80\n"},
        {"a surrogate",
         frame(kText, greek + "\xed\xa0\x80"
                              "edited"),
         "error 1007\n"},
        {"overlong", frame(kText, "\xc0\xaf"), "error 1007\n"},
        {"past U+10FFFF", frame(kText, "\xf4\x90\x80\x80"), "error 1007\n"},
        {"a lone continuation", frame(kText, "\x80"), "error 1007\n"},
        {"five bytes", frame(kText, "\xf8\x88\x80\x80\x80"), "error 1007\n"},
        {"cut off", frame(kText, "\xce"), "error 1007\n"},
        {"cut off across fragments", frame(kTextBegin, "\xf0\x9f") + frame(kMore), "error 1007\n"},
        {"before the message's end", frame(kTextBegin, greek + "\xf4\x90"), "error 1007\n"},
        {"before the frame's end",
         header(kText, 1000) + frame(kText, "").substr(0, 0) + std::string("\xb7\x6a", 2),
         "error 1007\n"},  // "\x80\x90" masked
        {"binary may be anything", frame(kBinary, "\xff\xfe"), "binary fffe\n"},
        {"behind a message", frame(kText, "ok") + frame(kText, "\xff"), "text ok\nerror 1007\n"},
    });
}

TEST_CASE("ws reader: every truncation of a character waits, every wrong byte does not") {
    const std::string_view characters[] = {"\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    for (const std::string_view character : characters) {
        for (std::size_t length = 1; length < character.size(); ++length) {
            const std::string begin(character.substr(0, length));
            CHECK(read_every_way(frame(kTextBegin, begin)).empty());
            CHECK(read_every_way(frame(kTextBegin, begin + "a")) == "error 1007\n");
            CHECK(read_every_way(frame(kTextBegin, begin + "\xff")) == "error 1007\n");
        }
    }
}

TEST_CASE("ws reader: reads close frames and nothing behind (Autobahn 7, RFC 6455 5.5.1, 7.4)") {
    const std::string longest(123, 'r');
    check({
        {"no code", frame(kClose), "close 1005 \n"},
        {"code", close_frame(1000), "close 1000 \n"},
        {"code and reason", close_frame(1000, "bye"), "close 1000 bye\n"},
        {"what follows is ignored", close_frame(1000) + frame(kText, "x") + frame(kPing),
         "close 1000 \n"},
        {"even garbage", close_frame(1000) + "garbage", "close 1000 \n"},
        {"half a code", frame(kClose, "\x03"), "error 1002\n"},
        {"too long", close_frame(1000, longest + "r"), "error 1002\n"},
        {"reason is not UTF-8", close_frame(1000, "\xce\xba\xe1\xbd"), "error 1007\n"},
    });
    CHECK(read_every_way(close_frame(1000, longest)) == "close 1000 " + longest + "\n");
    for (const unsigned code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                                1014, 3000, 3999, 4000, 4999})
        CHECK(read_every_way(close_frame(static_cast<std::uint16_t>(code))) ==
              "close " + std::to_string(code) + " \n");
    for (const unsigned code :
         {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        CAPTURE(code);
        CHECK(read_every_way(close_frame(static_cast<std::uint16_t>(code))) == "error 1002\n");
    }
}

TEST_CASE("ws reader: frames of a client are masked, those of a server are not (RFC 6455 5.1)") {
    CHECK(read_every_way("\x81\x05Hello") == "error 1002\n");
    CHECK(read_every_way("\x88\x02\x03\xe8") == "error 1002\n");
    CHECK(read_every_way(frame(kText, "x"), {.role = Role::Client}) == "error 1002\n");
}

TEST_CASE("ws reader: lengths stand in their shortest form and below 2^63 (RFC 6455 5.2)") {
    using namespace std::string_literals;
    check({
        {"16 bits for 125", "\x82\xfe\x00\x7d"s + "mask", "error 1002\n"},
        {"64 bits for 65535", "\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff"s + "mask", "error 1002\n"},
        {"top bit", "\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00"s + "mask", "error 1002\n"},
        {"2^63 - 1 is only too large", "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s + "mask",
         "error 1009\n"},
    });
}

TEST_CASE("ws reader: refuses a message over the limit when it is announced (Autobahn 9)") {
    const Settings small{.limits = {.message = 10}};
    check(
        {
            {"at the limit", frame(kText, "0123456789"), "text 0123456789\n"},
            {"one more", frame(kText, "0123456789x"), "error 1009\n"},
            {"announced", header(kText, 11), "error 1009\n"},
            {"fragments together", frame(kTextBegin, "01234567") + frame(kMore, "89"),
             "text 0123456789\n"},
            {"fragments over it", frame(kTextBegin, "01234567") + header(kMore, 3), "error 1009\n"},
            {"a ping does not count",
             frame(kTextBegin, "01234567") + frame(kPing, "0123456789") + frame(kMore, "89"),
             "ping 0123456789\ntext 0123456789\n"},
            {"the next message counts anew",
             frame(kText, "0123456789") + frame(kText, "0123456789"),
             "text 0123456789\ntext 0123456789\n"},
        },
        small);
}

TEST_CASE("ws reader: holds what arrived, not what was announced (Limits::message)") {
    const Limits limits;
    Reader reader(limits);
    const std::string announced = header(kBinary, 16_MiB) + "1234";
    CHECK(reader.next(announced).kind == Event::Kind::NeedMore);
    CHECK(reader.take_message().capacity() < 1024);
}
