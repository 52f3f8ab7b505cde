// SPDX-License-Identifier: MIT
#include "client_parser.hpp"

#include <pottle/base/require.hpp>
#include <pottle/proto/h1/writer.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::h1;
using test::take_response;

namespace {

constexpr std::string_view kPreset = "server: pottle\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

Writer writer_for(Method method = Method::Get, HttpVersion version = HttpVersion::Http11,
                  bool keep_alive = true) {
    Writer writer;
    writer.begin({method, version, keep_alive});
    return writer;
}

/// Writes a whole response and reads it back; `wire` must hold nothing else.
test::ParsedResponse round_trip(Writer writer, const ResponseHead& head, std::string_view content,
                                test::Request request = test::Request::Get) {
    std::string wire;
    writer.write_response(wire, head, content, kPreset);
    CHECK(writer.message_done());
    CAPTURE(wire);
    auto response = take_response(wire, request);
    REQUIRE(response);
    CHECK(wire.empty());
    return *response;
}

}  // namespace

TEST_CASE("Writer: write_response() writes head and content behind what is there") {
    Writer writer = writer_for();
    std::string out = "before";
    writer.write_response(out, {.content_type = "text/plain"}, "Hello, World!", kPreset);
    CHECK(out ==
          "beforeHTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 13\r\n"
          "server: pottle\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nHello, World!");
    CHECK(writer.keeps_alive());
}

TEST_CASE("Writer: status lines carry the registered phrase, or a space and nothing (RFC 9112 4)") {
    CHECK(round_trip(writer_for(), {.status = 201}, "").status_line == "201 Created");
    CHECK(round_trip(writer_for(), {.status = 418}, "").status_line == "418 I'm a teapot");
    CHECK(round_trip(writer_for(), {.status = 431}, "").status_line ==
          "431 Request Header Fields Too Large");
    CHECK(round_trip(writer_for(), {.status = 299}, "").status_line == "299 ");
}

TEST_CASE("Writer: an application's fields are written, those of the framing are not (RESP-25)") {
    const Headers headers{{"X-One", "1"},           {"Set-Cookie", "a=b"},
                          {"Set-Cookie", "c=d"},    {"Transfer-Encoding", "chunked"},
                          {"Content-Length", "99"}, {"Content-Type", "text/css"}};
    const auto response =
        round_trip(writer_for(), {.content_type = "text/html", .headers = &headers}, "body");
    CHECK(response.field("x-one") == "1");
    CHECK(response.field("set-cookie") == "a=b|c=d");
    CHECK(response.field("content-type") == "text/css");
    CHECK(response.field("content-length") == "4");
    CHECK_FALSE(response.field("transfer-encoding"));
    CHECK(response.content == "body");
}

