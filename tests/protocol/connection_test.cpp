// SPDX-License-Identifier: MIT
#include "transcript.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;
using namespace std::string_literals;

namespace {

std::string get(std::string_view fields = {}, std::string_view line = "GET / HTTP/1.1") {
    return std::string(line) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view fields, std::string_view body = {}) {
    return get(fields, "POST /echo HTTP/1.1") + std::string(body);
}

constexpr const char* kOld = "GET / HTTP/1.0";

}  // namespace

TEST_CASE("wire: HTTP/1.1 persists unless told to close (RFC 9112 9.3, 9.6)") {
    check(default_site(), std::vector<Row>{
                              {get(), "200"},
                              {get("Connection: keep-alive\r\n"), "200"},
                              {get("Connection: x\r\n"), "200"},
                              {get("Connection:\r\n"), "200"},
                              {get("Connection: closed\r\n"), "200"},
                              {get("X: close\r\n"), "200"},
                              {get("Connection: close\r\n"), "200 close"},
                              {get("connection: CLOSE\r\n"), "200 close"},
                              {get("Connection: close, x\r\n"), "200 close"},
                              {get("Connection: x,close\r\n"), "200 close"},
                              {get("Connection: , ,close ,\r\n"), "200 close"},
                              {get("Connection: keep-alive, close\r\n"), "200 close"},
                              {get("Connection: close\r\nConnection: keep-alive\r\n"), "200 close"},
                              {get("Connection: keep-alive\r\nConnection: close\r\n"), "200 close"},
                              {get("Proxy-Connection: close\r\n"), "200"},
                              {get("Keep-Alive: timeout=1\r\n"), "200"},
                          });
}

TEST_CASE("wire: HTTP/1.0 persists only when asked to (RFC 9112 9.3, C.2.2, RT-43)") {
    check(default_site(),
          std::vector<Row>{
              {get("", kOld), "200 end"},
              {get("Connection: close\r\n", kOld), "200 end"},
              {get("Connection: x\r\n", kOld), "200 end"},
              {get("Proxy-Connection: keep-alive\r\n", kOld), "200 end"},
              {get("Keep-Alive: timeout=9\r\n", kOld), "200 end"},
              {get("Connection: keep-alive\r\n", kOld), "200"},
              {get("Connection: Keep-Alive\r\n", kOld), "200"},
              {get("Connection: keep-alive, close\r\n", kOld), "200 end"},
              {get("Connection: keep-alive\r\n", "HEAD / HTTP/1.0"), "200h"},
              {get("", "GET /stream HTTP/1.0"), "200c=one+two+three end"},
              {get("Connection: keep-alive\r\n", "GET /stream HTTP/1.0"), "200c=one+two+three end"},
              {get("Connection: keep-alive\r\n", "GET /204 HTTP/1.0"), "204"},
          });
}

TEST_CASE("wire: HTTP/1.0 is told that its connection persists (RFC 9112 C.2.2)") {
    Client client(default_site().port());
    client.send(get("Connection: keep-alive\r\n", kOld));
    CHECK(client.read_until("index").find("connection: keep-alive\r\n") != std::string::npos);
}

