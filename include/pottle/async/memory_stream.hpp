// SPDX-License-Identifier: MIT
/// \file
/// A pair of connected Streams in memory, for tests of protocols without sockets. It keeps the
/// contract of stream.hpp to the letter: readiness is told through the executor, once, and only
/// after WouldBlock.
#pragma once

#include <pottle/async/stream.hpp>
#include <pottle/base/bytes.hpp>

#include <memory>
#include <utility>

namespace pottle::async {

struct MemoryStreamOptions {
    /// Bytes that one direction holds before write() answers WouldBlock; as a socket's buffer.
    ByteCount capacity = 64 * 1024;
    std::string client_address = "192.0.2.1:50000";  // a documentation address, RFC 5737
    std::string server_address = "192.0.2.2:80";
    /// Answer of tls() at the server's end.
    const TlsFacts* tls = nullptr;
};

/// One end. A resource. Destroying it is close(): the peer reads what is under way, then End, and
/// its writes fail with Reset.
class MemoryStream final : public Stream {
public:
    struct Wire;

    MemoryStream(std::shared_ptr<Wire> wire, int side) noexcept;
    ~MemoryStream() override;

    Executor& executor() const noexcept override;
    void observe(StreamObserver* observer) noexcept override;
    IoResult read(std::span<char> into) noexcept override;
    IoResult write(std::span<const std::string_view> pieces) noexcept override;
    IoResult send_file(int descriptor, std::uint64_t offset, std::size_t count) noexcept override;
    void shutdown_write() noexcept override;
    bool peer_closed() const noexcept override;
    std::string peer_address() const override;
    std::string local_address() const override;
    const TlsFacts* tls() const noexcept override;

    /// Breaks the connection: bytes under way are lost, and both ends fail with Reset.
    void reset() noexcept;

private:
    // Shared by the two ends and by a notification that is under way; the last one frees it.
    std::shared_ptr<Wire> wire_;
    int side_;
};

struct MemoryStreamPair {
    std::unique_ptr<MemoryStream> client;
    std::unique_ptr<MemoryStream> server;
};
MemoryStreamPair make_memory_streams(Executor& executor, MemoryStreamOptions options = {});

}  // namespace pottle::async
