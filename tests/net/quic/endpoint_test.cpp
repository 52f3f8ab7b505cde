// SPDX-License-Identifier: MIT
#include "echo_server.hpp"

#include <pottle/net/quic/router.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::net;
using namespace pottle::net::test;

namespace {

/// Sends and waits for the echo.
bool echoes(Client& client, const std::string& text) {
    const QuicStreamId stream = client.send(text);
    return client.talk_until([&] { return client.received(stream).ends_with('|'); }) &&
           client.received(stream) == text + '|';
}

}  // namespace

TEST_CASE("QuicEndpoint: shakes hands, carries streams, ends (RFC 9000 5)") {
    async::VirtualExecutor executor;
    Server server(executor);
    {
        Client client(executor, server);
        REQUIRE(client.connect());
        CHECK(server.endpoint->live_connections() == 1);
        CHECK(server.endpoint->handshakes() == 0);
        CHECK(echoes(client, "hello"));
        CHECK(echoes(client, std::string(300'000, 'x')));  // beyond the client's windows
        REQUIRE(server.applications.size() == 1);
        EchoApplication& application = *server.applications[0];
        CHECK(application.handshake_done);
        CHECK(application.quic->tls()->server_name == "localhost");
        CHECK(application.quic->tls()->alpn == "echo");
        CHECK(application.quic->peer_address() == "127.0.0.2:5000");
        CHECK(application.streams_closed == 2);
        client.close();
        CHECK(application.closed);
        CHECK(application.reason.by == QuicClose::By::Peer);
        CHECK(application.reason.code == 77);
        CHECK(application.reason.application);
    }
    CHECK(server.endpoint->live_connections() == 0);
    CHECK(server.endpoint->connections() == 1);  // late packets would find it
    executor.advance(Seconds(10));
    CHECK(server.endpoint->connections() == 0);
}

TEST_CASE("QuicEndpoint: survives loss in both directions (RFC 9002)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    client.drop_every = 7;
    REQUIRE(client.connect());
    CHECK(echoes(client, std::string(200'000, 'x')));
}

TEST_CASE("QuicEndpoint: demands a Retry when told to, and its token is the proof (RFC 9000 8.1)") {
    async::VirtualExecutor executor;
    Server server(executor, {.retry = QuicOptions::Retry::On});
    Client client(executor, server);
    REQUIRE(client.connect());
    CHECK(server.endpoint->counts().retries == 1);
    CHECK(echoes(client, "hello"));

    SUBCASE("a NEW_TOKEN spares the next connection the round trip (RFC 9000 8.1.3)") {
        REQUIRE(!client.new_token.empty());
        Client again(executor, server, {.token = client.new_token, .address = ipv4(2, 6000)});
        REQUIRE(again.connect());
        CHECK(server.endpoint->counts().retries == 1);
    }
    SUBCASE("a token of another address proves nothing") {
        Client other(executor, server, {.token = client.new_token, .address = ipv4(9, 6000)});
        REQUIRE(other.connect());
        CHECK(server.endpoint->counts().retries == 2);
    }
    SUBCASE("noise in the place of a token is ignored") {
        Client other(executor, server, {.token = "noise", .address = ipv4(9, 6000)});
        REQUIRE(other.connect());
        CHECK(server.endpoint->counts().retries == 2);
    }
}

TEST_CASE("QuicEndpoint: demands Retry by itself when many handshakes are unfinished") {
    async::VirtualExecutor executor;
    Server server(executor, {.retry_above = 2});
    std::vector<std::unique_ptr<Client>> idle;
    for (std::uint8_t i = 0; i < 2; ++i) {
        idle.push_back(std::make_unique<Client>(
            executor, server,
            ClientOptions{.address = ipv4(static_cast<std::uint8_t>(10 + i), 1)}));
        idle.back()->write();
        idle.back()->deliver(server);
    }
    CHECK(server.endpoint->handshakes() == 2);
    CHECK(server.endpoint->counts().retries == 0);
    Client client(executor, server);
    REQUIRE(client.connect());
    CHECK(server.endpoint->counts().retries == 1);
    executor.advance(Seconds(11));  // handshake_timeout
    CHECK(server.endpoint->handshakes() == 0);
}

TEST_CASE("QuicEndpoint: unfinished handshakes are bounded") {
    async::VirtualExecutor executor;
    Server server(executor, {.retry = QuicOptions::Retry::Off, .max_handshakes = 3});
    for (std::uint8_t i = 0; i < 5; ++i) {
        Client client(executor, server, {.address = ipv4(static_cast<std::uint8_t>(10 + i), 1)});
        client.write();
        client.deliver(server);
    }
    CHECK(server.endpoint->handshakes() == 3);
    CHECK(server.endpoint->counts().dropped >= 2);
}

TEST_CASE("QuicEndpoint: sends at most three times what an unproved address sent (RFC 9000 8)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    client.write();
    client.deliver(server);
    for (int i = 0; i < 8; ++i) executor.advance(Seconds(1));
    CHECK(server.port.octets_sent > 0);
    CHECK(server.port.octets_sent <= 3 * client.octets_sent);
}

TEST_CASE("QuicEndpoint: answers unknown versions with those it speaks (RFC 9000 6)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server, {.version = 0x0a0a0a0a});
    client.talk();
    CHECK(client.version_negotiated);
    CHECK(server.endpoint->counts().version_negotiations == 1);
    CHECK(server.endpoint->connections() == 0);
}

TEST_CASE("QuicEndpoint: resets connections that it does not know any more (RFC 9000 10.3)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    client.talk();
    // The server starts anew with the same secrets.
    server.endpoint =
        std::make_unique<QuicEndpoint>(executor, *server.context, server.port, server);
    client.send(std::string(100, 'x'));
    client.talk_until([&] { return client.error != 0; });
    CHECK(client.error == NGTCP2_ERR_DRAINING);
    CHECK(server.endpoint->counts().stateless_resets >= 1);
}

TEST_CASE("QuicEndpoint: follows a client whose NAT changed its port (RFC 9000 9)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    REQUIRE(echoes(client, "before"));
    client.address = ipv4(2, 7777);  // the client does not know
    CHECK(echoes(client, std::string(20'000, 'y')));
    CHECK(server.applications[0]->quic->peer_address() == "127.0.0.2:7777");
}

TEST_CASE("QuicEndpoint: follows a client that updates its keys (RFC 9001 6)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    REQUIRE(echoes(client, "before"));
    executor.advance(Seconds(1));
    REQUIRE(ngtcp2_conn_initiate_key_update(client.native, client.now()) == 0);
    CHECK(echoes(client, "behind"));
}

TEST_CASE("QuicEndpoint: a silent client is forgotten after the idle timeout (RFC 9000 10.1)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    executor.advance(Seconds(29));
    CHECK(server.endpoint->connections() == 1);
    executor.advance(Seconds(3));
    CHECK(server.endpoint->connections() == 0);
    CHECK(server.applications[0]->reason.by == QuicClose::By::Idle);
}

TEST_CASE("QuicEndpoint: datagrams at the wrong loop reach their connection (RFC 9000 5.1)") {
    async::VirtualExecutor executor;
    QuicRouter router(2, 1, 4);
    Server first(executor, {}, nullptr, {0, 0}, &router);
    Server second(executor, {}, first.context, {0, 1}, &router);
    Client client(executor, first);
    REQUIRE(client.connect());
    executor.advance(Seconds(1));  // the client's pacer has nothing against it
    const QuicStreamId stream = client.send("moved");
    client.write();
    client.deliver(second);  // the kernel hashed the new address to another socket
    executor.run_until_idle();
    CHECK(second.endpoint->counts().handed_over >= 1);
    CHECK(second.endpoint->connections() == 0);
    CHECK(client.talk_until([&] { return client.received(stream) == "moved|"; }));
}

TEST_CASE("QuicRouter: what waits for a loop is bounded") {
    async::VirtualExecutor executor;
    QuicRouter router(2, 1, 3);
    Server server(executor, {}, nullptr, {0, 1}, &router);
    const std::uint8_t octets[32] = {};
    int taken = 0;
    for (int i = 0; i < 5; ++i)
        taken += router.hand_over({0, 1}, 0, {{ipv4(1, 443), ipv4(2, 1)}, 0, octets});
    CHECK(taken == 3);
    CHECK(!router.hand_over({0, 0}, 0, {{ipv4(1, 443), ipv4(2, 1)}, 0, octets}));
    CHECK(!router.hand_over({1, 1}, 0, {{ipv4(1, 443), ipv4(2, 1)}, 0, octets}));
    CHECK(!router.hand_over({0, 77}, 0, {{ipv4(1, 443), ipv4(2, 1)}, 0, octets}));
    executor.run_until_idle();
    CHECK(server.endpoint->counts().packets_received == 3);
}

TEST_CASE("QuicEndpoint: waits for a port that is full, and goes on") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    client.talk();
    server.port.full = true;
    const QuicStreamId stream = client.send(std::string(50'000, 'z'));
    client.talk();
    CHECK(client.received(stream).empty());
    server.port.full = false;
    server.endpoint->on_port_writable();
    executor.run_until_idle();
    CHECK(client.talk_until([&] { return client.received(stream).ends_with('|'); }));
}

TEST_CASE("QuicEndpoint: answers fewer and fewer packets behind the end (RFC 9000 10.2.1)") {
    async::VirtualExecutor executor;
    Server server(executor);
    Client client(executor, server);
    REQUIRE(client.connect());
    REQUIRE(echoes(client, "hello"));
    server.applications[0]->quic->close(0x101, "enough");
    executor.run_until_idle();
    server.port.sent.clear();
    client.send(std::string(100'000, 'x'));
    client.write();
    const std::size_t late = client.to_server.size();
    REQUIRE(late >= 8);
    client.deliver(server);
    CHECK(server.port.sent.size() >= 2);
    CHECK(server.port.sent.size() <= late / 2);
    CHECK(server.applications[0]->reason.code == 0x101);
}

TEST_CASE("QuicEndpoint: refuses new clients while it drains or is full (RFC 9000 20.1)") {
    async::VirtualExecutor executor;
    Server server(executor);
    SUBCASE("draining") {
        server.endpoint->refuse_new();
    }
    SUBCASE("full") {
        server.accepting = false;
    }
    Client client(executor, server);
    CHECK(!client.connect());
    CHECK(client.error == NGTCP2_ERR_DRAINING);  // it was told
    CHECK(server.endpoint->connections() == 0);
}

TEST_CASE("QuicEndpoint: lives through anything that is not QUIC") {
    async::VirtualExecutor executor;
    Server server(executor);
    std::uint32_t seed = 1;
    for (std::size_t size = 0; size < 1400; size += 7) {
        std::vector<std::uint8_t> octets(size);
        for (auto& octet : octets) {
            seed = seed * 1'664'525 + 1'013'904'223;
            octet = static_cast<std::uint8_t>(seed >> 24);
        }
        server.endpoint->receive({{ipv4(1, 443), ipv4(2, 1)}, 0, octets});
    }
    executor.run_until_idle();
    CHECK(server.endpoint->connections() == 0);
    Client client(executor, server);
    CHECK(client.connect());
}
