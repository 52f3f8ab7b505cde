// SPDX-License-Identifier: MIT
#include "server_process.hpp"

#include <pottle/base/log.hpp>

#include <csignal>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pottle::test {

namespace {
constexpr int kPatienceMilliseconds = 10'000;

bool readable(int descriptor) {
    pollfd entry{descriptor, POLLIN, 0};
    return ::poll(&entry, 1, kPatienceMilliseconds) == 1;
}
}  // namespace

ServerProcess::ServerProcess(std::unique_ptr<gateway::Gateway> (*make_gateway)(),
                             server::Deployment deployment, server::Options options) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
        ::close(ends[0]);
        ::dup2(ends[1], STDERR_FILENO);
        const std::unique_ptr<gateway::Gateway> gateway = make_gateway();
        ServerStats stats;
        const int status = static_cast<int>(server::serve(*gateway, deployment, options, stats));
        log::flush();
        std::_Exit(status);
    }
    ::close(ends[1]);
    log_pipe_ = ends[0];
}

ServerProcess::~ServerProcess() {
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    ::close(log_pipe_);
}

bool ServerProcess::read_log() {
    char buffer[1024];
    if (!readable(log_pipe_)) return false;
    const ::ssize_t count = ::read(log_pipe_, buffer, sizeof buffer);
    if (count <= 0) return false;
    log_.append(buffer, static_cast<std::size_t>(count));
    return true;
}

int ServerProcess::port(std::size_t bind) {
    do {
        std::size_t at = 0;
        for (std::size_t i = 0; i <= bind && at != log_.npos; ++i)
            at = log_.find("://127.0.0.1:", at + (i > 0));
        if (at == log_.npos) continue;
        const std::size_t begin = at + std::string_view("://127.0.0.1:").size();
        if (log_.find('\n', begin) != log_.npos) return std::atoi(log_.c_str() + begin);
    } while (read_log());
    return 0;
}

void ServerProcess::signal(int number) {
    ::kill(child_, number);
}

int ServerProcess::wait() {
    while (read_log()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Client::Client(int port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int no_delay = 1;  // what is sent in pieces arrives in pieces
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

Client::~Client() {
    if (socket_ >= 0) ::close(socket_);
}

void Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ::ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool Client::read_some() {
    char buffer[16 * 1024];
    if (!readable(socket_)) return false;
    const ::ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) {
        at_end_ = true;
        return false;
    }
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
}

std::string Client::read_until(std::string_view ending) {
    for (;;) {
        const std::size_t at = received_.find(ending);
        if (at != received_.npos) {
            std::string taken = received_.substr(0, at + ending.size());
            received_.erase(0, taken.size());
            return taken;
        }
        if (!read_some()) return std::exchange(received_, {});
    }
}

std::string Client::read_all() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
}

void Client::half_close() {
    ::shutdown(socket_, SHUT_WR);
}

}  // namespace pottle::test
