// SPDX-License-Identifier: MIT
#include "tls_support.hpp"

#include <pottle/net/lingering_closer.hpp>

#include <cstdlib>

namespace pottle::net::test {

using Kind = async::IoResult::Kind;

namespace {

/// A connected pair.
struct TlsPair {
    TlsServer server;
    TlsClient client{server.clients, server.listener.port()};
    CountingObserver observer;

    explicit TlsPair(void (*change)(TlsOptions&) = nullptr) : server(change) {
        REQUIRE(server.connect(client));
        REQUIRE(run_until(server.loop, [&] { return !server.sink.streams.empty(); }));
        stream().observe(&observer);
    }
    async::Stream& stream() { return server.newest(); }
    std::string read(std::size_t limit = 65536) {
        std::string text(limit, '\0');
        result = stream().read(text);
        text.resize(result.kind == Kind::Done ? result.count : 0);
        return text;
    }
    async::IoResult write(std::string_view text) { return stream().write({&text, 1}); }
    /// Turns the loop until the client has received `size` bytes more.
    std::string receive(std::size_t size) {
        std::string all;
        CHECK(run_until(server.loop, [&] {
            all += client.receive();
            return all.size() >= size || client.broken;
        }));
        return all;
    }
    async::IoResult result;
};

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 131 >> 7);
    return text;
}

}  // namespace

TEST_CASE("TlsStream: carries bytes both ways") {
    for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        TlsServer server;
        SSL_CTX_set_max_proto_version(server.clients.native, version);
        TlsClient client(server.clients, server.listener.port());
        REQUIRE(server.connect(client));
        REQUIRE(server.sink.streams.size() == 1);
        CountingObserver observer;
        server.newest().observe(&observer);
        client.send("ping");
        REQUIRE(run_until(server.loop, [&] { return observer.readable == 1; }));
        char text[16];
        CHECK(server.newest().read(text).count == 4);
        CHECK(server.newest().read(text).kind == Kind::WouldBlock);
        const std::string_view pieces[] = {"po", "", "ng"};
        CHECK(server.newest().write(pieces).count == 4);
        CHECK(client.receive() == "pong");
    }
}

TEST_CASE("TlsStream: reads a record in small portions without another event") {
    TlsPair pair;
    pair.client.send("abcdefgh");
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.readable == 1; }));
    CHECK(pair.read(3) == "abc");
    CHECK(pair.read(3) == "def");
    CHECK(pair.read(3) == "gh");
    pair.read(3);
    CHECK(pair.result.kind == Kind::WouldBlock);
}

TEST_CASE("TlsStream: gathers several small pieces in one record, several records in one write") {
    TlsPair pair;
    const std::string first = pattern(100);
    const std::string second = pattern(40'000);
    const std::string_view pieces[] = {first, second, first};
    CHECK(pair.stream().write(pieces).count == 40'200);
    CHECK(pair.receive(40'200) == first + second + first);
}

TEST_CASE("TlsStream: a full socket blocks the writer, keeps what was encrypted, and goes on") {
    TlsPair pair;
    const std::string block = pattern(50'000);
    std::string sent;
    async::IoResult result;
    while ((result = pair.write(block)).kind == Kind::Done) sent += block.substr(0, result.count);
    CHECK(result.kind == Kind::WouldBlock);
    CHECK(pair.observer.writable == 0);
    std::string received;
    REQUIRE(run_until(pair.server.loop, [&] {
        received += pair.client.receive();
        return pair.observer.writable == 1;
    }));
    CHECK(pair.write("end").kind == Kind::Done);
    sent += "end";
    REQUIRE(run_until(pair.server.loop, [&] {
        received += pair.client.receive();
        return received.size() >= sent.size();
    }));
    CHECK(received == sent);
}

TEST_CASE("TlsStream: receives a large upload whole while the reader lags") {
    TlsPair pair;
    const std::string upload = pattern(1 << 20);
    std::size_t sent = 0;
    std::string received;
    REQUIRE(run_until(pair.server.loop, [&] {
        while (sent < upload.size()) {
            const auto part = pair.client.send(std::string_view(upload).substr(sent, 16'000));
            if (part == 0) break;
            sent += part;
        }
        received += pair.read(5'000);
        return received.size() == upload.size();
    }));
    CHECK(received == upload);
}

TEST_CASE("TlsStream: close_notify and FIN are an end, and can still be answered") {
    TlsPair pair;
    pair.client.send("request");
    ::SSL_shutdown(pair.client.ssl);
    pair.client.socket.shutdown_write();
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.closed == 1; }));
    CHECK(pair.read() == "request");
    pair.read();
    CHECK(pair.result.kind == Kind::End);
    CHECK(pair.write("answer").count == 6);
    CHECK(pair.receive(6) == "answer");
    pair.stream().shutdown_write();
    run_idle(pair.server.loop);
    pair.client.receive();
    CHECK(pair.client.ended);
}

TEST_CASE("TlsStream: close_notify without FIN is seen once it is read") {
    TlsPair pair;
    ::SSL_shutdown(pair.client.ssl);
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.readable == 1; }));
    CHECK_FALSE(pair.stream().peer_closed());
    pair.read();
    CHECK(pair.result.kind == Kind::End);
    CHECK(pair.stream().peer_closed());
    CHECK(pair.observer.closed == 0);
    run_idle(pair.server.loop);
    CHECK(pair.observer.closed == 1);
}

TEST_CASE("TlsStream: an end without close_notify is an end") {
    TlsPair pair;
    pair.client.send("last");
    pair.client.socket.shutdown_write();
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.closed == 1; }));
    CHECK(pair.read() == "last");
    pair.read();
    CHECK(pair.result.kind == Kind::End);
}

