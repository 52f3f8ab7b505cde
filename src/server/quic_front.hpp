// SPDX-License-Identifier: MIT
/// \file
/// QuicFront: the QUIC binds of a serving process, and QuicLoop, one loop's part of them. In a
/// build without QUIC (option POTTLE_QUIC) no_quic.cpp stands in, which refuses every bind.
#pragma once

#include <pottle/net/loop.hpp>
#include <pottle/server/options.hpp>
#include <pottle/server/server.hpp>

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace pottle::server {

class LoopContext;

/// A resource of one loop. Lifetime: dies before its LoopContext. Thread: its loop's.
class QuicLoop {
public:
    virtual ~QuicLoop() = default;
    QuicLoop(const QuicLoop&) = delete;
    QuicLoop& operator=(const QuicLoop&) = delete;

    /// New clients are refused from now on; connections are the LoopContext's to drain.
    virtual void drain() noexcept = 0;

protected:
    QuicLoop() = default;
};

/// A resource, one per process; outlives its loops.
class QuicFront {
public:
    virtual ~QuicFront() = default;
    QuicFront(const QuicFront&) = delete;
    QuicFront& operator=(const QuicFront&) = delete;

    /// Binds every address of `deployment.quic_binds` for each of `loops` loops.
    /// Errors: a sentence that names the address or the file and the cause.
    static std::expected<std::unique_ptr<QuicFront>, std::string> make(const Deployment& deployment,
                                                                       const Options& options,
                                                                       std::size_t loops);

    /// Lines for the log: where it runs.
    virtual std::vector<std::string> announcements() const = 0;
    /// Value of the Alt-Svc field that leads clients here (RFC 7838).
    virtual std::string alternative_service() const = 0;
    /// Begins to receive on one loop. Errors: throws std::exception.
    virtual std::unique_ptr<QuicLoop> open(net::Loop& loop, std::size_t index,
                                           LoopContext& context) = 0;

protected:
    QuicFront() = default;
};

}  // namespace pottle::server
