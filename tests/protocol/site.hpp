// SPDX-License-Identifier: MIT
/// \file
/// The application that the protocol tests talk to over a socket.
#pragma once

#include "support/server_process.hpp"

namespace pottle::test {

/// A server process with the test's application, on a port of its own.
class Site {
public:
    explicit Site(server::Options options = {});
    int port() const noexcept { return port_; }

private:
    ServerProcess process_;
    int port_;
};

/// The one that most tests share: default options.
const Site& default_site();

}  // namespace pottle::test
