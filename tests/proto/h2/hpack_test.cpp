// SPDX-License-Identifier: MIT
#include "huffman.hpp"
#include "static_table.hpp"

#include <pottle/proto/h2/hpack_decoder.hpp>
#include <pottle/proto/h2/hpack_encoder.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h2;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string octets(std::string_view hex) {
    std::string out;
    std::string digits;
    for (const char c : hex)
        if (c != ' ') digits += c;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return out;
}

/// The fields of a block; one named "!" when it cannot be decoded.
Fields decode(HpackDecoder& decoder, const std::string& block) {
    FieldArena arena;
    Fields fields;
    decoder.begin(block);
    for (;;) {
        http::Field field;
        switch (decoder.next(field, arena)) {
            case HpackDecoder::Step::Field:
                fields.emplace_back(field.name, field.value);
                break;
            case HpackDecoder::Step::End:
                return fields;
            case HpackDecoder::Step::Failed:
                fields.emplace_back("!", "");
                return fields;
        }
    }
}

bool fails(const std::string& block) {
    HpackDecoder decoder;
    const Fields fields = decode(decoder, block);
    return !fields.empty() && fields.back().first == "!";
}

std::string encode(HpackEncoder& encoder, const Fields& fields) {
    std::size_t bound = HpackEncoder::kBeginBound;
    for (const auto& [name, value] : fields) bound += HpackEncoder::bound(name, value);
    std::string out(bound, '\0');
    char* at = encoder.begin(out.data());
    for (const auto& [name, value] : fields) at = encoder.put(at, name, value);
    const auto size = static_cast<std::size_t>(at - out.data());
    REQUIRE(size <= bound);
    out.resize(size);
    return out;
}

}  // namespace

