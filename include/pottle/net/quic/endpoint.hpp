// SPDX-License-Identifier: MIT
/// \file
/// QuicEndpoint: the QUIC connections of one loop behind one port: finds the connection of a
/// datagram, meets new clients (version negotiation, Retry, tokens), answers for connections that
/// are gone (stateless reset). No socket here: datagrams come by receive() and leave by a
/// DatagramPort.
#pragma once

#include <pottle/net/quic/connection.hpp>
#include <pottle/net/quic/context.hpp>
#include <pottle/net/quic/route.hpp>

#include <memory>

namespace pottle::net {

class QuicRouter;

/// Receives connections.
class QuicConnectionSink {
public:
    /// Asked before anything is spent on a new client. false: it is told CONNECTION_REFUSED.
    virtual bool accepts_connections() noexcept = 0;
    /// A client has finished its handshake, or sent its first early data: call observe() on it.
    virtual void on_connection(QuicConnection& connection) noexcept = 0;

protected:
    ~QuicConnectionSink() = default;
};

/// Live counts of one endpoint, for tests and statistics.
struct QuicCounts {
    std::uint64_t packets_received = 0;
    std::uint64_t packets_sent = 0;
    std::uint64_t sends = 0;  ///< calls of the port
    std::uint64_t dropped = 0;
    std::uint64_t retries = 0;
    std::uint64_t version_negotiations = 0;
    std::uint64_t stateless_resets = 0;
    std::uint64_t handed_over = 0;
};

/// A resource. Lifetime: dies before executor, context, port, sink and router. Thread: the
/// executor's.
class QuicEndpoint {
public:
    QuicEndpoint(async::Executor& executor, QuicContext& context, DatagramPort& port,
                 QuicConnectionSink& sink, QuicRoute route = {}, QuicRouter* router = nullptr,
                 std::size_t port_index = 0);
    ~QuicEndpoint();
    QuicEndpoint(const QuicEndpoint&) = delete;
    QuicEndpoint& operator=(const QuicEndpoint&) = delete;

    /// Takes one datagram. What it causes is sent later in this turn.
    void receive(const Datagram& datagram) noexcept;
    /// The port takes datagrams again.
    void on_port_writable() noexcept;
    /// New clients are refused from now on; connections go on.
    void refuse_new() noexcept { refusing_ = true; }

    /// Connections in any state; the last is gone only after its closing period.
    std::size_t connections() const noexcept { return count_; }
    /// Connections that are not closing.
    std::size_t live_connections() const noexcept { return count_ - closing_; }
    std::size_t handshakes() const noexcept { return handshakes_; }
    const QuicCounts& counts() const noexcept { return counts_; }

private:
    friend class QuicConnection;
    friend struct quic::Callbacks;
    struct Table;
    struct Burst;

    const QuicOptions& options() const noexcept { return context_.options(); }
    std::uint64_t now() const noexcept;

    // endpoint.cpp: finding
    QuicConnection* find(const quic::ConnectionIdKey& id) const noexcept;
    void add_id(const quic::ConnectionIdKey& id, QuicConnection& connection);
    void remove_id(const quic::ConnectionIdKey& id) noexcept;
    bool hand_over(const quic::ConnectionIdKey& id, const Datagram& datagram) noexcept;
    void dispatch(const Datagram& datagram);
    // meeting.cpp: new clients and unknown connections
    void meet(const Datagram& datagram);
    void drop_oldest_handshake();
    bool validate_token(const Datagram& datagram, quic::Accepted& accepted);
    bool wants_retry(const quic::Accepted& accepted) const noexcept;
    void send_retry(const Datagram& datagram, const quic::Accepted& accepted);
    void send_version_negotiation(const Datagram& datagram, std::span<const std::uint8_t> dcid,
                                  std::span<const std::uint8_t> scid);
    void send_refusal(const Datagram& datagram, const quic::Accepted& accepted, std::uint64_t code);
    void send_stateless_reset(const Datagram& datagram, const quic::ConnectionIdKey& id);
    bool may_send_stateless() noexcept;
    void send_alone(const DatagramPath& path, std::span<const std::uint8_t> octets) noexcept;
    // endpoint.cpp: sending, shared by the connections of the loop
    Burst& burst() noexcept { return *burst_; }
    bool blocked() const noexcept { return blocked_; }
    /// Takes the packet of `size` bytes at the burst's end.
    void append(const DatagramPath& path, EcnMark ecn, std::size_t size) noexcept;
    void flush() noexcept;
    // the list
    void add(QuicConnection& connection) noexcept;
    void bury(QuicConnection& connection) noexcept;
    void wait_for_port(QuicConnection& connection);
    void schedule(QuicConnection& connection);
    void service() noexcept;
    void defer_service() noexcept;

    /// Outlives the endpoint when that dies between defer() and run().
    struct ServiceJob final : async::Job {
        void run() noexcept override;
        QuicEndpoint* owner = nullptr;
        bool scheduled = false;
    };

    async::Executor& executor_;
    QuicContext& context_;
    DatagramPort& port_;
    QuicConnectionSink& sink_;
    QuicRouter* router_;
    const QuicRoute route_;
    const std::size_t port_index_;
    std::unique_ptr<Table> table_;
    std::unique_ptr<Burst> burst_;
    QuicConnection* first_ = nullptr;  // newest first
    std::vector<QuicConnection*> waiting_for_port_;
    std::vector<std::unique_ptr<QuicConnection>> buried_;
    std::vector<QuicConnection*> ready_;    // have something to do in this turn
    std::vector<QuicConnection*> serving_;  // what service() is at; null: gone meanwhile
    ServiceJob* service_job_;               // owned; see ServiceJob
    QuicCounts counts_;
    std::size_t count_ = 0;
    std::size_t closing_ = 0;
    std::size_t handshakes_ = 0;
    std::size_t stateless_sent_ = 0;
    SteadyTime stateless_since_{};
    bool blocked_ = false;
    bool refusing_ = false;
};

}  // namespace pottle::net
