// SPDX-License-Identifier: MIT
#include <pottle/net/address.hpp>

#include <doctest/doctest.h>

namespace pottle::net::test {

TEST_CASE("Address: reads every form") {
    struct Row {
        const char* text;
        Address::Kind kind;
        const char* where;
        int number;
        const char* canonical;
    };
    using enum Address::Kind;
    constexpr Row kRows[] = {
        {"127.0.0.1:5000", Tcp, "127.0.0.1", 5000, "127.0.0.1:5000"},
        {"localhost", Tcp, "localhost", 8000, "localhost:8000"},
        {":80", Tcp, "", 80, ":80"},
        {"0.0.0.0:0", Tcp, "0.0.0.0", 0, "0.0.0.0:0"},
        {"[::1]:443", Tcp, "::1", 443, "[::1]:443"},
        {"[::]", Tcp, "::", 8000, "[::]:8000"},
        {"unix:/run/x.sock", Unix, "/run/x.sock", -1, "unix:/run/x.sock"},
        {"unix:@name", Unix, "@name", -1, "unix:@name"},
        {"fd://0", Descriptor, "", 0, "fd://0"},
        {"fd://7", Descriptor, "", 7, "fd://7"},
    };
    for (const Row& row : kRows) {
        CAPTURE(row.text);
        const auto address = Address::parse(row.text);
        REQUIRE(address);
        CHECK(address->kind == row.kind);
        CHECK((row.kind == Unix ? address->path : address->host) == row.where);
        if (row.kind != Unix)
            CHECK((row.kind == Tcp ? int{address->port} : address->descriptor) == row.number);
        CHECK(address->text() == row.canonical);
        CHECK(Address::parse(row.canonical) == *address);
    }
}

TEST_CASE("Address: refuses mistakes, quoting the text and naming the cause") {
    struct Row {
        std::string text;
        const char* cause;
    };
    const Row rows[] = {
        {"", "empty"},
        {"host:", "not a number"},
        {"host:http", "not a number"},
        {"host:65536", "not a number"},
        {"host:-1", "not a number"},
        {"host:80 ", "not a number"},
        {"::1", "brackets"},
        {"::1:80", "brackets"},
        {"[::1", "not closed"},
        {"[::1]80", "only ':port'"},
        {"[host]:80", "IPv6"},
        {"ho st:80", "no host name"},
        {"host/path:80", "no host name"},
        {"http://host", "scheme"},
        {"unix:", "missing"},
        {"unix:" + std::string(108, 'x'), "107"},
        {"fd://", "number"},
        {"fd://-1", "number"},
        {"fd://3x", "number"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto address = Address::parse(row.text);
        REQUIRE_FALSE(address);
        CHECK(address.error().code == Errc::Address);
        CHECK(address.error().message.find(row.cause) != std::string::npos);
        CHECK(address.error().message.find('\'' + row.text + '\'') != std::string::npos);
    }
}

}  // namespace pottle::net::test
