// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/net/listener.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace pottle::net::test {

namespace {

struct TemporaryDirectory {
    TemporaryDirectory() {
        char pattern[] = "/tmp/pottle_net_XXXXXX";
        REQUIRE(::mkdtemp(pattern));
        path = pattern;
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    std::string path;
};

Address parse(const std::string& text) {
    const auto address = Address::parse(text);
    REQUIRE(address);
    return *address;
}

}  // namespace

TEST_CASE("Listener: port 0 tells the real port and takes connections") {
    const Listener listener = listen_on_loopback();
    CHECK(listener.port() != 0);
    CHECK(listener.address() == "127.0.0.1:" + std::to_string(listener.port()));
    CHECK(Client(listener.port()).connected());
}

TEST_CASE("Listener: an address in use is an error that names it") {
    const Listener listener = listen_on_loopback();
    const auto second = Listener::bind(parse(listener.address()));
    REQUIRE_FALSE(second);
    CHECK(second.error().system_error == EADDRINUSE);
    CHECK(second.error().message.find(listener.address()) != std::string::npos);
}

TEST_CASE("Listener: an unknown host is an error that names it") {
    const auto listener = Listener::bind(parse("no-such-host.invalid:80"));
    REQUIRE_FALSE(listener);
    CHECK(listener.error().message.find("no-such-host.invalid:80") != std::string::npos);
}

TEST_CASE("Listener: connects are refused once every copy is closed, and not before") {
    Listener listener = listen_on_loopback();
    const auto port = listener.port();
    Listener copy = listener;
    listener.close();
    CHECK(Client(port).connected());
    copy.close();
    CHECK(Client(port).error() == ECONNREFUSED);
}

TEST_CASE("Listener: with ReusePort several sockets share a port") {
    const Listener first = listen_on_loopback({.reuse_port = ListenOptions::ReusePort::Yes});
    const auto second = first.bind_again();
    REQUIRE(second);
    CHECK(second->port() == first.port());
    CHECK(second->descriptor() != first.descriptor());
}

TEST_CASE("Listener: a Unix socket has the permissions asked for and goes with its listener") {
    const TemporaryDirectory directory;
    const std::string path = directory.path + "/x.sock";
    auto listener = Listener::bind(parse("unix:" + path), {.unix_permissions = 0600});
    REQUIRE(listener);
    CHECK(listener->is_unix());
    CHECK(listener->address() == "unix:" + path);
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(Client(path).connected());
    listener->close();
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("Listener: replaces a stale Unix socket, never a file or a socket in use") {
    const TemporaryDirectory directory;
    const std::string path = directory.path + "/x.sock";
    const Address address = parse("unix:" + path);
    {
        // A process that died: its socket's file is left.
        const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path.copy(where.sun_path, sizeof where.sun_path - 1);
        REQUIRE(::bind(left, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
        ::close(left);
    }
    auto listener = Listener::bind(address);
    REQUIRE(listener);
    const auto second = Listener::bind(address);
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("another process") != std::string::npos);
    CHECK(Client(path).connected());
    listener->close();

    std::ofstream(path) << "precious";
    const auto third = Listener::bind(address);
    REQUIRE_FALSE(third);
    CHECK(third.error().message.find("not a socket") != std::string::npos);
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("Listener: does not remove the file of a successor") {
    const TemporaryDirectory directory;
    const std::string path = directory.path + "/x.sock";
    const Address address = parse("unix:" + path);
    auto first = Listener::bind(address);
    REQUIRE(first);
    // The successor's file stands before the first one's is given back, so the numbers differ.
    std::filesystem::rename(path, directory.path + "/moved");
    const auto successor = Listener::bind(address);
    REQUIRE(successor);
    first->close();
    CHECK(Client(path).connected());
}

TEST_CASE("Listener: an abstract Unix socket leaves no file") {
    const std::string name = "@pottle-test-" + std::to_string(::getpid());
    const auto listener = Listener::bind(parse("unix:" + name));
    REQUIRE(listener);
    CHECK_FALSE(std::filesystem::exists(name));
    CHECK_FALSE(Listener::bind(parse("unix:" + name)));
}

TEST_CASE("Listener: takes an inherited stream socket and refuses anything else") {
    const Listener original = listen_on_loopback();
    const int copy = ::dup(original.descriptor());
    const auto listener = Listener::bind(parse("fd://" + std::to_string(copy)));
    REQUIRE(listener);
    CHECK(listener->port() == original.port());
    CHECK(listener->address() == original.address());

    const int datagram = ::socket(AF_INET, SOCK_DGRAM, 0);
    const auto wrong = Listener::bind(parse("fd://" + std::to_string(datagram)));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message.find("not a stream socket") != std::string::npos);
    ::close(datagram);
    const auto closed = Listener::bind(parse("fd://" + std::to_string(datagram)));
    REQUIRE_FALSE(closed);
    CHECK(closed.error().message.find("not an open socket") != std::string::npos);
}

TEST_CASE("inherited_addresses: follows LISTEN_PID and LISTEN_FDS") {
    ::setenv("LISTEN_FDS", "2", 1);
    ::setenv("LISTEN_PID", "1", 1);
    CHECK(inherited_addresses().empty());
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    const auto addresses = inherited_addresses();
    REQUIRE(addresses.size() == 2);
    CHECK(addresses[0].text() == "fd://3");
    CHECK(addresses[1].text() == "fd://4");
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
    CHECK(inherited_addresses().empty());
}

}  // namespace pottle::net::test
