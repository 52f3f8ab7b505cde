// SPDX-License-Identifier: MIT
/// \file
/// H1Connection against slow, leaving and odd clients, and against answers that break off.
#include "harness.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

using namespace pottle;
using namespace pottle::server;
using gateway::Exchange;
using gateway::Outcome;

TEST_CASE(
    "h1 connection: the head of a stream is sent with its empty first chunk, never left for "
    "another connection") {
    Wire wire;
    wire.gateway.handler = [](Exchange& exchange) {
        exchange.response().set_body(StreamBody([]() -> Generator<std::string> {
            co_await sleep(Milliseconds(10));
            co_yield "";
            co_await sleep(Milliseconds(10));
            co_yield "late";
        }()));
        return Outcome::finished();
    };
    wire.send(kGet);
    wire.executor.advance(Milliseconds(15));
    CHECK(wire.context().batch().empty());
    CHECK(wire.receive().starts_with("HTTP/1.1 200 OK\r\n"));
    wire.executor.advance(Milliseconds(10));
    CHECK(wire.receive() == "4\r\nlate\r\n0\r\n\r\n");
}
