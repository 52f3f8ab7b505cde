// SPDX-License-Identifier: MIT
#include "site.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::test;

namespace {

/// The whole answer to a GET of the file with one more field.
std::string get_file(const std::string& field) {
    Client client(default_site().port());
    client.send("GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + field + "\r\n\r\n");
    return client.read_all();
}

std::string get(const std::string& path) {
    Client client(default_site().port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_all();
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

// The file holds "0123456789".
TEST_CASE("wire: ranges of a file go out as they were asked for (RFC 9110 14, RESP-33..36)") {
    const std::string first = get_file("Range: bytes=0-3");
    CHECK(first.starts_with("HTTP/1.1 206 "));
    CHECK(has(first, "\r\ncontent-range: bytes 0-3/10\r\n"));
    CHECK(has(first, "\r\ncontent-length: 4\r\n"));
    CHECK(first.ends_with("\r\n\r\n0123"));
    CHECK(get_file("Range: bytes=7-").ends_with("\r\n\r\n789"));
    CHECK(get_file("Range: bytes=-2").ends_with("\r\n\r\n89"));
    CHECK(get_file("Range: bytes=8-99").ends_with("\r\n\r\n89"));
    const std::string beyond = get_file("Range: bytes=10-");
    CHECK(beyond.starts_with("HTTP/1.1 416 "));
    CHECK(has(beyond, "\r\ncontent-range: bytes */10\r\n"));
    const std::string whole = get_file("If-Range: \"other\"\r\nRange: bytes=0-3");
    CHECK(whole.starts_with("HTTP/1.1 200 "));
    CHECK(has(whole, "\r\naccept-ranges: bytes\r\n"));
    CHECK(whole.ends_with("\r\n\r\n0123456789"));
}

TEST_CASE("wire: several ranges are parts of one answer (RFC 9110 14.6)") {
    const std::string answer = get_file("Range: bytes=0-0,9-9");
    CHECK(answer.starts_with("HTTP/1.1 206 "));
    CHECK(has(answer, "multipart/byteranges; boundary="));
    CHECK(has(answer, "Content-Range: bytes 0-0/10\r\n\r\n0\r\n--"));
    CHECK(has(answer, "Content-Range: bytes 9-9/10\r\n\r\n9\r\n--"));
}

TEST_CASE("wire: a file that the client has is 304 without content (RESP-32)") {
    const std::string answer = get_file("If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT");
    CHECK(answer.starts_with("HTTP/1.1 304 "));
    CHECK_FALSE(has(answer, "content-length"));
    CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("wire: events arrive one by one, and their handler ends with its client (SSE-3, U-10)") {
    CHECK(get("/listeners") == "0");
    {
        Client listener(default_site().port());
        listener.send("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
        const std::string head = listener.read_until("data: 0\n\n");
        CHECK(has(head, "\r\ncontent-type: text/event-stream"));
        CHECK(has(listener.read_until("data: 1\n\n"), "data: 1"));
        CHECK(get("/listeners") == "1");
    }
    std::string listeners;
    for (int i = 0; i < 1000 && listeners != "0"; ++i) listeners = get("/listeners");
    CHECK(listeners == "0");
}