TEST_CASE("wire: answers come in the order of pipelined requests (RFC 9112 9.3.2)") {
    const std::string one = get("", "GET /one/1 HTTP/1.1");
    const std::string head = get("", "HEAD /one/1 HTTP/1.1");
    const std::string echo = post("Content-Length: 2\r\n", "hi");
    const std::string chunked = post("Transfer-Encoding: chunked\r\n", "2\r\nho\r\n0\r\n\r\n");
    std::string many, many_expected;
    for (int i = 0; i < 200; ++i) {
        many += get("", "GET /one/" + std::to_string(i) + " HTTP/1.1");
        many_expected += (i ? " " : "") + "200="s + std::to_string(i);
    }
    check(default_site(),
          std::vector<Row>{
              {one + echo + chunked + head + get(), "200=1 200=hi 200=ho 200h 200=index"},
              {echo + echo + echo, "200=hi 200=hi 200=hi"},
              {chunked + one + chunked, "200=ho 200=1 200=ho"},
              {get("", "GET /stream HTTP/1.1") + one, "200=one+two+three 200=1"},
              {get("", "GET /large HTTP/1.1") + get("", "GET /large HTTP/1.1") + one,
               "200 200 200=1"},
              {get("", "GET /204 HTTP/1.1") + get("", "GET /304 HTTP/1.1") + one, "204 304 200=1"},
              {get("", "GET /nowhere HTTP/1.1") + one, "404 200=1"},
              {get("", "PUT / HTTP/1.1") + one, "405 200=1"},
              {get("", "GET /fail HTTP/1.1") + one, "500 200=1"},
              {one + "\r\n" + one + "\r\n\r\n", "200=1 200=1"},
              {many, many_expected},
              // Nothing behind a close or an error is answered.
              {one + get("Connection: close\r\n") + one, "200=1 200=index close"},
              {one + "BAD\r\n\r\n" + one, "200=1 400 close"},
              {one + get("Host: b\r\n") + one, "200=1 400 close"},
              {one + post("Content-Length: x\r\n") + one, "200=1 400 close"},
              {one + post("Transfer-Encoding: chunked\r\n", "x\r\n\r\n") + one, "200=1 400 close"},
              {get("", kOld) + one, "200 end"},
          });
}

TEST_CASE("wire: answers without content say so (RFC 9110 6.4.1, 9.3.2, 15.3.5, 15.4.5, RESP-26)") {
    check(default_site(),
          std::vector<Row>{
              {get("", "HEAD / HTTP/1.1"), "200h"},
              {get("", "HEAD /stream HTTP/1.1"), "200h"},
              {get("", "HEAD /large HTTP/1.1"), "200h"},
              {get("", "HEAD /204 HTTP/1.1"), "204h"},
              {get("", "HEAD /304 HTTP/1.1"), "304h"},
              {get("", "HEAD /nowhere HTTP/1.1"), "404h"},
              {get("", "HEAD /fail HTTP/1.1"), "500h"},
              {get("", "HEAD /folder HTTP/1.1"), "308h"},
              {get("", "HEAD / HTTP/1.0"), "200h end"},
              {get("", "GET /204 HTTP/1.1"), "204"},
              {get("", "GET /304 HTTP/1.1"), "304"},
              {get("", "OPTIONS / HTTP/1.1"), "200="},
              {get("", "OPTIONS * HTTP/1.1"), "200="},
              // Refused requests too: HEAD is answered without content whatever is wrong with it.
              {get("Host: b\r\n", "HEAD / HTTP/1.1"), "400h close"},
              {get("X y\r\n", "HEAD / HTTP/1.1"), "400h close"},
              {get("Content-Length: x\r\n", "HEAD / HTTP/1.1"), "400h close"},
              {get("Expect: x\r\n", "HEAD / HTTP/1.1"), "417h close"},
              {get("", "HEAD / HTTP/2.0"), "505h close"},
              {get("", "HEAD x HTTP/1.1"), "400h close"},
              {get("", "HEAD /"), "400 close"},  // no request line, so no method either
          });
}

TEST_CASE("wire: HEAD has the fields of GET (RFC 9110 9.3.2)") {
    Client client(default_site().port());
    client.send(get("", "HEAD /large HTTP/1.1"));
    CHECK(client.read_until("\r\n\r\n").find("content-length: 100000\r\n") != std::string::npos);
}

TEST_CASE("wire: 100 Continue comes when the content is wanted (RFC 9110 10.1.1)") {
    const std::string expect = "Expect: 100-continue\r\n";
    const std::string five = "Content-Length: 5\r\n";
    const std::string chunks = "Transfer-Encoding: chunked\r\n";
    check(default_site(), std::vector<Row>{
                              {get(expect), "200"},  // no content to wait for
                              {post(expect + "Content-Length: 0\r\n"), "200="},
                              {get(expect, kOld), "200 end"},
                              {post("Expect: x\r\n" + five, "hello"), "417 close"},
                              {post("Expect: 100-continue, x\r\n" + five, "hello"), "417 close"},
                              {post("Expect: 100-continue=x\r\n" + five, "hello"), "417 close"},
                              {post("Expect:\r\n" + five, "hello"), "200=hello"},
                              {get("Expect: x\r\n", kOld), "200 end"},
                              {post(expect + "Content-Length: 99999999\r\n"), "413 close"},
                          });
    for (const std::string& value : {"100-continue"s, "100-Continue"s, "\t100-CONTINUE "s}) {
        for (const bool with_length : {true, false}) {
            Client client(default_site().port());
            client.send(post("Expect: " + value + "\r\n" + (with_length ? five : chunks)));
            CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
            client.send(with_length ? "hello" : "5\r\nhello\r\n0\r\n\r\n");
            CHECK(client.read_until("hello").starts_with("HTTP/1.1 200 OK\r\n"));
        }
    }
}

