// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <pottle/http/token.hpp>

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

std::string with_host(std::string_view line) {
    return std::string(line) + "\r\nHost: a\r\n\r\n";
}

void check_lines(std::initializer_list<std::pair<std::string, const char*>> lines) {
    std::vector<Row> rows;
    for (const auto& [line, expected] : lines) rows.push_back({with_host(line), expected});
    check(default_site(), rows);
}

}  // namespace

TEST_CASE("wire: a request line is method SP target SP version (RFC 9112 3)") {
    check_lines({
        {"GET / HTTP/1.1", "200=index"},
        {"GET  / HTTP/1.1", "400 close"},
        {"GET /  HTTP/1.1", "400 close"},
        {"GET / HTTP/1.1 ", "400 close"},
        {" GET / HTTP/1.1", "400 close"},
        {"\tGET / HTTP/1.1", "400 close"},
        {"GET\t/ HTTP/1.1", "400 close"},
        {"GET /\tHTTP/1.1", "400 close"},
        {"GET\v/ HTTP/1.1", "400 close"},
        {"GET\f/\fHTTP/1.1", "400 close"},
        {"GET /", "400 close"},
        {"GET / ", "400 close"},
        {"GET HTTP/1.1", "400 close"},
        {"GET  HTTP/1.1", "400 close"},
        {"GET", "400 close"},
        {"/ HTTP/1.1", "400 close"},
        {"HTTP/1.1 200 OK", "400 close"},
        {"GET / a HTTP/1.1", "400 close"},
        {"GET /a b HTTP/1.1", "400 close"},
        {"GET / HTTP/1.1\rX: y", "400 close"},
        {"GET / HTTP/1.1\nX: y", "400 close"},
        {"GET / HTTP/1.1\r\r", "400 close"},
        {"GET /\r HTTP/1.1", "400 close"},
        {"GET / HTTP/1.1\0"s, "400 close"},
        {"\0GET / HTTP/1.1"s, "400 close"},
        {"\xef\xbb\xbfGET / HTTP/1.1", "400 close"},
        {"\x16\x03\x01\x02", "400 close"},  // the start of a TLS handshake
    });
}

TEST_CASE("wire: a version is exactly HTTP/1.x (RFC 9112 2.3, RFC 9110 2.5)") {
    check_lines({
        {"GET /facts HTTP/1.1", "200=GET|a|/facts||1.1"},
        {"GET /facts HTTP/1.0", "200=GET|a|/facts||1.0 end"},
        {"GET / HTTP/1.2", "200"},
        {"GET / HTTP/1.9", "200"},
        {"GET / HTTP/0.9", "505 close"},
        {"GET / HTTP/2.0", "505 close"},
        {"GET / HTTP/3.0", "505 close"},
        {"GET / HTTP/9.9", "505 close"},
        {"PRI * HTTP/2.0", "505 close"},
        {"GET / HTTP/2", "400 close"},
        {"GET / HTTP/1", "400 close"},
        {"GET / HTTP/1.", "400 close"},
        {"GET / HTTP/.1", "400 close"},
        {"GET / HTTP/1.10", "400 close"},
        {"GET / HTTP/1.01", "400 close"},
        {"GET / HTTP/01.1", "400 close"},
        {"GET / HTTP/1.1.1", "400 close"},
        {"GET / HTTP/1,1", "400 close"},
        {"GET / HTTP/1.x", "400 close"},
        {"GET / HTTP/a.1", "400 close"},
        {"GET / HTTP/-1.1", "400 close"},
        {"GET / HTTP/+1.1", "400 close"},
        {"GET / HTTP 1.1", "400 close"},
        {"GET / HTTP/ 1.1", "400 close"},
        {"GET / http/1.1", "400 close"},
        {"GET / Http/1.1", "400 close"},
        {"GET / HTTPS/1.1", "400 close"},
        {"GET / HTP/1.1", "400 close"},
        {"GET / XHTTP/1.1", "400 close"},
        {"GET / RTSP/1.0", "400 close"},
        {"GET / /1.1", "400 close"},
    });
}

TEST_CASE("wire: methods are case-sensitive tokens (RFC 9110 9.1)") {
    check_lines({
        {"HEAD / HTTP/1.1", "200h"},
        {"OPTIONS / HTTP/1.1", "200"},
        {"PUT / HTTP/1.1", "405"},
        {"PATCH / HTTP/1.1", "405"},
        {"DELETE / HTTP/1.1", "405"},
        {"TRACE / HTTP/1.1", "405"},  // RFC 9110 9.3.8 may be refused: it echoes credentials
        {"POST / HTTP/1.1", "405"},
        {"GET /echo HTTP/1.1", "405"},
        {"HEAD /echo HTTP/1.1", "405h"},
        {"get / HTTP/1.1", "405"},
        {"Get / HTTP/1.1", "405"},
        {"GETX / HTTP/1.1", "405"},
        {"M-SEARCH / HTTP/1.1", "405"},
        {"!#$%&'*+-.^_`|~ / HTTP/1.1", "405"},
        {"G@T / HTTP/1.1", "400 close"},
        {"G(T / HTTP/1.1", "400 close"},
        {"GET: / HTTP/1.1", "400 close"},
        {"G\xc3\x8bT / HTTP/1.1", "400 close"},
        {std::string(200, 'G') + " / HTTP/1.1", "501 close"},
    });
}

