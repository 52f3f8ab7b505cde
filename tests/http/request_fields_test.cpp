// SPDX-License-Identifier: MIT
#include <pottle/http/request_fields.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using http::Field;
using http::RequestFields;
using http::RequestParts;

namespace {

using List = std::vector<Field>;

const List kGet{
    {":method", "GET"}, {":scheme", "https"}, {":path", "/a?b=c"}, {":authority", "e.org"}};

List with(List list, std::initializer_list<Field> more) {
    list.insert(list.end(), more);
    return list;
}

struct Checked {
    explicit Checked(const List& list, RequestFields::Limits limits = {}) {
        checker.begin(limits);
        for (const Field& field : list) checker.add(field.name, field.value);
        result = checker.conclude(parts);
    }
    int status() const { return result ? 0 : result.error().status; }
    RequestFields checker;
    RequestParts parts;
    Result<> result;
};

}  // namespace

TEST_CASE("RequestFields: takes a request apart (RFC 9113 8.3.1)") {
    const Checked got(with(
        kGet,
        {{"accept", "*/*"}, {"content-length", "12"}, {"te", "trailers"}, {"priority", "u=1"}}));
    REQUIRE(got.result);
    CHECK(got.parts.method == Method::Get);
    CHECK(got.parts.scheme == "https");
    CHECK(got.parts.target == "/a?b=c");
    CHECK(got.parts.path == "/a");
    CHECK(got.parts.query == "b=c");
    CHECK(got.parts.authority == "e.org");
    CHECK(got.parts.content_length == 12);
    CHECK(got.parts.priority == "u=1");
    REQUIRE(got.parts.fields.size() == 5);
    CHECK(got.parts.fields[0].name == "host");
    CHECK(got.parts.fields[0].value == "e.org");
    CHECK(got.parts.fields[1].name == "accept");
}

TEST_CASE(
    "RequestFields: Host stands for a missing :authority and must not differ from it (RFC 9113 "
    "8.3.1)") {
    const List no_authority(kGet.begin(), kGet.end() - 1);
    const Checked host(with(no_authority, {{"host", "h.org:81"}}));
    REQUIRE(host.result);
    CHECK(host.parts.authority == "h.org:81");
    CHECK(host.parts.fields.size() == 1);
    CHECK(Checked(with(kGet, {{"host", "E.ORG"}})).status() == 0);
    CHECK(Checked(with(kGet, {{"host", "other"}})).status() == 400);
    CHECK(Checked(with(kGet, {{"host", "e.org"}, {"host", "e.org"}})).status() == 400);
    CHECK(Checked(no_authority).status() == 400);
    for (const std::string_view bad : {"a b", "u@h", "h:x", "h/", "[::1", ""})
        CHECK_MESSAGE(Checked(with(no_authority, {{":authority", bad}})).status() == 400, bad);
}

TEST_CASE("RequestFields: refuses names that cannot be (RFC 9113 8.2.1)") {
    using namespace std::string_view_literals;
    for (const std::string_view bad : {""sv, "Accept"sv, "a b"sv, " a"sv, "a "sv, "a\0b"sv, "a\r"sv,
                                       "a\n"sv, "a:b"sv, "a\x7f"sv, "\xc3\xa4"sv, "a\t"sv, "a("sv})
        CHECK_MESSAGE(Checked(with(kGet, {{bad, "1"}})).status() == 400, bad);
    CHECK(Checked(with(kGet, {{"a!#$%&'*+-.^_`|~9", "1"}})).status() == 0);
}

TEST_CASE("RequestFields: refuses values that cannot be (RFC 9113 8.2.1)") {
    using namespace std::string_view_literals;
    for (const std::string_view bad : {"\0"sv, "a\0b"sv, "a\rb"sv, "a\nb"sv, " a"sv, "a "sv,
                                       "\ta"sv, "a\t"sv, "a\x0b"sv, "\x7f"sv, "a\x1f"sv, " "sv})
        CHECK_MESSAGE(Checked(with(kGet, {{"x", bad}})).status() == 400, bad);
    for (const std::string_view good : {""sv, "a\tb"sv, "a  b"sv, "\xc3\xa4"sv})
        CHECK(Checked(with(kGet, {{"x", good}})).status() == 0);
    CHECK(Checked(with(List(kGet.begin(), kGet.end() - 1), {{":authority", "a\r\nb"}})).status() ==
          400);
}