TEST_CASE("wire: who waits for 100 Continue and gets a final answer is cut off (RFC 9110 10.1.1)") {
    const std::string expect = "Expect: 100-continue\r\nContent-Length: 5\r\n";
    for (const char* line : {"POST /ignore HTTP/1.1", "GET / HTTP/1.1", "PUT / HTTP/1.1",
                             "POST /nowhere HTTP/1.1", "GET /fail HTTP/1.1"}) {
        INFO(line);
        Client client(default_site().port());
        client.send(get(expect, line));
        const std::string answer = client.read_all();
        CHECK(client.at_end());
        CHECK_FALSE(answer.starts_with("HTTP/1.1 100"));
        CHECK(answer.find("connection: close\r\n") != std::string::npos);
    }
}

TEST_CASE("wire: protocols that are not spoken are not switched to (RFC 9110 7.8)") {
    const std::string upgrade = "Connection: Upgrade\r\nUpgrade: ";
    check(default_site(),
          std::vector<Row>{
              {get(upgrade + "foo/2\r\n"), "200=index"},
              {get(upgrade + "HTTP/2.0, foo\r\n"), "200=index"},
              {get(upgrade + "TLS/1.0\r\n"), "200=index"},
              {get("Upgrade: websocket\r\n"), "200=index"},
              {get("Connection: Upgrade\r\n"), "200=index"},
              {post(upgrade + "foo\r\nContent-Length: 5\r\n", "hello"), "200=hello"},
              {get(upgrade + "foo\r\n", kOld), "200 end"},
          });
}

TEST_CASE("wire: a client that has sent everything still gets its answers (RFC 9112 9.6)") {
    const auto finish = [](std::string_view wire, std::string_view expected) {
        INFO("request: ", visible(wire));
        CHECK(converse_and_finish(default_site(), wire, expected) == expected);
    };
    finish("", "end");
    finish("\r\n", "end");
    finish(get(), "200=index end");
    finish(get("Connection: close\r\n"), "200=index close");
    finish(get() + get() + get(), "200 200 200 end");
    finish(get("", "GET /large HTTP/1.1"), "200 end");
    finish(get("", "GET /stream HTTP/1.1") + get(), "200 200 end");
    finish(post("Content-Length: 5\r\n", "hello"), "200=hello end");
    finish(post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n"), "200=a end");
    finish("BAD\r\n\r\n", "400 close");
    // Incomplete messages are not served (RFC 9112 8).
    finish("G", "end");
    finish("GET / HTTP/1.1\r\nHost: a\r\n", "end");
    finish(get() + "GET / HTTP/1.1\r\nHo", "200 end");
    finish(post("Content-Length: 5\r\n", "hell"), "end");
    finish(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"), "end");
    finish(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n"), "end");
    finish(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nT: x\r\n"), "end");
    // Content that nobody wanted may be missing.
    finish(get("Content-Length: 5\r\n", "POST /ignore HTTP/1.1"), "200=ignored end");
}

TEST_CASE("wire: clients that leave at any point do not disturb the others (U-17)") {
    const std::string wire = post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n") +
                             get("", "GET /large HTTP/1.1") + get("", "GET /stream HTTP/1.1");
    for (std::size_t sent = 0; sent <= wire.size(); ++sent) {
        Client client(default_site().port());
        client.send(std::string_view(wire).substr(0, sent));
    }
    CHECK(converse(default_site(), get(), "200") == "200");
}
