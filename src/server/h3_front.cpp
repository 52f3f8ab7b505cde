// SPDX-License-Identifier: MIT
/// \file
/// QuicFront of a build with QUIC: HTTP/3 over UDP binds.
#include "h3_connection.hpp"
#include "loop_context.hpp"
#include "quic_front.hpp"

#include <pottle/base/log.hpp>
#include <pottle/net/quic/router.hpp>
#include <pottle/net/quic/udp_socket.hpp>

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {

class H3Loop final : public QuicLoop, private net::QuicConnectionSink {
public:
    H3Loop(LoopContext& context) : context_(context) {}
    ~H3Loop() override {
        for (auto& port : ports_) port->socket.stop();
    }

    void add(net::Loop& loop, std::size_t index, std::size_t port, net::UdpBinding binding,
             net::QuicContext& quic, net::QuicRouter& router) {
        auto opened = std::make_unique<Port>(loop, index, port, std::move(binding), quic,
                                             static_cast<net::QuicConnectionSink&>(*this), router);
        opened->socket.start(opened->endpoint);
        ports_.push_back(std::move(opened));
    }

    void drain() noexcept override {
        for (auto& port : ports_) port->endpoint.refuse_new();
    }

private:
    /// One UDP bind as this loop serves it.
    struct Port {
        Port(net::Loop& loop, std::size_t index, std::size_t port, net::UdpBinding binding,
             net::QuicContext& quic, net::QuicConnectionSink& sink, net::QuicRouter& router)
            : socket(loop, std::move(binding), quic.options()),
              endpoint(loop, quic, socket, sink,
                       net::QuicRoute{0, static_cast<std::uint8_t>(index)}, &router, port) {}
        net::UdpSocket socket;
        net::QuicEndpoint endpoint;
    };

    bool accepts_connections() noexcept override {
        if (!context_.connection_limit_reached()) return true;
        context_.stats().refused_overload.add(1);
        return false;
    }
    void on_connection(net::QuicConnection& connection) noexcept override {
        try {
            (new H3Connection(context_, connection))->start();
        } catch (const std::exception& error) {
            log::error(fmt::format("an HTTP/3 connection cannot be served: {}", error.what()));
            connection.close(static_cast<std::uint64_t>(h3::Code::InternalError), {});
        }
    }

    LoopContext& context_;
    std::vector<std::unique_ptr<Port>> ports_;
};

class H3Front final : public QuicFront {
public:
    static std::expected<std::unique_ptr<QuicFront>, std::string> make(const Deployment& deployment,
                                                                       const Options& options,
                                                                       std::size_t loops) {
        auto quic = net::QuicContext::make(*deployment.tls, options.quic, "h3");
        if (!quic) return std::unexpected(std::move(quic).error().message);
        std::unique_ptr<H3Front> front(
            new H3Front(std::move(*quic), loops, deployment.quic_binds.size()));
        for (const std::string& text : deployment.quic_binds) {
            const auto address = net::Address::parse(text);
            if (!address) return std::unexpected(address.error().message);
            if (auto bound = front->bind(*address, loops); !bound)
                return std::unexpected(std::move(bound).error());
        }
        return front;
    }

    std::vector<std::string> announcements() const override {
        std::vector<std::string> lines;
        for (const std::string& address : addresses_)
            lines.push_back(fmt::format("running on https://{} (QUIC)", address));
        return lines;
    }

    std::string alternative_service() const override {
        return fmt::format("h3=\":{}\"; ma=86400", port_);
    }

    std::unique_ptr<QuicLoop> open(net::Loop& loop, std::size_t index,
                                   LoopContext& context) override {
        auto opened = std::make_unique<H3Loop>(context);
        std::vector<net::UdpBinding> bindings = std::move(of_loops_.at(index));
        for (std::size_t port = 0; port < bindings.size(); ++port)
            opened->add(loop, index, port, std::move(bindings[port]), *quic_, router_);
        return opened;
    }

private:
    H3Front(std::unique_ptr<net::QuicContext> quic, std::size_t loops, std::size_t ports)
        : quic_(std::move(quic)),
          router_(loops, ports, quic_->options().max_handed_over),
          of_loops_(loops) {}

    std::expected<void, std::string> bind(const net::Address& address, std::size_t loops) {
        auto first = net::UdpBinding::bind(address, quic_->options());
        if (!first) return std::unexpected(std::move(first).error().message);
        addresses_.push_back(first->address().text());
        if (port_ == 0) port_ = first->port();
        // A datagram is for whoever has its connection: the router sees to that. An inherited
        // socket cannot be bound again, so the first loop has it alone.
        const bool shared = address.kind != net::Address::Kind::Descriptor;
        for (std::size_t i = 1; shared && i < loops; ++i) {
            auto again = first->bind_again(quic_->options());
            if (!again) return std::unexpected(std::move(again).error().message);
            of_loops_[i].push_back(std::move(*again));
        }
        of_loops_[0].push_back(std::move(*first));
        return {};
    }

    std::unique_ptr<net::QuicContext> quic_;
    net::QuicRouter router_;
    std::vector<std::vector<net::UdpBinding>> of_loops_;
    std::vector<std::string> addresses_;
    std::uint16_t port_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<QuicFront>, std::string> QuicFront::make(const Deployment& deployment,
                                                                       const Options& options,
                                                                       std::size_t loops) {
    if (!deployment.tls)
        return std::unexpected(
            std::string("QUIC is always encrypted: --quic-bind needs --certfile and --keyfile"));
    return H3Front::make(deployment, options, loops);
}

}  // namespace pottle::server
