// SPDX-License-Identifier: MIT
/// \file
/// SocketStream: a clear TCP or Unix connection.
#pragma once

#include <pottle/net/socket_base.hpp>

#include <memory>

namespace pottle::net {

/// A connected socket as a Stream. A resource of 80 bytes that holds no buffer.
///
/// Destroying it closes the socket at once; when the peer may still be sending, that resets the
/// connection and can cost the peer the last response: see LingeringCloser (lingering_closer.hpp).
class SocketStream final : public SocketBase {
public:
    /// Takes over a connected, non-blocking socket and registers it with `loop`.
    ///
    /// Returns: null when memory or epoll's watches are exhausted; the socket is closed then.
    static std::unique_ptr<SocketStream> adopt(Loop& loop, int descriptor,
                                               const PeerName& peer) noexcept;

    async::IoResult read(std::span<char> into) noexcept override;
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override;
    async::IoResult send_file(int descriptor, std::uint64_t offset,
                              std::size_t count) noexcept override;
    void shutdown_write() noexcept override { shut_down_socket(); }
    const async::TlsFacts* tls() const noexcept override { return nullptr; }

private:
    using SocketBase::SocketBase;
};

static_assert(sizeof(SocketStream) <= 96, "idle connections are counted in bytes");

}  // namespace pottle::net
