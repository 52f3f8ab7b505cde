// SPDX-License-Identifier: MIT
/// \file
/// A real server in a child process, and a plain blocking client for it. Loopback only, port chosen
/// by the system.
#pragma once

#include <pottle/server/server.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace pottle::test {

/// A child process that runs serve(). Made before the test starts any thread; killed with it.
class ServerProcess {
public:
    /// `make_gateway` runs in the child.
    ServerProcess(std::unique_ptr<gateway::Gateway> (*make_gateway)(),
                  server::Deployment deployment, server::Options options = {});
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Port of the n-th bind. Waits until the server says that it runs there; 0 when it ended
    /// instead.
    int port(std::size_t bind = 0);
    void signal(int number);
    /// Waits for the end. Returns: the exit status, or -signal when it was killed by one.
    int wait();
    /// What it logged so far.
    const std::string& log() const noexcept { return log_; }

private:
    bool read_log();

    int child_ = -1;
    int log_pipe_ = -1;
    std::string log_;
};

/// A TCP connection to 127.0.0.1. Reads give up after ten seconds: long enough for a loaded
/// machine, finite.
class Client {
public:
    explicit Client(int port);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const noexcept { return socket_ >= 0; }
    void send(std::string_view bytes);
    /// Reads until `ending` stands in what was read, the end, or the time limit.
    std::string read_until(std::string_view ending);
    /// Reads until the server's end. Sets `at_end` false when the time limit came first.
    std::string read_all();
    bool at_end() const noexcept { return at_end_; }
    /// Sends FIN, or with a reset drops the connection.
    void half_close();

private:
    bool read_some();
    int socket_ = -1;
    bool at_end_ = false;
    std::string received_;
};

}  // namespace pottle::test