TEST_CASE("TlsStream: a reset fails reads and writes for good") {
    TlsPair pair;
    pair.client.socket.abort();
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.closed == 1; }));
    for (int i = 0; i < 2; ++i) {
        pair.read();
        CHECK(pair.result.kind == Kind::Failed);
        CHECK(pair.result.error.code == Errc::Reset);
        CHECK(pair.write("x").kind == Kind::Failed);
    }
}

TEST_CASE("TlsStream: rubbish after the handshake fails the stream and blames the peer") {
    TlsPair pair;
    pair.client.socket.send("this is not a TLS record at all");
    REQUIRE(run_until(pair.server.loop, [&] { return pair.observer.readable == 1; }));
    for (int i = 0; i < 2; ++i) {
        pair.read();
        CHECK(pair.result.kind == Kind::Failed);
        CHECK(pair.result.error.blame == Blame::Peer);
    }
    CHECK(pair.write("x").kind == Kind::Failed);
}

TEST_CASE("TlsStream: answers KeyUpdate and goes on (RFC 8446 4.6.3)") {
    TlsPair pair;
    ::SSL_key_update(pair.client.ssl, SSL_KEY_UPDATE_REQUESTED);
    pair.client.send("after");
    std::string received;
    REQUIRE(run_until(pair.server.loop, [&] {
        received += pair.read();
        return received.size() >= 5;
    }));
    CHECK(received == "after");
    pair.write("reply");
    CHECK(pair.receive(5) == "reply");
}

TEST_CASE("TlsStream: refuses renegotiation in TLS 1.2") {
    TlsServer server;
    SSL_CTX_set_max_proto_version(server.clients.native, TLS1_2_VERSION);
    TlsClient client(server.clients, server.listener.port());
    REQUIRE(server.connect(client));
    CountingObserver observer;
    server.newest().observe(&observer);
    ::SSL_renegotiate(client.ssl);
    client.step_handshake();
    REQUIRE(run_until(server.loop, [&] { return observer.readable == 1; }));
    char text[16];
    CHECK(server.newest().read(text).kind != Kind::Done);
    client.connected = false;
    CHECK(run_until(server.loop, [&] { return client.step_handshake(); }));
    CHECK_FALSE(client.connected);
}

TEST_CASE("TlsStream: tells version, cipher, ALPN and server name") {
    TlsServer server(+[](TlsOptions& options) { options.alpn = {"h2", "http/1.1"}; });
    static constexpr unsigned char kOffer[] = "\x08http/1.1\x02h2";
    ::SSL_CTX_set_alpn_protos(server.clients.native, kOffer, sizeof kOffer - 1);
    TlsClient client(server.clients, server.listener.port());
    REQUIRE(server.connect(client));
    const async::TlsFacts* facts = server.newest().tls();
    REQUIRE(facts);
    CHECK(facts->version == "TLSv1.3");
    CHECK(facts->cipher == "TLS_AES_128_GCM_SHA256");
    CHECK(facts->alpn == "h2");
    CHECK(facts->server_name == "localhost");
    CHECK_FALSE(facts->resumed);
}

TEST_CASE("TlsStream: resumes by tickets in TLS 1.2 and 1.3, after key rotation too") {
    for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        TlsServer server;
        SSL_CTX_set_max_proto_version(server.clients.native, version);
        TlsClient first(server.clients, server.listener.port());
        REQUIRE(server.connect(first));
        first.receive();
        CHECK_FALSE(server.newest().tls()->resumed);
        REQUIRE(server.clients.session);
        CHECK(server.clients.tickets == (version == TLS1_3_VERSION ? 2 : 1));
        TlsClient second(server.clients, server.listener.port());
        ::SSL_set_session(second.ssl, server.clients.session);
        REQUIRE(server.connect(second));
        CHECK(server.newest().tls()->resumed);
        CHECK(::SSL_session_reused(second.ssl) == 1);
    }
}

TEST_CASE("TlsStream: sends files in records") {
    TlsPair pair;
    const std::string content = pattern(100'000);
    const std::string name = pair.server.certificates.directory() + "/content";
    const int file = ::open(name.c_str(), O_CREAT | O_RDWR, 0600);
    REQUIRE(::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    std::size_t sent = 10;
    std::string received;
    REQUIRE(run_until(pair.server.loop, [&] {
        while (sent < content.size()) {
            const auto result = pair.stream().send_file(file, sent, content.size() - sent);
            if (result.kind != Kind::Done) break;
            sent += result.count;
        }
        received += pair.client.receive();
        return received.size() == content.size() - 10;
    }));
    CHECK(received == content.substr(10));
    CHECK(pair.stream().send_file(file, content.size(), 1).kind == Kind::Failed);
    ::close(file);
}

TEST_CASE("TlsStream: what a full socket holds back still leaves when the stream lingers") {
    TlsPair pair;
    LingeringCloser closer(pair.server.loop);
    const std::string block = pattern(60'000);
    std::string sent;
    async::IoResult result;
    while ((result = pair.write(block)).kind == Kind::Done) sent += block.substr(0, result.count);
    // The client has finished, so only the held-back records keep the stream alive.
    ::SSL_shutdown(pair.client.ssl);
    pair.client.socket.shutdown_write();
    run_idle(pair.server.loop);
    closer.close(std::move(pair.server.sink.streams.back()));
    pair.server.sink.streams.clear();
    run_idle(pair.server.loop);
    CHECK(closer.size() == 1);
    std::string received;
    REQUIRE(run_until(pair.server.loop, [&] {
        received += pair.client.receive();
        return closer.size() == 0;
    }));
    received += pair.client.receive();
    CHECK(received.size() == sent.size());
    CHECK(received == sent);
    CHECK(pair.client.ended);
}

}  // namespace pottle::net::test
