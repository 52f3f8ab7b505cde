// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

constexpr std::string_view kGetLine = "GET /facts? HTTP/1.1";

/// A request line of exactly `size` bytes, without its CR LF.
std::string get_with_line_of(std::size_t size) {
    return "GET /facts?" + std::string(size - kGetLine.size(), 'q') +
           " HTTP/1.1\r\nHost: a\r\n\r\n";
}

/// A head of exactly `size` bytes, all line ends included.
std::string get_with_head_of(std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return head + std::string(size - head.size() - 4, 'x') + "\r\n\r\n";
}

std::string get_with_fields(std::size_t count) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < count; ++i) head += "X: y\r\n";
    return head + "\r\n";
}

std::string post(std::string_view path, std::string_view fields, std::string_view body) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" +
           std::string(body);
}

std::string with_length(std::size_t size, std::string_view path = "/count") {
    return post(path, "Content-Length: " + std::to_string(size) + "\r\n", std::string(size, 'b'));
}

std::string chunked(std::string_view body) {
    return post("/count", "Transfer-Encoding: chunked\r\n", body);
}

server::Options small() {
    server::Options options;
    options.h1 = {.request_line = 64,
                  .head = 256,
                  .fields = 8,
                  .body = 100,
                  .chunk_line = 16,
                  .chunk_extensions = 24,
                  .trailers = 32};
    options.discard_limit = 40;
    options.max_requests_per_connection = 3;
    return options;
}

}  // namespace

TEST_CASE("wire: the default limits hold to the byte (RFC 9112 3, RFC 6585 5)") {
    check(default_site(), std::vector<Row>{
                              {get_with_line_of(8192), "200"},
                              {get_with_line_of(8193), "414 close"},
                              {get_with_line_of(100'000), "414 close"},
                              {get_with_head_of(16384), "200"},
                              {get_with_head_of(16385), "431 close"},
                              {get_with_head_of(1'000'000), "431 close"},
                              {get_with_fields(100), "200"},
                              {get_with_fields(101), "431 close"},
                              {get_with_fields(2000), "431 close"},
                              {"GET /"s + std::string(20'000, 'a'), "414 close"},
                              {std::string(20'000, 'a'), "414 close"},
                          });
}

TEST_CASE("wire: configured limits hold to the byte") {
    const Site site(small());
    check(site,
          std::vector<Row>{
              {get_with_line_of(64), "200"},
              {get_with_line_of(65), "414 close"},
              {get_with_head_of(256), "200"},
              {get_with_head_of(257), "431 close"},
              {get_with_fields(8), "200"},
              {get_with_fields(9), "431 close"},
              {with_length(100), "200=100"},
              {with_length(101), "413 close"},
              {chunked("64\r\n" + std::string(100, 'b') + "\r\n0\r\n\r\n"), "200=100"},
              {chunked("65\r\n" + std::string(101, 'b') + "\r\n0\r\n\r\n"), "413 close"},
              {chunked("64\r\n" + std::string(100, 'b') + "\r\n1\r\nb\r\n0\r\n\r\n"), "413 close"},
              {chunked("7fffffffffffffff\r\nb"), "413 close"},
              {chunked("1;aaaaaaaaaaaaaa\r\nb\r\n0\r\n\r\n"), "200=1"},
              {chunked("1;aaaaaaaaaaaaaaa\r\nb\r\n0\r\n\r\n"), "400 close"},
              {chunked("1;aaaaaaaaaaa\r\nb\r\n1;aaaaaaaaaaa\r\nb\r\n0\r\n\r\n"), "200=2"},
              {chunked("1;aaaaaaaaaaa\r\nb\r\n1;aaaaaaaaaaaa\r\nb\r\n0\r\n\r\n"), "400 close"},
              {chunked("0\r\nT: " + std::string(25, 't') + "\r\n\r\n"), "200=0"},
              {chunked("0\r\nT: " + std::string(26, 't') + "\r\n\r\n"), "431 close"},
          });
}

TEST_CASE("wire: content nobody reads is skipped up to the limit, then the connection ends") {
    const Site site(small());
    check(site, std::vector<Row>{
                    {with_length(40, "/ignore"), "200"},
                    {with_length(101, "/ignore"), "200 close"},
                });
}

TEST_CASE("wire: a connection serves as many requests as configured and says which is the last") {
    const Site site(small());
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    CHECK(converse(site, get + get, "200 200") == "200 200");
    CHECK(converse(site, get + get + get, "200 200 200") == "200 200 200 close");
    CHECK(converse(site, get + get + get + get, "200 200 200") == "200 200 200 close");
}