TEST_CASE("RequestFields: refuses fields of an HTTP/1.1 connection (RFC 9113 8.2.2)") {
    for (const std::string_view bad :
         {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
        CHECK_MESSAGE(Checked(with(kGet, {{bad, "x"}})).status() == 400, bad);
    CHECK(Checked(with(kGet, {{"te", "gzip"}})).status() == 400);
    CHECK(Checked(with(kGet, {{"te", "trailers, gzip"}})).status() == 400);
}

TEST_CASE("RequestFields: pseudo-fields are complete, known, single and in front (RFC 9113 8.3)") {
    for (std::size_t missing = 0; missing < 3; ++missing) {
        List list = kGet;
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(missing));
        CHECK(Checked(list).status() == 400);
    }
    for (const Field& field : kGet) {
        CHECK(Checked(with(kGet, {field})).status() == 400);
        CHECK(Checked(with({{"accept", "*"}}, {kGet[0], kGet[1], kGet[2], kGet[3]})).status() ==
              400);
        List emptied = kGet;
        for (Field& each : emptied)
            if (each.name == field.name) each.value = "";
        CHECK(Checked(emptied).status() == 400);
    }
    for (const std::string_view bad : {":status", ":foo", ":", ":Method"})
        CHECK_MESSAGE(Checked(with(kGet, {{bad, "200"}})).status() == 400, bad);
}

TEST_CASE(
    "RequestFields: a path begins with a slash, or is the asterisk of OPTIONS (RFC 9113 8.3.1)") {
    const auto with_path = [](std::string_view method, std::string_view path) {
        return Checked({{":method", method},
                        {":scheme", "https"},
                        {":path", path},
                        {":authority", "e"}})
            .status();
    };
    CHECK(with_path("OPTIONS", "*") == 0);
    CHECK(with_path("GET", "*") == 400);
    for (const std::string_view bad : {"a", "http://e/", "/a#b", "/a b", "/\xc3", "?"})
        CHECK_MESSAGE(with_path("GET", bad) == 400, bad);
    CHECK(with_path("G T", "/") == 400);
    CHECK(with_path("GET", std::string(9000, '/')) == 414);
}

TEST_CASE("RequestFields: CONNECT has an authority with a port and nothing else (RFC 9113 8.5)") {
    const List connect{{":method", "CONNECT"}, {":authority", "e.org:443"}};
    CHECK(Checked(connect).parts.target == "e.org:443");
    CHECK(Checked({connect[0]}).status() == 400);
    CHECK(Checked({connect[0], {":authority", "e.org"}}).status() == 400);
    CHECK(Checked(with(connect, {{":path", "/"}})).status() == 400);
    CHECK(Checked(with(connect, {{":scheme", "https"}})).status() == 400);
}

TEST_CASE("RequestFields: :protocol only with CONNECT, and where it was offered (RFC 8441 4)") {
    const List extended{{":method", "CONNECT"},
                        {":protocol", "websocket"},
                        {":scheme", "https"},
                        {":path", "/ws"},
                        {":authority", "e.org"}};
    CHECK(Checked(extended).status() == 400);
    const Checked got(extended, {.extended_connect = true});
    REQUIRE(got.result);
    CHECK(got.parts.protocol == "websocket");
    CHECK(got.parts.path == "/ws");
    CHECK(Checked(with(kGet, {{":protocol", "websocket"}}), {.extended_connect = true}).status() ==
          400);
    CHECK(Checked({extended[0], extended[1], extended[4]}, {.extended_connect = true}).status() ==
          400);
}

TEST_CASE("RequestFields: Content-Length is one number (RFC 9110 8.6)") {
    for (const std::string_view bad :
         {"", "-1", "+1", "1,1", "1 1", "0x1", "9223372036854775808", "a"})
        CHECK_MESSAGE(Checked(with(kGet, {{"content-length", bad}})).status() == 400, bad);
    CHECK(Checked(with(kGet, {{"content-length", "1"}, {"content-length", "1"}})).status() == 400);
    CHECK(Checked(with(kGet, {{"content-length", "9223372036854775807"}})).parts.content_length ==
          9223372036854775807U);
}

TEST_CASE("RequestFields: cookie fields become one, in the place of the first (RFC 9113 8.2.3)") {
    const Checked got(with(
        kGet, {{"a", "1"}, {"cookie", "x=1"}, {"b", "2"}, {"cookie", "y=2"}, {"cookie", "z"}}));
    REQUIRE(got.result);
    REQUIRE(got.parts.fields.size() == 4);
    CHECK(got.parts.fields[2].name == "cookie");
    CHECK(got.parts.fields[2].value == "x=1; y=2; z");
    CHECK(got.parts.fields[3].name == "b");
    const Checked empty(with(kGet, {{"cookie", ""}, {"cookie", "x=1"}, {"cookie", ""}}));
    REQUIRE(empty.result);
    CHECK(empty.parts.fields[1].value == "x=1");  // no value ends in a space
}

TEST_CASE(
    "RequestFields: expectations, size and number are answered, not malformed (RFC 9110 10.1.1, "
    "15.5)") {
    CHECK(Checked(with(kGet, {{"expect", "100-continue"}})).parts.expect_continue);
    CHECK(Checked(with(kGet, {{"expect", "x"}})).status() == 417);
    CHECK(Checked(with(kGet, {{"a", std::string(200, 'x')}}), {.list_size = 300}).status() == 431);
    List many = kGet;
    for (int i = 0; i < 20; ++i) many.push_back({"a", "1"});
    CHECK(Checked(many, {.fields = 20}).status() == 0);
    CHECK(Checked(many, {.fields = 19}).status() == 431);
}

TEST_CASE(
    "check_trailer: refuses pseudo-fields and what must stand in the head (RFC 9113 8.1, RFC 9110 "
    "6.5.1)") {
    CHECK(http::check_trailer("x-sum", "1") == nullptr);
    for (const std::string_view bad :
         {":path", "content-length", "host", "connection", "Upper", ""})
        CHECK_MESSAGE(http::check_trailer(bad, "1") != nullptr, bad);
    CHECK(http::check_trailer("x", " 1") != nullptr);
}
