// SPDX-License-Identifier: MIT
/// \file
/// permessage-deflate (RFC 7692 7.2, Autobahn 12 and 13).
#include "frames.hpp"

#include <pottle/proto/ws/deflate.hpp>
#include <pottle/proto/ws/writer.hpp>

#include <random>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::ws;
using namespace pottle::ws::test;
using namespace std::string_literals;

namespace {

const Settings kTakeover{.deflate = true};
const Settings kNoTakeover{.deflate = true, .takeover = ContextTakeover::No};

std::string compress(Deflater& deflater, std::string_view text, ContextTakeover takeover) {
    std::string out;
    deflater.deflate(text, out, takeover);
    return out;
}

std::string some_text(std::size_t size) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < size) text += static_cast<char>('a' + random() % 6);
    return text;
}

}  // namespace

TEST_CASE("ws reader: inflates the examples of the specification (RFC 7692 7.2.3)") {
    const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    CHECK(read_every_way(frame(kText | kRsv1, hello), kTakeover) == "text Hello\n");
    // 7.2.3.1: in two fragments.
    CHECK(read_every_way(
              frame(kTextBegin | kRsv1, hello.substr(0, 3)) + frame(kMore, hello.substr(3)),
              kTakeover) == "text Hello\n");
    // 7.2.3.2: the second message refers to the first.
    const std::string again = "\xf2\x00\x11\x00\x00"s;
    CHECK(read_every_way(frame(kText | kRsv1, hello) + frame(kText | kRsv1, again), kTakeover) ==
          "text Hello\ntext Hello\n");
    // 7.2.3.3: a stored block.
    CHECK(read_every_way(frame(kText | kRsv1, "\x00\x05\x00\xfa\xffHello\x00"s), kTakeover) ==
          "text Hello\n");
    // 7.2.3.4: a block with BFINAL.
    const std::string final = "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s;
    CHECK(read_every_way(frame(kText | kRsv1, final) + frame(kText | kRsv1, hello), kTakeover) ==
          "text Hello\ntext Hello\n");
    // 7.2.3.5: two blocks.
    CHECK(read_every_way(
              frame(kText | kRsv1, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s),
              kTakeover) == "text Hello\n");
    // 7.2.3.6: an empty message.
    CHECK(read_every_way(frame(kText | kRsv1, "\x00"s), kTakeover) == "text \n");
}

TEST_CASE("ws reader: a final block keeps the window for the next message (RFC 7692 7.2.3.4)") {
    const std::string final = "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s;
    const std::string again = "\xf2\x00\x11\x00\x00"s;  // refers to the Hello before it
    CHECK(read_every_way(frame(kText | kRsv1, final) + frame(kText | kRsv1, again), kTakeover) ==
          "text Hello\ntext Hello\n");
}

TEST_CASE("ws reader: without context takeover nothing refers back (RFC 7692 7.1.1)") {
    const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    const std::string again = "\xf2\x00\x11\x00\x00"s;
    CHECK(read_every_way(frame(kText | kRsv1, hello) + frame(kText | kRsv1, again), kNoTakeover) ==
          "text Hello\nerror 1007\n");
}

TEST_CASE("ws reader: the compression bit stands on first data frames only (RFC 7692 6.1)") {
    const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
    CHECK(read_every_way(frame(kTextBegin | kRsv1, hello) + frame(kMore | kRsv1), kTakeover) ==
          "error 1002\n");
    CHECK(read_every_way(frame(kPing | kRsv1), kTakeover) == "error 1002\n");
    // A message may be sent as it is.
    CHECK(read_every_way(frame(kText, "plain") + frame(kText | kRsv1, hello), kTakeover) ==
          "text plain\ntext Hello\n");
}

TEST_CASE("ws reader: what cannot be inflated is 1007, and so is text that is not UTF-8") {
    CHECK(read_every_way(frame(kText | kRsv1, "\xff\xff\xff"), kTakeover) == "error 1007\n");
    Deflater deflater{DeflateOptions{}};
    const std::string bad = compress(deflater, "\xff\xfe", ContextTakeover::Yes);
    CHECK(read_every_way(frame(kText | kRsv1, bad), kTakeover) == "error 1007\n");
}

TEST_CASE("ws reader: the limit counts while a message is inflated (RFC 7692 10)") {
    Deflater deflater{DeflateOptions{}};
    const std::string bomb = compress(deflater, std::string(64_MiB, '\0'), ContextTakeover::No);
    CHECK(bomb.size() < 128_KiB);
    CHECK(read_every_way(frame(kBinary | kRsv1, bomb), kNoTakeover) == "error 1009\n");

    const Settings small{.limits = {.message = 1000}, .deflate = true};
    CHECK(read_every_way(
              frame(kText | kRsv1, compress(deflater, std::string(1000, 'x'), ContextTakeover::No)),
              small) == "text 1000 octets\n");
    CHECK(read_every_way(
              frame(kText | kRsv1, compress(deflater, std::string(1001, 'x'), ContextTakeover::No)),
              small) == "error 1009\n");
}

TEST_CASE("ws deflater: what it makes is read back, with every window and takeover (Autobahn 13)") {
    for (const int bits : {8, 9, 10, 12, 15}) {
        for (const ContextTakeover takeover : {ContextTakeover::Yes, ContextTakeover::No}) {
            CAPTURE(bits);
            Deflater deflater(DeflateOptions{}, bits);
            Settings settings = takeover == ContextTakeover::Yes ? kTakeover : kNoTakeover;
            settings.window_bits = bits;
            std::string wire, expected;
            for (const std::size_t size : {0, 1, 100, 5000, 70000, 300000}) {
                const std::string text = some_text(size);
                wire += frame(kText | kRsv1, compress(deflater, text, takeover));
                expected += "text " + (size > 140 ? std::to_string(size) + " octets" : text) + "\n";
            }
            CHECK(read_every_way(wire, settings) == expected);
        }
    }
}

TEST_CASE("ws deflater: context takeover pays, and forget() refers to nothing before it") {
    Deflater deflater{DeflateOptions{}};
    const std::string text = some_text(400);
    const std::string first = compress(deflater, text, ContextTakeover::Yes);
    const std::string second = compress(deflater, text, ContextTakeover::Yes);
    CHECK(second.size() < first.size() / 4);
    deflater.forget();
    CHECK(compress(deflater, text, ContextTakeover::Yes) == first);
}