TEST_CASE("HpackDecoder: decodes the RFC's requests without Huffman (RFC 7541 C.3)") {
    HpackDecoder decoder;
    const Fields first{
        {":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "www.example.com"}};
    CHECK(decode(decoder, octets("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")) == first);
    Fields second = first;
    second.emplace_back("cache-control", "no-cache");
    CHECK(decode(decoder, octets("8286 84be 5808 6e6f 2d63 6163 6865")) == second);
    CHECK(decode(decoder, octets("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661"
                                 "6c75 65")) == Fields{{":method", "GET"},
                                                       {":scheme", "https"},
                                                       {":path", "/index.html"},
                                                       {":authority", "www.example.com"},
                                                       {"custom-key", "custom-value"}});
}

TEST_CASE("HpackDecoder: decodes the RFC's requests with Huffman (RFC 7541 C.4)") {
    HpackDecoder decoder;
    CHECK(decode(decoder, octets("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))[3].second ==
          "www.example.com");
    CHECK(decode(decoder, octets("8286 84be 5886 a8eb 1064 9cbf"))[4].second == "no-cache");
    CHECK(decode(decoder, octets("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))[4]
              .second == "custom-value");
}

TEST_CASE("HpackDecoder: obeys size updates and evicts (RFC 7541 4.2, 4.3, 6.3)") {
    HpackDecoder decoder;
    // 256 octets of table: the RFC's responses (C.5) behind a size update.
    const auto first = decode(
        decoder, octets("3fe1 01 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63"
                        "7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77"
                        "7777 2e65 7861 6d70 6c65 2e63 6f6d"));
    REQUIRE(first.size() == 4);
    CHECK(first[0] == std::pair<std::string, std::string>{":status", "302"});
    const auto second = decode(decoder, octets("4803 3330 37c1 c0bf"));  // evicts :status 302
    REQUIRE(second.size() == 4);
    CHECK(second[0].second == "307");
    CHECK(second[1].first == "cache-control");
    CHECK(second[3].first == "location");
    CHECK(fails(octets("82 20")));          // not in front
    CHECK(fails(octets("3fe2 1f")));        // 4097
    CHECK_FALSE(fails(octets("3fe1 1f")));  // 4096
}

TEST_CASE("HpackDecoder: refuses what is no header block (RFC 7541 2.3.3, 5.1, 5.2, 6.1)") {
    for (const std::string_view hex :
         {"80",                                               // index 0
          "be",                                               // beyond both tables
          "ff 80 80 80 80 80",                                // integer without an end
          "ff ff ff ff ff 7f",                                // integer too large
          "7f", "40", "40 01", "40 01 61", "40 01 61 02 61",  // cut off
          "00 01 61 81 00",                                   // padding that is not all ones
          "00 01 61 82 ff ff",                                // padding longer than 7 bits
          "00 01 61 84 ff ff ff ff",                          // EOS
          "7f ff ff ff 7f 01 61"})                            // name beyond both tables
        CHECK_MESSAGE(fails(octets(hex)), hex);
}

TEST_CASE("HpackDecoder: a name of the table survives the eviction of its entry (RFC 7541 4.4)") {
    HpackDecoder decoder;
    std::string block = octets("3f 21");  // 64 octets: one entry of 32 octets of text
    block += octets("40 04 6e616d65 04 31323334");
    block += octets("7e 04 35363738");  // its name again: evicts the old one while inserting
    CHECK(decode(decoder, block) == Fields{{"name", "1234"}, {"name", "5678"}});
    CHECK(decode(decoder, octets("be")) == Fields{{"name", "5678"}});
}

TEST_CASE("HpackDecoder: skip() keeps the table in step") {
    HpackDecoder decoder;
    FieldArena arena;
    decoder.begin(octets("40 01 61 01 62"));
    std::size_t size = 0;
    const std::string block = octets("40 01 61 01 62");
    decoder.begin(block);
    CHECK(decoder.skip(size, arena) == HpackDecoder::Step::Field);
    CHECK(size == 34);
    CHECK(decoder.skip(size, arena) == HpackDecoder::Step::End);
    CHECK(decode(decoder, octets("be")) == Fields{{"a", "b"}});
}

TEST_CASE("huffman: every octet comes back, alone and in company (RFC 7541 5.2)") {
    std::mt19937 random(7);
    for (int round = 0; round < 400; ++round) {
        std::string text;
        const std::size_t size = round < 256 ? 1 : random() % 200;
        for (std::size_t i = 0; i < size; ++i)
            text += static_cast<char>(round < 256 ? round : static_cast<int>(random() % 256));
        std::string code(huffman::encoded_size(text), '\0');
        REQUIRE(huffman::encode(text, code.data()) == code.data() + code.size());
        std::string back(huffman::decoded_bound(code.size()) + 1, '\0');
        char* end = huffman::decode(code, back.data());
        REQUIRE(end != nullptr);
        back.resize(static_cast<std::size_t>(end - back.data()));
        CHECK(back == text);
    }
}

TEST_CASE("HpackEncoder: what it writes is read back, over many blocks and table sizes") {
    std::mt19937 random(3);
    HpackEncoder encoder;
    HpackDecoder decoder;
    const std::vector<std::string> names{
        "server",     "Date", "content-type", "x-custom",
        "set-cookie", "etag", "vary",         "X-Long-Header-Name-Of-Ours"};
    for (int round = 0; round < 2000; ++round) {
        if (random() % 50 == 0)
            encoder.set_peer_capacity(static_cast<std::uint32_t>(random() % 6000));
        Fields fields;
        Fields expected;
        for (std::size_t i = random() % 8; i > 0; --i) {
            std::string name = names[random() % names.size()];
            std::string value = std::to_string(random() % 40) +
                                std::string(random() % 30 == 0 ? random() % 900 : 3, 'v');
            fields.emplace_back(name, value);
            for (char& c : name) c = static_cast<char>(std::tolower(c));
            expected.emplace_back(name, value);
        }
        REQUIRE(decode(decoder, encode(encoder, fields)) == expected);
    }
}

TEST_CASE(
    "HpackEncoder: a repeated field costs one octet, a secret is never indexed (RFC 7541 6.1, "
    "7.1.3)") {
    HpackEncoder encoder;
    CHECK(encode(encoder, {{"server", "pottle"}}).size() > 1);
    CHECK(encode(encoder, {{"server", "pottle"}}).size() == 1);
    const std::string cookie = encode(encoder, {{"set-cookie", "a=b"}});
    CHECK((static_cast<unsigned char>(cookie[0]) & 0xf0) == 0x10);
    CHECK(encode(encoder, {{"set-cookie", "a=b"}}) == cookie);
}

TEST_CASE("HpackEncoder: status and length as the static table has them (RFC 7541 A)") {
    HpackEncoder encoder;
    HpackDecoder decoder;
    for (const int status : {200, 204, 206, 304, 400, 404, 500, 201, 302, 503, 103}) {
        std::string out(16, '\0');
        char* at = encoder.put_status(out.data(), status);
        at = encoder.put_content_length(at, 0);
        out.resize(static_cast<std::size_t>(at - out.data()));
        CHECK(decode(decoder, out) ==
              Fields{{":status", std::to_string(status)}, {"content-length", "0"}});
    }
}

TEST_CASE("static table: known entries stand where the RFC has them (RFC 7541 A)") {
    CHECK(find_static_name(":authority") == 1);
    CHECK(find_static_name(":status") == 8);
    CHECK(find_static_name("content-length") == 28);
    CHECK(find_static_name("www-authenticate") == 61);
    CHECK(find_static_name("x") == 0);
}
