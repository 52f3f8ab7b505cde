// SPDX-License-Identifier: MIT
#include <pottle/proto/ws/handshake.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::ws;

namespace {

using List = std::vector<http::Field>;

List handshake(List changes = {}) {
    List fields{{"Host", "example.org"},
                {"Upgrade", "websocket"},
                {"Connection", "Upgrade"},
                {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                {"Sec-WebSocket-Version", "13"}};
    for (const http::Field& change : changes) {
        std::erase_if(fields, [&](const http::Field& field) { return field.name == change.name; });
        if (!change.value.empty()) fields.push_back(change);
    }
    return fields;
}

int status_of(const List& fields, HttpVersion version = HttpVersion::Http11) {
    const Result<> result = check_handshake(version, fields);
    return result ? 101 : result.error().status;
}

std::string negotiate(std::string_view offer, DeflateOptions options = {}) {
    const List fields{{"sec-websocket-extensions", offer}};
    const DeflateAnswer answer = negotiate_deflate(fields, options);
    return answer.accepted ? answer.field : "declined";
}

const DeflateOptions kAll{.server_context_takeover = true, .client_context_takeover = true};

}  // namespace

TEST_CASE("ws handshake: answers the key of the specification's example (RFC 6455 1.3)") {
    CHECK(accept_value("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("ws handshake: GET with Upgrade: websocket asks for one, anything else does not") {
    CHECK(wants_websocket(Method::Get, true, handshake()));
    CHECK(wants_websocket(Method::Get, true, handshake({{"Upgrade", "h2c, WebSocket"}})));
    CHECK_FALSE(wants_websocket(Method::Get, false, handshake()));
    CHECK_FALSE(wants_websocket(Method::Post, true, handshake()));
    CHECK_FALSE(wants_websocket(Method::Get, true, handshake({{"Upgrade", "h2c"}})));
}

TEST_CASE("ws handshake: needs one key of 16 octets over HTTP/1.1 (RFC 6455 4.2.1)") {
    CHECK(status_of(handshake()) == 101);
    CHECK(status_of(handshake({{"Sec-WebSocket-Key", ""}})) == 400);
    CHECK(status_of(handshake({{"Sec-WebSocket-Key", "c2hvcnQ="}})) == 400);
    CHECK(status_of(handshake({{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ="}})) == 400);
    List twice = handshake();
    twice.push_back({"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="});
    CHECK(status_of(twice) == 400);
}

TEST_CASE("ws handshake: needs no key over HTTP/2 and 3, but the version (RFC 8441 5)") {
    const List fields{{"sec-websocket-version", "13"}};
    CHECK(status_of(fields, HttpVersion::Http2) == 101);
    CHECK(status_of(fields, HttpVersion::Http3) == 101);
    CHECK(status_of({}, HttpVersion::Http2) == 426);
}

TEST_CASE("ws handshake: another version is answered 426 with the one that is spoken (4.2.2)") {
    CHECK(status_of(handshake({{"Sec-WebSocket-Version", "12"}})) == 426);
    CHECK(status_of(handshake({{"Sec-WebSocket-Version", ""}})) == 426);
    CHECK(status_of(handshake({{"Sec-WebSocket-Version", "13, 8"}})) == 426);
    const Headers fields = unsupported_version_fields(HttpVersion::Http11);
    CHECK(fields.get("sec-websocket-version") == "13");
    CHECK(fields.get("upgrade") == "websocket");
    CHECK_FALSE(unsupported_version_fields(HttpVersion::Http2).contains("upgrade"));
}

TEST_CASE("ws handshake: subprotocols stand in a list or in several fields") {
    const List fields{{"Sec-WebSocket-Protocol", "chat, superchat"},
                      {"sec-websocket-protocol", "soap"}};
    const auto offered = offered_subprotocols(fields);
    REQUIRE(offered.size() == 3);
    CHECK(offered[0] == "chat");
    CHECK(offered[2] == "soap");
    CHECK(offered_subprotocols({}).empty());
}

TEST_CASE("ws handshake: the answer names what was agreed on") {
    const List request = handshake();
    DeflateAnswer deflate{.accepted = true, .parameters = {}, .field = "permessage-deflate"};
    const Headers fields = accepting_fields(HttpVersion::Http11, request, "chat", deflate);
    CHECK(fields.get("upgrade") == "websocket");
    CHECK(fields.get("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(fields.get("sec-websocket-protocol") == "chat");
    CHECK(fields.get("sec-websocket-extensions") == "permessage-deflate");
    const Headers h2 = accepting_fields(HttpVersion::Http2, request, "", {});
    CHECK(h2.empty());
}

TEST_CASE("ws handshake: deflate is agreed on as offered (RFC 7692 7.1)") {
    CHECK(negotiate("permessage-deflate", kAll) == "permessage-deflate");
    CHECK(negotiate("permessage-deflate; server_no_context_takeover", kAll) ==
          "permessage-deflate; server_no_context_takeover");
    CHECK(negotiate("permessage-deflate; client_no_context_takeover", kAll) ==
          "permessage-deflate; client_no_context_takeover");
    CHECK(negotiate("permessage-deflate; server_max_window_bits=10", kAll) ==
          "permessage-deflate; server_max_window_bits=10");
    CHECK(negotiate("permessage-deflate; server_max_window_bits=\"15\"", kAll) ==
          "permessage-deflate; server_max_window_bits=15");
    CHECK(negotiate("permessage-deflate; client_max_window_bits", kAll) == "permessage-deflate");
    CHECK(negotiate("permessage-deflate; client_max_window_bits=9", kAll) ==
          "permessage-deflate; client_max_window_bits=9");
    CHECK(negotiate("", kAll) == "declined");
    CHECK(negotiate("permessage-deflate", {.enabled = false}) == "declined");
}

TEST_CASE("ws handshake: our own wishes are added where they may be (RFC 7692 7.1)") {
    CHECK(negotiate("permessage-deflate") ==
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    DeflateOptions narrow = kAll;
    narrow.server_max_window_bits = narrow.client_max_window_bits = 11;
    CHECK(negotiate("permessage-deflate", narrow) ==
          "permessage-deflate; server_max_window_bits=11");
    CHECK(
        negotiate("permessage-deflate; client_max_window_bits; server_max_window_bits=9", narrow) ==
        "permessage-deflate; server_max_window_bits=9; client_max_window_bits=11");
}

TEST_CASE("ws handshake: an offer that is wrong is declined, the next one counts (7.1)") {
    CHECK(negotiate("permessage-foo, permessage-deflate", kAll) == "permessage-deflate");
    for (const std::string_view wrong :
         {"permessage-deflate; x", "permessage-deflate; server_no_context_takeover=1",
          "permessage-deflate; server_max_window_bits",
          "permessage-deflate; client_max_window_bits=7",
          "permessage-deflate; server_max_window_bits=16",
          "permessage-deflate; server_max_window_bits=08",
          "permessage-deflate; server_max_window_bits=1x",
          "permessage-deflate; client_max_window_bits=",
          "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
          "permessage-deflate; server_max_window_bits=9; server_max_window_bits=10"}) {
        CAPTURE(wrong);
        CHECK(negotiate(wrong, kAll) == "declined");
        CHECK(negotiate(std::string(wrong) + ", permessage-deflate", kAll) == "permessage-deflate");
    }
    CHECK(negotiate("permessage-deflate; server_max_window_bits=\"15", kAll) == "declined");
    CHECK(negotiate("permessage-deflate permessage-deflate", kAll) == "declined");
    CHECK(negotiate(";;;,,,", kAll) == "declined");
}
