// SPDX-License-Identifier: MIT
/// \file
/// QuicEndpoint: the connection of a datagram, the way out, the list. New clients are in
/// meeting.cpp.
#include "accepted.hpp"
#include "burst.hpp"
#include "connection_id.hpp"
#include "secrets.hpp"
#include "table.hpp"
#include "tls_session.hpp"

#include <pottle/base/log.hpp>
#include <pottle/net/quic/endpoint.hpp>
#include <pottle/net/quic/router.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <gnutls/crypto.h>

namespace pottle::net {

using quic::ConnectionIdKey;

namespace {
std::uint64_t random_word() noexcept {
    std::uint64_t word = 0;
    ::gnutls_rnd(GNUTLS_RND_NONCE, &word, sizeof word);
    return word;
}
}  // namespace

QuicEndpoint::QuicEndpoint(async::Executor& executor, QuicContext& context, DatagramPort& port,
                           QuicConnectionSink& sink, QuicRoute route, QuicRouter* router,
                           std::size_t port_index)
    : executor_(executor),
      context_(context),
      port_(port),
      sink_(sink),
      router_(router),
      route_(route),
      port_index_(port_index),
      table_(std::make_unique<Table>(random_word())),
      burst_(std::make_unique<Burst>()),
      service_job_(new ServiceJob) {
    service_job_->owner = this;
    if (router_) router_->attach(route.loop, port_index, executor, *this);
}

QuicEndpoint::~QuicEndpoint() {
    if (router_) router_->detach(route_.loop, port_index_);
    while (first_) {
        QuicConnection* connection = first_;
        first_ = connection->next_;
        if (QuicApplication* application = std::exchange(connection->application_, nullptr))
            application->on_closed({QuicClose::By::Us, 0, false});
        delete connection;
    }
    if (service_job_->scheduled)
        service_job_->owner = nullptr;
    else
        delete service_job_;
}

std::uint64_t QuicEndpoint::now() const noexcept {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(executor_.now().time_since_epoch()).count());
}

// ---- finding

void QuicEndpoint::receive(const Datagram& datagram) noexcept {
    ++counts_.packets_received;
    try {
        dispatch(datagram);
    } catch (const std::exception& error) {
        ++counts_.dropped;
        log::error(fmt::format("QUIC datagram dropped: {}", error.what()));
    }
}

void QuicEndpoint::dispatch(const Datagram& datagram) {
    const auto octets = datagram.octets;
    if (octets.empty()) {  // ngtcp2 takes it for granted that there is an octet
        ++counts_.dropped;
        return;
    }
    ngtcp2_version_cid ids;
    const int error =
        ngtcp2_pkt_decode_version_cid(&ids, octets.data(), octets.size(), quic::kConnectionIdSize);
    if (error == NGTCP2_ERR_VERSION_NEGOTIATION)
        return send_version_negotiation(datagram, {ids.dcid, ids.dcidlen}, {ids.scid, ids.scidlen});
    if (error != 0) {
        ++counts_.dropped;
        return;
    }
    const ConnectionIdKey id(std::span(ids.dcid, ids.dcidlen));
    if (QuicConnection* connection = find(id)) return connection->receive(datagram);
    if (hand_over(id, datagram)) return;
    const bool long_header = (octets[0] & 0x80) != 0;  // RFC 9000 17.2
    if (long_header) return meet(datagram);
    send_stateless_reset(datagram, id);
}

QuicConnection* QuicEndpoint::find(const ConnectionIdKey& id) const noexcept {
    const auto found = table_->by_id.find(id);
    return found == table_->by_id.end() ? nullptr : found->second;
}

void QuicEndpoint::add_id(const ConnectionIdKey& id, QuicConnection& connection) {
    table_->by_id.insert_or_assign(id, &connection);
}

void QuicEndpoint::remove_id(const ConnectionIdKey& id) noexcept {
    table_->by_id.erase(id);
}

