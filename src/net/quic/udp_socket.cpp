// SPDX-License-Identifier: MIT
#include <pottle/net/quic/udp_socket.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace pottle::net {

namespace {

/// As many as fit into 64 KiB; the kernel's own limit is 64.
constexpr std::size_t kSegmentsPerSend = 44;
/// Batches read in a row before other descriptors of the loop have a turn.
constexpr int kBatchesPerTurn = 8;
constexpr EcnMark kEcnMask = 3;

/// One control message after the other, into a buffer of the right alignment.
class ControlWriter {
public:
    explicit ControlWriter(msghdr& message) noexcept : message_(message) {
        message_.msg_control = octets_;
        message_.msg_controllen = 0;
    }
    template <class Value>
    void add(int level, int type, const Value& value) noexcept {
        auto* header = reinterpret_cast<cmsghdr*>(octets_ + message_.msg_controllen);
        header->cmsg_level = level;
        header->cmsg_type = type;
        header->cmsg_len = CMSG_LEN(sizeof value);
        std::memcpy(CMSG_DATA(header), &value, sizeof value);
        message_.msg_controllen += CMSG_SPACE(sizeof value);
    }
    void finish() noexcept {
        if (message_.msg_controllen == 0) message_.msg_control = nullptr;
    }

private:
    msghdr& message_;
    alignas(cmsghdr) unsigned char octets_[CMSG_SPACE(sizeof(in6_pktinfo)) +
                                           2 * CMSG_SPACE(sizeof(int))] = {};
};

bool is_any(const SocketAddress& address) noexcept {
    const sockaddr* native = address.native();
    if (address.is_v6())
        return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6*>(native)->sin6_addr);
    return reinterpret_cast<const sockaddr_in*>(native)->sin_addr.s_addr == htonl(INADDR_ANY);
}

void add_source(ControlWriter& control, const SocketAddress& local) noexcept {
    if (local.is_v6()) {
        in6_pktinfo info{};
        info.ipi6_addr = reinterpret_cast<const sockaddr_in6*>(local.native())->sin6_addr;
        control.add(IPPROTO_IPV6, IPV6_PKTINFO, info);
    } else {
        in_pktinfo info{};
        info.ipi_spec_dst = reinterpret_cast<const sockaddr_in*>(local.native())->sin_addr;
        control.add(IPPROTO_IP, IP_PKTINFO, info);
    }
}

/// What the kernel tells beside the octets.
struct Extras {
    SocketAddress local;
    EcnMark ecn = 0;
    std::size_t segment = 0;  ///< 0: one datagram
};

template <class Value>
Value value_of(const cmsghdr& header) noexcept {
    Value value{};
    std::memcpy(&value, CMSG_DATA(&header), sizeof value);
    return value;
}

Extras read_extras(msghdr& message, const SocketAddress& bound) noexcept {
    Extras extras{bound};
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_TOS) {
            extras.ecn = value_of<std::uint8_t>(*header) & kEcnMask;
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_TCLASS) {
            extras.ecn = static_cast<EcnMark>(value_of<int>(*header) & kEcnMask);
        } else if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            sockaddr_in local = *reinterpret_cast<const sockaddr_in*>(bound.native());
            local.sin_addr = value_of<in_pktinfo>(*header).ipi_addr;
            extras.local = SocketAddress(reinterpret_cast<const sockaddr&>(local));
        } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
            sockaddr_in6 local = *reinterpret_cast<const sockaddr_in6*>(bound.native());
            local.sin6_addr = value_of<in6_pktinfo>(*header).ipi6_addr;
            extras.local = SocketAddress(reinterpret_cast<const sockaddr&>(local));
        } else if (header->cmsg_level == SOL_UDP && header->cmsg_type == UDP_GRO) {
            extras.segment = static_cast<std::size_t>(std::max(0, value_of<int>(*header)));
        }
    }
    return extras;
}

/// Errors that a try without UDP_SEGMENT gets around.
bool offload_refused(int error) noexcept {
    return error == EIO || error == EINVAL || error == EOPNOTSUPP || error == ENOPROTOOPT;
}

}  // namespace

/// Buffers of one recvmmsg call. Pages that no datagram has touched cost nothing.
struct UdpSocket::Receiver {
    static constexpr std::size_t kMessages = 16;
    static constexpr std::size_t kLargest = 64 * 1024;  // with UDP_GRO
    static constexpr std::size_t kControl = 256;

    std::array<mmsghdr, kMessages> messages{};
    std::array<iovec, kMessages> pieces{};
    std::array<sockaddr_storage, kMessages> remotes{};
    alignas(cmsghdr) unsigned char control[kMessages][kControl];
    std::unique_ptr<std::uint8_t[]> octets =
        std::make_unique_for_overwrite<std::uint8_t[]>(kMessages * kLargest);

    void prepare() noexcept {
        for (std::size_t i = 0; i < kMessages; ++i) {
            pieces[i] = {octets.get() + i * kLargest, kLargest};
            msghdr& message = messages[i].msg_hdr;
            message = {};
            message.msg_name = &remotes[i];
            message.msg_namelen = sizeof remotes[i];
            message.msg_iov = &pieces[i];
            message.msg_iovlen = 1;
            message.msg_control = control[i];
            message.msg_controllen = kControl;
        }
    }
};

