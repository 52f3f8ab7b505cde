// SPDX-License-Identifier: MIT
#include <pottle/http/server_sent_event.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("ServerSentEvent: one data field for each line (SSE-2)") {
    CHECK(ServerSentEvent{.data = "one"}.text() == "data: one\n\n");
    CHECK(ServerSentEvent{.data = "a\nb\r\nc\rd"}.text() ==
          "data: a\ndata: b\ndata: c\ndata: d\n\n");
    CHECK(ServerSentEvent{.data = "a\n"}.text() == "data: a\ndata: \n\n");
    CHECK(ServerSentEvent{}.text() == "data: \n\n");
}

TEST_CASE("ServerSentEvent: type, id and retry cannot end their fields (SSE-2)") {
    CHECK(ServerSentEvent{
              .data = "x", .event = "a\r\ndata: y", .id = "1\n2", .retry = Milliseconds(5)}
              .text() == "event: adata: y\nid: 12\nretry: 5\ndata: x\n\n");
    CHECK(ServerSentEvent{.id = "7"}.text() == "id: 7\n\n");
}

TEST_CASE("append_comment: begins each line with a colon (SSE-3)") {
    std::string out;
    http::append_comment(out, "ping");
    http::append_comment(out, "a\ndata: b");
    CHECK(out == ": ping\n\n: a\n: data: b\n\n");
}
