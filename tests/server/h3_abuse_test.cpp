// SPDX-License-Identifier: MIT
/// \file
/// What hostile clients of an H3Connection cannot do: hold memory, hold streams, make work for
/// nothing.
#include "h3_wire.hpp"

using namespace pottle;
using namespace pottle::server;
using namespace pottle::h3test;

using Stream = net::QuicStreamId;

TEST_CASE(
    "H3Connection: a stream without a window is given up, the others go on (abuse: zero window)") {
    H3Wire wire({}, {.stream_window = 1000, .grants_credit = false});
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        const bool large = exchange.head().target() == "/large";
        return answer(exchange, std::string(large ? 100'000 : 5, 'x'));
    };
    const Stream stream = wire.send(request("GET", "/large"));
    for (int i = 0; i < 5; ++i) {
        wire.wait(Seconds(10));
        CHECK(wire.ask(request()) == "H 200; D 5; end");
    }
    CHECK(wire.client->resets[stream] == kRequestCancelled);
}

TEST_CASE("H3Connection: what all streams of a connection keep is bounded (abuse: zero window)") {
    Options options;
    options.connection_high_water = 100 * 1024;
    H3Wire wire(options, {.stream_window = 0});
    int pulled = 0;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        exchange.response().set_body(StreamBody(pieces(2, pulled)));
        return gateway::Outcome::finished();
    };
    std::vector<Stream> streams;
    for (int i = 0; i < 20; ++i) streams.push_back(wire.send(request()));
    CHECK(pulled == 2);
    // Whoever gives up makes room for the next.
    for (int i = 0; i < 2; ++i)
        wire.client->reset(streams[static_cast<std::size_t>(i)], kRequestCancelled);
    wire.talk();
    CHECK(pulled == 4);
}

TEST_CASE("H3Connection: a window that opens bit by bit is no progress (abuse: dribble)") {
    H3Wire wire({}, {.stream_window = 1000, .grants_credit = false});
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return answer(exchange, std::string(100'000, 'x'));
    };
    const Stream stream = wire.send(request());
    for (int i = 0; i < 6; ++i) {
        ngtcp2_conn_extend_max_stream_offset(wire.client->native, stream, 500);
        wire.wait(Seconds(10));
    }
    CHECK(wire.client->received(stream).size() > 2000);
    CHECK(wire.client->resets[stream] == kRequestCancelled);
}

TEST_CASE("H3Connection: rapid resets end the connection (abuse: CVE-2023-44487)") {
    Options options;
    options.h3.reset_burst = 10;
    options.h3.resets_per_second = 0;
    H3Wire wire(options);
    bool cancelled = false;
    wire.gateway.handler = [&](gateway::Exchange& exchange) {
        return gateway::Outcome(wait_for_ever(exchange, cancelled));
    };
    for (int i = 0; i < 10; ++i) {
        const Stream stream = wire.send(request(), false);
        wire.client->reset(stream, kRequestCancelled);
        wire.talk();
    }
    REQUIRE(wire.client->error == 0);
    const Stream stream = wire.send(request(), false);
    wire.client->reset(stream, kRequestCancelled);
    wire.talk();
    CHECK(wire.client->closing_code() == kExcessiveLoad);
}

TEST_CASE("H3Connection: answers that are not wanted any more count as resets (abuse)") {
    Options options;
    options.h3.reset_burst = 3;
    options.h3.resets_per_second = 0;
    H3Wire wire(options);
    wire.gateway.handler = [](gateway::Exchange& exchange) {
        return gateway::Outcome(answer_after(exchange, Seconds(1), "late"));
    };
    for (int i = 0; i < 4; ++i) {
        REQUIRE(wire.client->error == 0);
        wire.client->stop_sending(wire.send(request()), kRequestCancelled);
        wire.wait(Seconds(2));
    }
    CHECK(wire.client->closing_code() == kExcessiveLoad);
}

TEST_CASE("H3Connection: resets that the peer provokes count like its own (abuse)") {
    Options options;
    options.h3.reset_burst = 3;
    options.h3.resets_per_second = 0;
    H3Wire wire(options);
    for (int i = 0; i < 3; ++i) {
        const Stream stream = wire.send(headers({{":method", "GET"}}));
        CHECK(wire.client->resets[stream] == kMessageError);
    }
    REQUIRE(wire.client->error == 0);
    wire.send(request("GET", "/", {{"connection", "close"}}));
    CHECK(wire.client->closing_code() == kExcessiveLoad);
}
