// SPDX-License-Identifier: MIT
#include "support/server_process.hpp"

#include <pottle/async/sleep.hpp>
#include <pottle/server/server.hpp>

#include <csignal>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::server;
using namespace pottle::test;

namespace {

/// /fast answers at once, /slow after 300 ms, /stuck never, /stubborn ignores its cancellation.
class Site final : public gateway::Gateway {
public:
    gateway::Outcome start(gateway::Exchange& exchange) override {
        const std::string_view path = exchange.head().raw_path();
        exchange.response().set_body("done");
        if (path == "/starts") exchange.response().set_body(std::to_string(starts_));
        if (path == "/stop") stopper_->shut_down();
        if (path == "/slow") return gateway::Outcome(slow());
        if (path == "/stuck") return gateway::Outcome(stuck());
        if (path == "/stubborn") return gateway::Outcome(stubborn());
        return gateway::Outcome::finished();
    }
    Task<> startup() override {
        ++starts_;
        co_return;
    }

    void set_stopper(gateway::Stopper* stopper) noexcept override { stopper_ = stopper; }

private:
    gateway::Stopper* stopper_ = nullptr;
    int starts_ = 0;
    static Task<> slow() { co_await sleep(Milliseconds(300)); }
    static Task<> stuck() { co_await sleep(Seconds(3600)); }
    static Task<> stubborn() {
        for (;;) {
            try {
                co_await sleep(Seconds(3600));
            } catch (const Cancelled&) {
                while (true) ::pause();  // the worst case: it blocks its loop for ever
            }
        }
    }
};

class Broken final : public gateway::Gateway {
public:
    gateway::Outcome start(gateway::Exchange&) override { return gateway::Outcome::finished(); }
    Task<> startup() override {
        throw std::runtime_error("no database at db:5432");
        co_return;
    }
};

std::unique_ptr<gateway::Gateway> make_site() {
    return std::make_unique<Site>();
}
std::unique_ptr<gateway::Gateway> make_broken() {
    return std::make_unique<Broken>();
}

Deployment at_any_port(std::size_t threads = 1) {
    Deployment deployment;
    deployment.binds = {"127.0.0.1:0"};
    deployment.threads = threads;
    return deployment;
}

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

}  // namespace

TEST_CASE("serve: answers over a socket and ends with 0 at SIGTERM (APP-13)") {
    ServerProcess server(make_site, at_any_port());
    const int port = server.port();
    REQUIRE(port > 0);
    Client client(port);
    client.send(get("/fast"));
    CHECK(client.read_until("done").starts_with("HTTP/1.1 200 OK"));
    server.signal(SIGTERM);
    CHECK(client.read_all().empty());  // an idle connection is closed at once
    CHECK(client.at_end());
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: several loops share one listening socket and one start-up (LC-4)") {
    ServerProcess server(make_site, at_any_port(2));
    const int port = server.port();
    for (int i = 0; i < 20; ++i) {
        Client client(port);
        client.send(get("/starts"));
        CHECK(client.read_until("\r\n\r\n1").ends_with("\r\n\r\n1"));
    }
    server.signal(SIGINT);
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: an application may end it in order, as a signal does (APP-14)") {
    ServerProcess server(make_site, at_any_port());
    Client client(server.port());
    client.send(get("/stop"));
    CHECK(client.read_until("done").ends_with("done"));
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: draining lets a running request finish and refuses new connections") {
    ServerProcess server(make_site, at_any_port());
    const int port = server.port();
    Client running(port);
    running.send(get("/slow"));
    Client idle(port);
    idle.send(get("/fast"));
    idle.read_until("done");  // so the slow request has been read before
    server.signal(SIGTERM);
    CHECK(idle.read_all().empty());  // drained: from here on nothing is accepted
    CHECK_FALSE(Client(port).connected());
    const std::string answer = running.read_all();
    CHECK(answer.ends_with("done"));
    CHECK(answer.find("connection: close") != answer.npos);
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: after the graceful timeout running requests are cancelled (U-9)") {
    Options options;
    options.timeouts.graceful = Milliseconds(200);
    ServerProcess server(make_site, at_any_port(), options);
    Client client(server.port());
    client.send(get("/stuck"));
    Client other(server.port());
    other.send(get("/fast"));
    other.read_until("done");
    server.signal(SIGTERM);
    CHECK(client.read_all().starts_with("HTTP/1.1 503 "));
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: a graceful timeout of zero waits for running requests as long as they take") {
    Options options;
    options.timeouts.graceful = Milliseconds(0);
    ServerProcess server(make_site, at_any_port(), options);
    Client running(server.port());
    running.send(get("/slow"));
    Client idle(server.port());
    idle.send(get("/fast"));
    idle.read_until("done");
    server.signal(SIGTERM);
    CHECK(running.read_all().ends_with("done"));
    CHECK(server.wait() == 0);
}

TEST_CASE("serve: handlers that do not even end when cancelled cannot keep the process") {
    Options options;
    options.timeouts.graceful = Milliseconds(100);
    options.timeouts.kill = Milliseconds(100);
    ServerProcess server(make_site, at_any_port(), options);
    Client client(server.port());
    client.send(get("/stubborn"));
    Client other(server.port());
    other.send(get("/fast"));
    other.read_until("done");
    server.signal(SIGTERM);
    CHECK(server.wait() == static_cast<int>(Exit::Forced));
    CHECK(server.log().find("handlers that do not end") != std::string::npos);
}

TEST_CASE("serve: a second signal ends it at once") {
    ServerProcess server(make_site, at_any_port());
    Client client(server.port());
    client.send(get("/stuck"));
    Client other(server.port());
    other.send(get("/fast"));
    other.read_until("done");
    server.signal(SIGTERM);
    CHECK(other.read_all().empty());  // the first signal has been seen
    server.signal(SIGTERM);
    CHECK(server.wait() == static_cast<int>(Exit::Forced));
}

TEST_CASE("serve: a failing startup is one sentence and exit status 3 (LC-2)") {
    ServerProcess server(make_broken, at_any_port());
    CHECK(server.wait() == static_cast<int>(Exit::StartupFailed));
    CHECK(server.log().find("the application's startup failed: no database at db:5432") !=
          std::string::npos);
}

TEST_CASE("serve: a bind that cannot be made is one sentence and exit status 3") {
    Deployment deployment = at_any_port();
    deployment.binds = {"127.0.0.1:http"};
    ServerProcess server(make_site, deployment);
    CHECK(server.wait() == static_cast<int>(Exit::StartupFailed));
    CHECK(server.log().find("127.0.0.1:http") != std::string::npos);
}

TEST_CASE("serve: a client that goes away cancels its handler and the server lives") {
    ServerProcess server(make_site, at_any_port());
    const int port = server.port();
    {
        Client gone(port);
        gone.send(get("/stuck"));
    }
    Client client(port);
    client.send(get("/fast"));
    CHECK(client.read_until("done").ends_with("done"));
    server.signal(SIGTERM);
    CHECK(server.wait() == 0);  // it does not wait for the cancelled handler
}
