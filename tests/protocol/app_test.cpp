// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

std::string request(std::string_view line) {
    return std::string(line) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

/// The answer's head.
std::string head_of(std::string_view wire) {
    Client client(default_site().port());
    client.send(wire);
    return client.read_until("\r\n\r\n");
}

bool has_line(std::string_view head, std::string_view line) {
    return head.find("\r\n" + std::string(line) + "\r\n") != head.npos;
}

}  // namespace

TEST_CASE("wire: paths reach their routes as text (RFC 3986 2.1, 3.3)") {
    check(default_site(),
          std::vector<Row>{
              {request("GET /one/a"), "200=a"},
              {request("GET /one/%61"), "200=a"},
              {request("GET /one/a%20b"), "200=a b"},
              {request("GET /one/a+b"), "200=a+b"},
              {request("GET /one/%00"), "200=\\x00"},
              {request("GET /one/%0d%0aX:y"), "200=\\r\\nX:y"},
              {request("GET /one/%C3%A9"), "200=\\xc3\\xa9"},
              {request("GET /one/%c3%a9"), "200=\\xc3\\xa9"},
              {request("GET /one/%FF"), "200=\\xef\\xbf\\xbd"},  // not UTF-8: U+FFFD
              {request("GET /one/%ED%A0%80"), "200=\\xef\\xbf\\xbd\\xef\\xbf\\xbd\\xef\\xbf\\xbd"},
              {request("GET /one/%C0%AF"), "200=\\xef\\xbf\\xbd\\xef\\xbf\\xbd"},
              {request("GET /one/%"), "200=%"},
              {request("GET /one/%4"), "200=%4"},
              {request("GET /one/%zz"), "200=%zz"},
              {request("GET /one/%2561"), "200=%61"},  // decoded once
              {request("GET /one/a;b=c"), "200=a;b=c"},
              {request("GET /one/.."), "200=.."},
              {request("GET /one/"), "404"},
              {request("GET /one"), "404"},
              {request("GET /one/a/b"), "404"},
              {request("GET /one/a/"), "404"},
              {request("GET /one/a%2Fb"), "404"},
              {request("GET /all/a/b"), "200=a/b"},
              {request("GET /all/a%2Fb"), "200=a/b"},
              {request("GET /all/a%2F..%2Fb"), "200=a/../b"},
              {request("GET /all/../b"), "200=../b"},
              {request("GET /ONE/a"), "404"},
              {request("GET /nowhere"), "404"},
              {request("GET /%"), "404"},
              {request("GET /%00"), "404"},
              {request("GET /?a=%00&%"), "200=index"},
          });
}

TEST_CASE("wire: redirects stay on this host and keep the query (RT-24)") {
    CHECK(has_line(head_of(request("GET /folder")), "location: http://a/folder/"));
    CHECK(has_line(head_of(request("GET /folder?q=1")), "location: http://a/folder/?q=1"));
    for (const char* path :
         {"//evil.example", "//evil.example/", "///evil.example/..", "/\\evil.example", "//folder",
          "/%2F/folder", "//evil.example/%2e%2e"}) {
        INFO(path);
        const std::string head = head_of(request("GET "s + path));
        const std::size_t at = head.find("\r\nlocation: ");
        if (at == head.npos) continue;
        CHECK(head.compare(at + 12, 9, "http://a/") == 0);
        CHECK(head.compare(at + 12 + 9, 1, "/") != 0);
        CHECK(head.compare(at + 12 + 9, 1, "\\") != 0);
    }
}

TEST_CASE(
    "wire: methods a path does not have are 405 with Allow, OPTIONS lists them (RFC 9110 15.5.6)") {
    CHECK(has_line(head_of(request("PUT /")), "allow: GET, HEAD, OPTIONS"));
    CHECK(has_line(head_of(request("GET /echo")), "allow: POST, OPTIONS"));
    CHECK(has_line(head_of(request("OPTIONS /echo")), "allow: POST, OPTIONS"));
    CHECK(has_line(head_of(request("OPTIONS /")), "allow: GET, HEAD, OPTIONS"));
    CHECK(head_of(request("OPTIONS /nowhere")).starts_with("HTTP/1.1 404 "));
}

TEST_CASE("wire: nothing a client sends splits an answer (RFC 9112 11.1, RESP-7)") {
    for (const char* path : {"/folder?%0d%0aX:%20y", "/one/%0d%0aX:%20y", "/nowhere%0d%0aX:%20y",
                             "/folder%0d%0aX:%20y", "//folder%0d%0aX:%20y"}) {
        INFO(path);
        CHECK_FALSE(has_line(head_of(request("GET "s + path)), "X: y"));
    }
}

TEST_CASE("wire: an answer tells nothing about the defect behind it") {
    Client client(default_site().port());
    client.send("GET /fail HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_all();
    CHECK(answer.starts_with("HTTP/1.1 500 "));
    CHECK(answer.find("beer") == answer.npos);
}