TEST_CASE("Writer: Date and Server of the application replace the preset's") {
    const Headers both{{"Server", "mine"}, {"Date", "never"}};
    auto response = round_trip(writer_for(), {.headers = &both}, "");
    CHECK(response.field("server") == "mine");
    CHECK(response.field("date") == "never");
    const Headers one{{"server", "mine"}};
    response = round_trip(writer_for(), {.headers = &one}, "");
    CHECK(response.field("server") == "mine");
    CHECK(response.field("date") == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("Writer: Alt-Svc of the application replaces the preset's (RFC 7838 3)") {
    Writer writer = writer_for();
    const Headers headers{{"Alt-Svc", "clear"}};
    std::string wire;
    writer.write_response(wire, {.headers = &headers}, "", "server: a\r\nalt-svc: h3=\":1\"\r\n");
    CHECK(wire.find("alt-svc: h3") == std::string::npos);
    CHECK(wire.find("Alt-Svc: clear\r\nserver: a\r\n") != std::string::npos);
}

TEST_CASE("Writer: says Connection only where the version's default is not meant (RFC 9112 9.3)") {
    using enum HttpVersion;
    const auto connection = [](HttpVersion version, bool keep_alive, const Headers& headers) {
        return round_trip(writer_for(Method::Get, version, keep_alive), {.headers = &headers}, "x")
            .field("connection");
    };
    CHECK_FALSE(connection(Http11, true, {}));
    CHECK(connection(Http11, false, {}) == "close");
    CHECK(connection(Http10, true, {}) == "keep-alive");
    CHECK_FALSE(connection(Http10, false, {}));
    CHECK(connection(Http11, true, {{"Connection", "close"}}) == "close");
    CHECK_FALSE(connection(Http11, true, {{"Connection", "keep-alive, x"}}));
    CHECK(connection(Http11, true, {{"Upgrade", "h2c"}}) == "upgrade");
    CHECK(connection(Http11, false, {{"Upgrade", "h2c"}}) == "close, upgrade");
}

TEST_CASE("Writer: closing once asked for stays asked for") {
    Writer writer = writer_for();
    writer.close_after_this();
    std::string out;
    writer.write_response(out, {}, "", {});
    CHECK(out.find("connection: close\r\n") != out.npos);
    writer.begin({});
    CHECK_FALSE(writer.keeps_alive());
}

TEST_CASE("Writer: HEAD gets the head of a GET and no content (RFC 9110 9.3.2)") {
    auto response = round_trip(writer_for(Method::Head), {}, "12345", test::Request::Head);
    CHECK(response.field("content-length") == "5");
    CHECK(response.content.empty());
    const Headers announced{{"Content-Length", "1000"}};
    response =
        round_trip(writer_for(Method::Head), {.headers = &announced}, "", test::Request::Head);
    CHECK(response.field("content-length") == "1000");

    Writer writer = writer_for(Method::Head);
    std::string out;
    REQUIRE(writer.write_head(out, {}, 7, {}));
    CHECK(writer.suppresses_content());
    const std::string head = out;
    REQUIRE(writer.write_chunk(out, "abc"));
    REQUIRE(writer.finish(out, nullptr));
    CHECK(out == head);
    CHECK(head.find("content-length: 7\r\n") != head.npos);
    CHECK(writer.keeps_alive());
}

TEST_CASE("Writer: 204 and 304 have no content, 204 no Content-Length (RFC 9110 8.6, 15.3.5)") {
    const Headers announced{{"Content-Length", "10"}};
    auto response = round_trip(writer_for(), {.status = 204, .headers = &announced}, "ignored");
    CHECK_FALSE(response.field("content-length"));
    response = round_trip(writer_for(), {.status = 304}, "ignored");
    CHECK_FALSE(response.field("content-length"));
    response = round_trip(writer_for(), {.status = 304, .headers = &announced}, "");
    CHECK(response.field("content-length") == "10");
    response = round_trip(writer_for(), {.status = 205}, "ignored");
    CHECK(response.field("content-length") == "0");

    for (const int status : {204, 304}) {
        Writer writer = writer_for();
        std::string out;
        REQUIRE(writer.write_head(out, {.status = status}, std::nullopt, {}));
        REQUIRE(writer.write_chunk(out, "ignored"));
        REQUIRE(writer.finish(out, nullptr));
        const auto streamed = take_response(out);
        REQUIRE(streamed);
        CHECK(out.empty());
        CHECK_FALSE(streamed->field("transfer-encoding"));
    }
}

TEST_CASE("Writer: content of unknown length is chunked in HTTP/1.1 (RFC 9112 7.1)") {
    Writer writer = writer_for();
    std::string out;
    REQUIRE(writer.write_head(out, {}, std::nullopt, kPreset));
    REQUIRE(writer.write_chunk(out, "hello "));
    REQUIRE(writer.write_chunk(out, ""));  // must not end the content
    REQUIRE(writer.open_chunk(out, 300));
    out.append(300, 'x');
    writer.close_chunk(out);
    const Headers trailers{{"Digest", "abc"}, {"Content-Length", "5"}};
    REQUIRE(writer.finish(out, &trailers));
    CHECK(out.find("\r\n12c\r\nxxx") != out.npos);
    const auto response = take_response(out);
    REQUIRE(response);
    CHECK(out.empty());
    CHECK(response->content == "hello " + std::string(300, 'x'));
    CHECK(response->trailers ==
          std::vector<std::pair<std::string, std::string>>{{"digest", "abc"}});
    CHECK(writer.keeps_alive());
}

TEST_CASE("Writer: content of unknown length ends with the connection in HTTP/1.0") {
    Writer writer = writer_for(Method::Get, HttpVersion::Http10);
    std::string out;
    REQUIRE(writer.write_head(out, {}, std::nullopt, {}));
    REQUIRE(writer.write_chunk(out, "abc"));
    REQUIRE(writer.finish(out, nullptr));
    CHECK_FALSE(writer.keeps_alive());
    const auto response = take_response(out);
    REQUIRE(response);
    CHECK(response->ends_with_connection);
    CHECK(response->content == "abc");
    CHECK_FALSE(response->field("connection"));
}

TEST_CASE("Writer: exactly the announced length is sent (invariant 1)") {
    std::string out;
    Writer exact = writer_for();
    REQUIRE(exact.write_head(out, {}, 5, {}));
    REQUIRE(exact.write_chunk(out, "he"));
    REQUIRE(exact.write_chunk(out, "llo"));
    REQUIRE(exact.finish(out, nullptr));
    CHECK(take_response(out)->content == "hello");
    CHECK(exact.keeps_alive());

    Writer too_much = writer_for();
    REQUIRE(too_much.write_head(out, {}, 5, {}));
    REQUIRE(too_much.write_chunk(out, "hello"));
    const std::string before = out;
    CHECK(too_much.write_chunk(out, "!").error().code == Errc::BadResponse);
    CHECK(out == before);
    CHECK_FALSE(too_much.keeps_alive());

    Writer too_little = writer_for();
    REQUIRE(too_little.write_head(out, {}, 5, {}));
    REQUIRE(too_little.write_chunk(out, "hell"));
    CHECK(too_little.finish(out, nullptr).error().code == Errc::BadResponse);
    CHECK_FALSE(too_little.keeps_alive());
}

TEST_CASE("Writer: an application's Content-Length frames a stream, unless it contradicts itself") {
    const auto write = [](const Headers& headers, std::optional<std::uint64_t> length) {
        Writer writer = writer_for();
        std::string out;
        return writer.write_head(out, {.headers = &headers}, length, {}).has_value();
    };
    CHECK(write({{"content-length", "5"}}, std::nullopt));
    CHECK(write({{"content-length", "5"}}, 5));
    CHECK_FALSE(write({{"content-length", "5"}}, 6));
    CHECK_FALSE(write({{"content-length", "5"}, {"Content-Length", "5"}}, 5));
    CHECK_FALSE(write({{"content-length", "+5"}}, std::nullopt));
    CHECK_FALSE(write({{"content-length", ""}}, std::nullopt));
    CHECK_FALSE(write({{"content-length", "99999999999999999999"}}, std::nullopt));

    const Headers headers{{"content-length", "3"}};
    Writer writer = writer_for();
    std::string out;
    REQUIRE(writer.write_head(out, {.headers = &headers}, std::nullopt, {}));
    REQUIRE(writer.write_chunk(out, "abc"));
    REQUIRE(writer.finish(out, nullptr));
    CHECK(take_response(out)->content == "abc");
}

TEST_CASE(
    "Writer: informational responses precede the final one, never to HTTP/1.0 (RFC 9110 15.2)") {
    Writer writer = writer_for();
    std::string out;
    REQUIRE(writer.write_informational(out, 100, {}));
    CHECK(out == "HTTP/1.1 100 Continue\r\n\r\n");
    REQUIRE(writer.write_informational(out, 103, {{"Link", "</a>"}, {"Content-Length", "1"}}));
    writer.write_response(out, {}, "x", {});
    CHECK(take_response(out)->status_line == "100 Continue");
    const auto hints = take_response(out);
    CHECK(hints->status_line == "103 Early Hints");
    CHECK(hints->field("link") == "</a>");
    CHECK_FALSE(hints->field("content-length"));
    CHECK(take_response(out)->content == "x");

    Writer old = writer_for(Method::Get, HttpVersion::Http10);
    REQUIRE(old.write_informational(out, 103, {}));
    CHECK(out.empty());
    CHECK_FALSE(writer_for().write_informational(out, 200, {}));
}

TEST_CASE("Writer: 101 brings Connection: upgrade with its Upgrade field (RFC 9110 7.8)") {
    Writer writer = writer_for();
    std::string out;
    REQUIRE(writer.write_informational(out, 101, {{"Upgrade", "websocket"}}));
    CHECK(out ==
          "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST_CASE("Writer: refuses calls out of order and statuses that are none") {
    std::string out;
    Writer idle;
    CHECK_THROWS_AS(idle.write_response(out, {}, "", {}), LogicError);
    Writer writer = writer_for();
    CHECK_THROWS_AS(writer.write_response(out, {.status = 100}, "", {}), LogicError);
    CHECK_THROWS_AS(writer.write_response(out, {.status = 600}, "", {}), LogicError);
    CHECK(writer.write_head(out, {.status = 199}, 0, {}).error().code == Errc::BadResponse);
    CHECK_THROWS_AS((void)writer.write_chunk(out, "x"), LogicError);
    CHECK_THROWS_AS((void)writer.finish(out, nullptr), LogicError);
    CHECK(out.empty());
    writer.write_response(out, {}, "", {});
    CHECK_THROWS_AS(writer.write_response(out, {}, "", {}), LogicError);
    CHECK_THROWS_AS((void)writer.write_informational(out, 100, {}), LogicError);
}
