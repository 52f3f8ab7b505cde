// SPDX-License-Identifier: MIT
#include <pottle/net/loop.hpp>
#include <pottle/net/socket_stream.hpp>

#include <new>

#include <unistd.h>

namespace pottle::net {

using async::IoResult;

std::unique_ptr<SocketStream> SocketStream::adopt(Loop& loop, int descriptor,
                                                  const PeerName& peer) noexcept {
    std::unique_ptr<SocketStream> stream(new (std::nothrow) SocketStream(loop, descriptor, peer));
    if (!stream)
        ::close(descriptor);
    else if (!loop.watch(*stream))
        stream.reset();
    return stream;
}

IoResult SocketStream::read(std::span<char> into) noexcept {
    if (has(kReset | kEnd)) return has(kReset) ? failure() : IoResult::end();
    if (has(kReadable)) {
        const IoResult result = receive(into.data(), into.size());
        if (result.kind != IoResult::Kind::WouldBlock) return result;
    }
    set(kWantRead);
    return IoResult::would_block();
}

IoResult SocketStream::write(std::span<const std::string_view> pieces) noexcept {
    if (has(kReset)) return failure();
    if (has(kWritable)) {
        const IoResult result = send(pieces);
        if (result.kind != IoResult::Kind::WouldBlock) return result;
    }
    set(kWantWrite);
    return IoResult::would_block();
}

IoResult SocketStream::send_file(int descriptor, std::uint64_t offset, std::size_t count) noexcept {
    if (has(kReset)) return failure();
    if (has(kWritable)) {
        const IoResult result = send_from_file(descriptor, offset, count);
        if (result.kind != IoResult::Kind::WouldBlock) return result;
    }
    set(kWantWrite);
    return IoResult::would_block();
}

}  // namespace pottle::net