TEST_CASE("wire: every byte in a method is a tchar or refused (RFC 9110 5.6.2)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        INFO("byte: ", byte);
        const std::string wire = with_host("G"s + c + "T / HTTP/1.1");
        const std::string expected =
            http::token_length({&c, 1}) == 1 ? (c == 'E' ? "200" : "405") : "400 close";
        CHECK(converse(default_site(), wire, expected) == expected);
    }
}

TEST_CASE("wire: every byte in a target is visible ASCII or refused (RFC 9112 3.2)") {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        INFO("byte: ", byte);
        const std::string wire = with_host("GET /facts?"s + c + " HTTP/1.1");
        const std::string expected = byte > 0x20 && byte < 0x7f && c != '#' ? "200" : "400 close";
        CHECK(converse(default_site(), wire, expected) == expected);
    }
}

TEST_CASE("wire: the four forms of a target (RFC 9112 3.2, RT-45)") {
    check_lines({
        {"GET /facts?a=b?c HTTP/1.1", "200=GET|a|/facts|a=b?c|1.1"},
        {"GET /facts? HTTP/1.1", "200=GET|a|/facts||1.1"},
        {"GET http://b/facts?q HTTP/1.1", "200=GET|b|/facts|q|1.1"},
        {"GET HTTP://b:81/facts HTTP/1.1", "200=GET|b:81|/facts||1.1"},
        {"GET https://b/facts HTTP/1.1", "200=GET|b|/facts||1.1"},
        {"GET http://[::1]:8/facts HTTP/1.1", "200=GET|[::1]:8|/facts||1.1"},
        {"GET http://b HTTP/1.1", "200=index"},
        {"GET http://b? HTTP/1.1", "200=index"},
        {"GET http://b:/ HTTP/1.1", "200"},
        {"HEAD http://b/ HTTP/1.1", "200h"},
        {"GET http:///facts HTTP/1.1", "400 close"},
        {"GET http:// HTTP/1.1", "400 close"},
        {"GET http:/facts HTTP/1.1", "400 close"},
        {"GET http:facts HTTP/1.1", "400 close"},
        {"GET http://u@b/ HTTP/1.1", "400 close"},
        {"GET http://u:p@b/ HTTP/1.1", "400 close"},
        {"GET http://b:x/ HTTP/1.1", "400 close"},
        {"GET http://b:65536/ HTTP/1.1", "400 close"},
        {"GET http://b:-1/ HTTP/1.1", "400 close"},
        {"GET http://[::1/ HTTP/1.1", "400 close"},
        {"GET http://[b]/ HTTP/1.1", "400 close"},
        {"GET http://b\\c/ HTTP/1.1", "400 close"},
        {"GET ftp://b/ HTTP/1.1", "400 close"},
        {"GET file:///etc/passwd HTTP/1.1", "400 close"},
        {"GET facts HTTP/1.1", "400 close"},
        {"GET b:80 HTTP/1.1", "400 close"},
        {"GET ?q HTTP/1.1", "400 close"},
        {"GET . HTTP/1.1", "400 close"},
        {"GET \\ HTTP/1.1", "400 close"},
        {"GET * HTTP/1.1", "400 close"},
        {"POST * HTTP/1.1", "400 close"},
        {"OPTIONS * HTTP/1.1", "200"},
        {"OPTIONS ** HTTP/1.1", "400 close"},
        {"OPTIONS *? HTTP/1.1", "400 close"},
        {"GET /# HTTP/1.1", "400 close"},
        {"GET /#fragment HTTP/1.1", "400 close"},
        {"CONNECT b:443 HTTP/1.1", "501"},
        {"CONNECT [::1]:443 HTTP/1.1", "501"},
        {"CONNECT b HTTP/1.1", "400 close"},
        {"CONNECT b: HTTP/1.1", "400 close"},
        {"CONNECT :443 HTTP/1.1", "400 close"},
        {"CONNECT / HTTP/1.1", "400 close"},
        {"CONNECT * HTTP/1.1", "400 close"},
        {"CONNECT http://b:443/ HTTP/1.1", "400 close"},
        {"CONNECT u@b:443 HTTP/1.1", "400 close"},
    });
}

TEST_CASE("wire: empty lines in front of a request are skipped, a few of them (RFC 9112 2.2)") {
    const std::string get = with_host("GET / HTTP/1.1");
    check(default_site(), std::vector<Row>{
                              {"\r\n" + get, "200"},
                              {"\r\n\r\n\r\n\r\n" + get, "200"},
                              {"\r\n\r\n\r\n\r\n\r\n" + get, "400 close"},
                              {"\n" + get, "400 close"},
                              {"\r" + get, "400 close"},
                              {"\r\r\n" + get, "400 close"},
                              {" \r\n" + get, "400 close"},
                          });
}