UdpSocket::UdpSocket(Loop& loop, UdpBinding binding, const QuicOptions& options)
    : IoHandle(binding.release()),
      loop_(loop),
      bound_(binding.address()),
      receiver_(std::make_unique<Receiver>()),
      segmentation_(options.segmentation_offload) {}

UdpSocket::~UdpSocket() {
    loop_.close(*this);
}

void UdpSocket::start(QuicEndpoint& endpoint) {
    endpoint_ = &endpoint;
    const Result<> watched = loop_.watch(*this, EPOLLIN | EPOLLOUT | EPOLLET);
    if (!watched)
        throw std::system_error(watched.error().system_error, std::generic_category(),
                                "a QUIC socket cannot be watched");
}

void UdpSocket::stop() noexcept {
    if (std::exchange(endpoint_, nullptr)) loop_.unwatch(*this);
}

void UdpSocket::on_events(std::uint32_t events) noexcept {
    if (!endpoint_) return;
    if (events & EPOLLOUT) endpoint_->on_port_writable();
    if (endpoint_ && (events == 0 || (events & (EPOLLIN | EPOLLERR)))) receive();
}

void UdpSocket::receive() noexcept {
    for (int batch = 0; batch < kBatchesPerTurn; ++batch) {
        receiver_->prepare();
        const int count = ::recvmmsg(descriptor(), receiver_->messages.data(), Receiver::kMessages,
                                     MSG_DONTWAIT, nullptr);
        // An error is a late ICMP message about one peer: it says nothing of the others.
        if (count < 0 && errno != EAGAIN) continue;
        if (count <= 0) return;
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            msghdr& message = receiver_->messages[i].msg_hdr;
            if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) continue;
            const SocketAddress remote(*static_cast<const sockaddr*>(message.msg_name));
            const Extras extras = read_extras(message, bound_);
            const std::span<const std::uint8_t> octets(
                receiver_->octets.get() + i * Receiver::kLargest, receiver_->messages[i].msg_len);
            deliver(remote, extras.local, extras.ecn, octets, extras.segment);
            if (!endpoint_) return;
        }
    }
    loop_.notify_later(*this);  // there may be more
}

void UdpSocket::deliver(const SocketAddress& remote, const SocketAddress& local, EcnMark ecn,
                        std::span<const std::uint8_t> octets, std::size_t segment) noexcept {
    if (segment == 0) segment = octets.size();
    while (!octets.empty() && endpoint_) {
        const std::size_t size = std::min(segment, octets.size());
        endpoint_->receive({{local, remote}, ecn, octets.first(size)});
        octets = octets.subspan(size);
    }
}

std::size_t UdpSocket::segments_per_send() const noexcept {
    return kSegmentsPerSend;
}

DatagramPort::Sent UdpSocket::send(const DatagramPath& path, EcnMark ecn,
                                   std::span<const std::uint8_t> octets,
                                   std::size_t segment) noexcept {
    if (octets.size() > segment && !segmentation_)
        return send_one_by_one(path, ecn, octets, segment);
    iovec piece{const_cast<std::uint8_t*>(octets.data()), octets.size()};
    msghdr message{};
    message.msg_name = const_cast<sockaddr*>(path.remote.native());
    message.msg_namelen = path.remote.size();
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ControlWriter control(message);
    if (octets.size() > segment)
        control.add(SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(segment));
    if (ecn)
        control.add(path.remote.is_v6() ? int{IPPROTO_IPV6} : int{IPPROTO_IP},
                    path.remote.is_v6() ? IPV6_TCLASS : IP_TOS, int{ecn});
    if (is_any(bound_)) add_source(control, path.local);
    control.finish();
    while (::sendmsg(descriptor(), &message, 0) < 0) {
        if (errno == EINTR) continue;
        if (errno == EAGAIN) return Sent::Blocked;
        if (octets.size() > segment) {
            // EMSGSIZE: one of them is too large for the path (RFC 9000 14.4 finds out which).
            if (offload_refused(errno)) segmentation_ = false;
            return send_one_by_one(path, ecn, octets, segment);
        }
        break;  // no route, too large, refused: lost like any other packet
    }
    return Sent::Done;
}

/// Returns: Blocked only when nothing was sent; what did not fit behind the first is lost.
DatagramPort::Sent UdpSocket::send_one_by_one(const DatagramPath& path, EcnMark ecn,
                                              std::span<const std::uint8_t> octets,
                                              std::size_t segment) noexcept {
    bool first = true;
    while (!octets.empty()) {
        const std::size_t size = std::min(segment, octets.size());
        const Sent sent = send(path, ecn, octets.first(size), size);
        if (sent == Sent::Blocked) return first ? Sent::Blocked : Sent::Done;
        first = false;
        octets = octets.subspan(size);
    }
    return Sent::Done;
}

}  // namespace pottle::net
