// SPDX-License-Identifier: MIT
#include "log_lines.hpp"
#include "tls_support.hpp"

#include <pottle/net/tls_context.hpp>

#include <fstream>

namespace pottle::net::test {

namespace {

void check_refused(const TlsOptions& options, std::initializer_list<std::string> words) {
    const auto context = TlsContext::make(options);
    REQUIRE_FALSE(context);
    CHECK(context.error().code == Errc::TlsConfig);
    CAPTURE(context.error().message);
    for (const std::string& word : words)
        CHECK(context.error().message.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("TlsContext: names the file and the cause of what it cannot use") {
    const pottle::test::Certificates own;
    const pottle::test::Certificates other;
    const TlsOptions good = tls_options(own);
    CHECK(TlsContext::make(good));

    TlsOptions options = good;
    options.certificate_file = own.directory() + "/none.pem";
    check_refused(options, {options.certificate_file, "No such file"});
    options.certificate_file = own.key_file();
    check_refused(options, {own.key_file(), "no PEM certificate"});

    options = good;
    options.key_file = own.directory() + "/none.pem";
    check_refused(options, {options.key_file, "No such file"});
    options.key_file = own.certificate_file();
    check_refused(options, {own.certificate_file(), "no PEM private key"});
    options.key_file = other.key_file();
    check_refused(options, {other.key_file(), own.certificate_file(), "does not belong"});

    options.key_file = own.encrypted_key_file();
    check_refused(options, {options.key_file, "encrypted", "no password"});
    options.key_password = "wrong";
    check_refused(options, {options.key_file, "password does not open"});
    options.key_password = pottle::test::Certificates::kPassword;
    CHECK(TlsContext::make(options));
}

TEST_CASE("TlsContext: names the setting that OpenSSL does not know") {
    const pottle::test::Certificates own;
    const TlsOptions good = tls_options(own);
    TlsOptions options = good;
    options.ciphers = "NO-SUCH-CIPHER";
    check_refused(options, {"NO-SUCH-CIPHER", "TLS 1.2"});
    options = good;
    options.cipher_suites = "TLS_NONE";
    check_refused(options, {"TLS_NONE", "TLS 1.3"});
    options = good;
    options.groups = "X25519:Nowhere";
    check_refused(options, {"Nowhere", "groups"});
    options = good;
    options.alpn = {""};
    check_refused(options, {"ALPN"});
    options = good;
    options.verify_client = TlsOptions::Verify::Required;
    check_refused(options, {"authorities"});
    options.client_ca_file = own.key_file();
    check_refused(options, {own.key_file(), "no PEM certificate"});
}

TEST_CASE("TlsContext: a key that opens with a password serves connections") {
    TlsServer server(+[](TlsOptions& options) {
        options.key_file.replace(options.key_file.rfind('/'), std::string::npos,
                                 "/encrypted_key.pem");
        options.key_password = pottle::test::Certificates::kPassword;
    });
    TlsClient client(server.clients, server.listener.port());
    CHECK(server.connect(client));
}

TEST_CASE("TlsContext: chooses by the server's order and refuses when nothing fits") {
    const LogLines quiet;
    TlsServer server(+[](TlsOptions& options) {
        options.minimum_version = TlsOptions::Version::Tls13;
        options.alpn = {"h2"};
    });
    SUBCASE("a version that is too old") {
        SSL_CTX_set_max_proto_version(server.clients.native, TLS1_2_VERSION);
    }
    SUBCASE("no ALPN protocol in common (RFC 7301 3.2)") {
        static constexpr unsigned char kOffer[] = "\x08http/1.1";
        ::SSL_CTX_set_alpn_protos(server.clients.native, kOffer, sizeof kOffer - 1);
    }
    SUBCASE("no group in common") {
        ::SSL_CTX_set1_groups_list(server.clients.native, "P-521");
    }
    TlsClient client(server.clients, server.listener.port());
    CHECK_FALSE(server.connect(client));
    CHECK(server.sink.streams.empty());
    CHECK(server.acceptor.pending_handshakes() == 0);
}

TEST_CASE("TlsContext: a client that offers no ALPN is served") {
    TlsServer server(+[](TlsOptions& options) { options.alpn = {"h2"}; });
    TlsClient client(server.clients, server.listener.port());
    REQUIRE(server.connect(client));
    CHECK(server.newest().tls()->alpn.empty());
}

TEST_CASE("TlsContext: asks for, requires and verifies client certificates") {
    const LogLines quiet;
    struct Row {
        TlsOptions::Verify verify;
        int certificate;  ///< 0 none, 1 known, 2 unknown
        bool accepted;
    };
    using enum TlsOptions::Verify;
    constexpr Row kRows[] = {
        {None, 0, true},      {None, 2, true},      {Optional, 0, true}, {Optional, 1, true},
        {Optional, 2, false}, {Required, 0, false}, {Required, 1, true}, {Required, 2, false},
    };
    const pottle::test::Certificates own;
    const pottle::test::Certificates known;
    const pottle::test::Certificates unknown;
    for (const Row& row : kRows) {
        CAPTURE(int(row.verify));
        CAPTURE(row.certificate);
        TlsOptions options = tls_options(own);
        options.verify_client = row.verify;
        options.client_ca_file = known.certificate_file();
        const auto context = tls_context(options);
        Loop loop;
        const Listener listener = listen_on_loopback();
        KeepStreams sink;
        Acceptor acceptor(loop, listener, sink, context.get());
        TlsClientContext clients;
        SSL_CTX_set_max_proto_version(clients.native, TLS1_2_VERSION);
        if (row.certificate != 0) {
            const auto& files = row.certificate == 1 ? known : unknown;
            ::SSL_CTX_use_certificate_chain_file(clients.native, files.certificate_file().c_str());
            ::SSL_CTX_use_PrivateKey_file(clients.native, files.key_file().c_str(),
                                          SSL_FILETYPE_PEM);
        }
        TlsClient client(clients, listener.port());
        REQUIRE(run_until(loop, [&] { return client.step_handshake(); }));
        run_idle(loop);
        CHECK(client.connected == row.accepted);
        CHECK(sink.streams.size() == (row.accepted ? 1 : 0));
        sink.streams.clear();
    }
}

TEST_CASE("TlsContext: without tickets nothing is resumed") {
    for (const auto version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsServer server(+[](TlsOptions& options) { options.session_tickets = 0; });
        SSL_CTX_set_max_proto_version(server.clients.native, version);
        TlsClient first(server.clients, server.listener.port());
        REQUIRE(server.connect(first));
        first.receive();
        if (!server.clients.session) continue;  // TLS 1.3 sends none
        TlsClient second(server.clients, server.listener.port());
        ::SSL_set_session(second.ssl, server.clients.session);
        REQUIRE(server.connect(second));
        CHECK_FALSE(server.newest().tls()->resumed);
    }
}

TEST_CASE("TlsContext: a ticket that this server did not make means a full handshake") {
    TlsServer other;
    TlsClient first(other.clients, other.listener.port());
    REQUIRE(other.connect(first));
    first.receive();
    REQUIRE(other.clients.session);
    TlsServer server;
    TlsClient second(server.clients, server.listener.port());
    ::SSL_set_session(second.ssl, other.clients.session);
    REQUIRE(server.connect(second));
    CHECK_FALSE(server.newest().tls()->resumed);
}

}  // namespace pottle::net::test
