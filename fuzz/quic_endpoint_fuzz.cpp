// SPDX-License-Identifier: MIT
/// \file
/// Any datagrams from anywhere: an endpoint lives, and sends an unproved address at most three
/// times what that sent.
///
/// Input: datagrams with two octets of length before each.
#include <pottle/async/virtual_executor.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <netinet/in.h>
#include <support/certificates.hpp>

using namespace pottle;
using namespace pottle::net;

namespace {

SocketAddress address(std::uint16_t port) {
    sockaddr_in native{};
    native.sin_family = AF_INET;
    native.sin_port = htons(port);
    native.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return SocketAddress(reinterpret_cast<const sockaddr&>(native));
}

struct Port final : DatagramPort {
    Sent send(const DatagramPath&, EcnMark, std::span<const std::uint8_t> octets,
              std::size_t) noexcept override {
        sent += octets.size();
        return Sent::Done;
    }
    std::size_t segments_per_send() const noexcept override { return 10; }
    std::size_t sent = 0;
};

struct Sink final : QuicConnectionSink {
    bool accepts_connections() noexcept override { return true; }
    void on_connection(QuicConnection&) noexcept override {}
};

QuicContext& context() {
    static const pottle::test::Certificates certificates;
    static const std::unique_ptr<QuicContext> made = [] {
        TlsOptions tls;
        tls.certificate_file = certificates.certificate_file();
        tls.key_file = certificates.key_file();
        return QuicContext::make(tls, {}, "h3").value();
    }();
    return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    async::VirtualExecutor executor;
    Port port;
    Sink sink;
    std::size_t received = 0;
    {
        QuicEndpoint endpoint(executor, context(), port, sink);
        std::span<const std::uint8_t> input(octets, size);
        while (input.size() > 2) {
            const std::size_t length =
                std::min<std::size_t>(input[0] * 256U + input[1], input.size() - 2);
            // A short one is filled up, as a client's first has to be.
            std::vector<std::uint8_t> datagram(
                input.begin() + 2, input.begin() + 2 + static_cast<std::ptrdiff_t>(length));
            if (!datagram.empty() && (datagram[0] & 0x80) && datagram.size() < 1200)
                datagram.resize(1200);
            input = input.subspan(2 + length);
            received += datagram.size();
            endpoint.receive({{address(443), address(5000)}, 0, datagram});
            executor.run_until_idle();
        }
        executor.advance(Seconds(1));
        if (port.sent > 3 * received) std::abort();
    }
    executor.run_until_idle();
    return 0;
}
