// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

int connect_to(int port, Blocking blocking) {
    const int flags = blocking == Blocking::Yes ? 0 : SOCK_NONBLOCK;
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0) fail("socket");
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int result = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS) fail("connect");
    return fd;
}

void reset_close(int fd) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(fd);
}

SslContext client_context() {
    SslContext context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    return context;
}

std::string get_request(std::string_view path, int port) {
    std::string text = "GET ";
    text.append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(std::to_string(port));
    return text.append("\r\n\r\n");
}

bool is_complete_response(std::string_view bytes) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    constexpr std::string_view kName = "\r\ncontent-length:";
    const std::string_view head = bytes.substr(0, end);
    for (std::size_t i = 0; i + kName.size() < head.size(); ++i)
        if (::strncasecmp(head.data() + i, kName.data(), kName.size()) == 0)
            return bytes.size() - end - 4 >=
                   std::strtoul(head.data() + i + kName.size(), nullptr, 10);
    return true;
}

std::string summary(std::vector<double>& latencies) {
    if (latencies.empty()) return "{}";
    std::ranges::sort(latencies);
    const auto at = [&](double share) {
        return latencies[static_cast<std::size_t>(share *
                                                  static_cast<double>(latencies.size() - 1))];
    };
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(), R"({"p50":%.1f,"p99":%.1f,"p999":%.1f,"max":%.1f})",
                  at(0.5), at(0.99), at(0.999), latencies.back());
    return text.data();
}

}  // namespace bench
