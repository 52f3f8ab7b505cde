// SPDX-License-Identifier: MIT
/// \file
/// A gateway without an application: what HTTP/3 and HTTP/2 clients, load generators and attackers
/// are pointed at. Usage: h3_site PORT CERTIFICATE KEY [option=value ...]; see apply().
#include <pottle/async/generator.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/base/log.hpp>
#include <pottle/server/server.hpp>

#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

using namespace pottle;
using namespace std::chrono_literals;

Generator<std::string> pieces(std::uint64_t mebibytes) {
    for (std::uint64_t i = 0; i < mebibytes * 16; ++i) co_yield std::string(64 * 1024, 'x');
}

Task<> echo(gateway::Exchange& exchange) {
    std::string body;
    for (;;) {
        const Result<Bytes> piece = co_await exchange.read();
        if (!piece) {
            exchange.response().status = piece.error().status;
            co_return;
        }
        if (piece->empty()) break;
        body += piece->view();
    }
    exchange.response().set_body(std::move(body));
}

/// Sends back what comes, as it comes.
Task<> reflect(gateway::Exchange& exchange) {
    co_await exchange.send_head({});
    for (;;) {
        Result<Bytes> piece = co_await exchange.read();
        if (!piece || piece->empty()) break;
        co_await exchange.send_chunk(std::move(*piece).release());
    }
    const Headers* trailers = exchange.trailers();
    co_await exchange.finish({{"x-trailer", trailers ? trailers->get("x-sum") : "after"}});
}

Task<> count(gateway::Exchange& exchange) {
    (void)exchange.set_body_limit(0);
    std::uint64_t size = 0;
    for (;;) {
        const Result<Bytes> piece = co_await exchange.read();
        if (!piece || piece->empty()) break;
        size += piece->size();
    }
    exchange.response().set_body(std::to_string(size));
}

Task<> hints(gateway::Exchange& exchange) {
    co_await exchange.send_informational(103, {{"link", "</style.css>; rel=preload"}});
    exchange.response().set_body("after the hints");
}

Task<> wait_for_ever(gateway::Exchange&) {
    for (;;) co_await sleep(1h);
}

class Site final : public gateway::Gateway {
public:
    gateway::Outcome start(gateway::Exchange& exchange) override {
        const std::string_view path = exchange.head().raw_path();
        Response& response = exchange.response();
        response.set_static_content_type("text/plain");
        if (path == "/") {
            response.set_body("ordinary\n");
        } else if (path == "/echo") {
            const auto body = exchange.body_in_hand();
            if (!body) return gateway::Outcome(echo(exchange));
            response.set_body(std::string(*body));
        } else if (path == "/reflect") {
            return gateway::Outcome(reflect(exchange));
        } else if (path == "/count") {
            return gateway::Outcome(count(exchange));
        } else if (path == "/hints") {
            return gateway::Outcome(hints(exchange));
        } else if (path == "/push") {
            const bool pushed = exchange.push("/early", {{"accept", "text/plain"}});
            response.set_body(pushed ? "pushed" : "not pushed");
        } else if (path == "/stuck") {
            return gateway::Outcome(wait_for_ever(exchange));
        } else if (path == "/early") {
            response.set_body(exchange.head().early_data() ? "early" : "not early");
        } else if (path == "/stats") {
            const ServerCounters now = stats.read();
            response.set_body(std::to_string(now.connections_open) + ' ' +
                              std::to_string(now.requests_active) + ' ' +
                              std::to_string(now.requests_total));
        } else if (path.starts_with("/big/")) {
            std::uint64_t mebibytes = 0;
            const std::string_view digits = path.substr(5);
            std::from_chars(digits.data(), digits.data() + digits.size(), mebibytes);
            response.set_body(StreamBody(pieces(mebibytes), mebibytes << 20));
        } else {
            response.status = 404;
            response.set_body("there is no such page\n");
        }
        return gateway::Outcome::finished();
    }

    ServerStats stats;
};

/// Returns: false for an option that is not known.
bool apply(std::string_view option, server::Deployment& deployment, server::Options& options) {
    using Retry = net::QuicOptions::Retry;
    if (option == "retry=on")
        options.quic.retry = Retry::On;
    else if (option == "retry=off")
        options.quic.retry = Retry::Off;
    else if (option == "early_data=on")
        options.quic.early_data = true;
    else if (option == "gso=off")
        options.quic.segmentation_offload = false;
    else if (option == "threads=1")
        deployment.threads = 1;
    else if (option == "threads=4")
        deployment.threads = 4;
    else if (option == "timeouts=3")
        options.timeouts.send = options.timeouts.body = options.timeouts.idle =
            options.quic.idle_timeout = 3s;
    else if (option.starts_with("clear="))
        deployment.insecure_binds = {"127.0.0.1:" + std::string(option.substr(6))};
    else
        return false;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: h3_site PORT CERTIFICATE KEY [option=value ...]\n", stderr);
        return 2;
    }
    const std::string address = std::string("127.0.0.1:") + argv[1];
    server::Deployment deployment;
    deployment.threads = 2;
    deployment.binds = deployment.quic_binds = {address};
    deployment.tls.emplace();
    deployment.tls->certificate_file = argv[2];
    deployment.tls->key_file = argv[3];
    server::Options options;
    options.timeouts.handler = 0ms;
    for (int i = 4; i < argc; ++i)
        if (!apply(argv[i], deployment, options)) {
            std::fprintf(stderr, "h3_site: unknown option %s\n", argv[i]);
            return 2;
        }
    Site site;
    return static_cast<int>(server::serve(site, deployment, options, site.stats));
}