bool QuicEndpoint::hand_over(const ConnectionIdKey& id, const Datagram& datagram) noexcept {
    if (!router_ || id.size != quic::kConnectionIdSize) return false;
    const std::span<const std::uint8_t, quic::kConnectionIdSize> octets(id.octets.data(),
                                                                        quic::kConnectionIdSize);
    const QuicRoute route = quic::route_of(octets, context_.secrets());
    if (route == route_ || !router_->hand_over(route, port_index_, datagram)) return false;
    ++counts_.handed_over;
    return true;
}

// ---- sending

void QuicEndpoint::append(const DatagramPath& path, EcnMark ecn, std::size_t size) noexcept {
    Burst& burst = *burst_;
    if (!burst.takes(path, ecn, size, port_.segments_per_send())) {
        const std::uint8_t* packet = burst.end();
        flush();
        if (blocked_) {
            ++counts_.dropped;  // lost, as far as the connection is concerned
            return;
        }
        std::memmove(burst.octets.get(), packet, size);
    }
    burst.add(path, ecn, size);
    ++counts_.packets_sent;
}

void QuicEndpoint::flush() noexcept {
    Burst& burst = *burst_;
    if (blocked_ || burst.empty()) return;
    ++counts_.sends;
    const std::span<const std::uint8_t> octets(burst.octets.get(), burst.used);
    if (port_.send(burst.path, burst.ecn, octets, burst.segment) == DatagramPort::Sent::Blocked)
        blocked_ = true;  // and the burst waits
    else
        burst.clear();
}

void QuicEndpoint::send_alone(const DatagramPath& path,
                              std::span<const std::uint8_t> octets) noexcept {
    if (blocked_) {
        ++counts_.dropped;
        return;
    }
    ++counts_.packets_sent;
    ++counts_.sends;
    (void)port_.send(path, 0, octets, octets.size());  // lost if the port is full
}

void QuicEndpoint::wait_for_port(QuicConnection& connection) {
    if (std::ranges::find(waiting_for_port_, &connection) == waiting_for_port_.end())
        waiting_for_port_.push_back(&connection);
}

void QuicEndpoint::on_port_writable() noexcept {
    if (!std::exchange(blocked_, false)) return;
    flush();
    if (blocked_) return;
    for (QuicConnection* connection : std::exchange(waiting_for_port_, {})) connection->wake();
}

// ---- the list

void QuicEndpoint::add(QuicConnection& connection) noexcept {
    connection.next_ = first_;
    if (first_) first_->previous_ = &connection;
    first_ = &connection;
    ++count_;
}

void QuicEndpoint::bury(QuicConnection& connection) noexcept {
    using State = QuicConnection::State;
    if (connection.state_ == State::Over) return;
    if (connection.state_ == State::Handshake) --handshakes_;
    if (connection.state_ >= State::Closing) --closing_;
    connection.state_ = State::Over;
    (connection.previous_ ? connection.previous_->next_ : first_) = connection.next_;
    if (connection.next_) connection.next_->previous_ = connection.previous_;
    --count_;
    std::erase(waiting_for_port_, &connection);
    std::erase(ready_, &connection);
    std::ranges::replace(serving_, &connection, nullptr);
    // Late packets must not find it, and a new connection of the same client may.
    for (const ConnectionIdKey& id : connection.ids_) remove_id(id);
    connection.ids_.clear();
    buried_.emplace_back(&connection);
    defer_service();
}

// ---- the turn's work

void QuicEndpoint::ServiceJob::run() noexcept {
    scheduled = false;
    if (owner)
        owner->service();
    else
        delete this;
}

void QuicEndpoint::defer_service() noexcept {
    if (!std::exchange(service_job_->scheduled, true)) executor_.defer(*service_job_);
}

void QuicEndpoint::schedule(QuicConnection& connection) {
    ready_.push_back(&connection);
    defer_service();
}

void QuicEndpoint::service() noexcept {
    serving_.swap(ready_);
    for (std::size_t i = 0; i < serving_.size(); ++i)  // bury() may put null into later places
        if (QuicConnection* connection = serving_[i]) connection->service();
    serving_.clear();
    buried_.clear();
}

}  // namespace pottle::net
