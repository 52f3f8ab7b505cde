// SPDX-License-Identifier: MIT
/// \file
/// The sending half of QuicConnection: packets, their bursts, the pacer's timer.
#include "accepted.hpp"
#include "burst.hpp"
#include "connection_id.hpp"
#include "native_path.hpp"
#include "tls_session.hpp"

#include <pottle/base/log.hpp>
#include <pottle/net/quic/connection.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace pottle::net {

namespace {
/// Of up to 64 KiB each.
constexpr unsigned kBurstsPerTurn = 8;
}  // namespace

void QuicConnection::service() noexcept {
    scheduled_ = false;
    if (state_ >= State::Closing) return;
    try {
        if (ending_.kind == Ending::Kind::None) write();
        if (handshake_unreported_) on_handshake_completed();
        if (ending_.kind != Ending::Kind::None) return finish_ending();
    } catch (const std::exception& error) {
        log::error(fmt::format("QUIC connection dropped: {}", error.what()));
        end(Ending::Kind::Silent, 0, QuicClose::By::Lost);
        return;
    }
    arm_timer();
}

void QuicConnection::on_timer() noexcept {
    if (state_ >= State::Closing) {
        if (executor().now() < over_at_) return executor().start_timer(*this, over_at_);
        return endpoint_.bury(*this);
    }
    const std::uint64_t now = endpoint_.now();
    if (ngtcp2_conn_get_expiry(native_) <= now)
        if (const int error = ngtcp2_conn_handle_expiry(native_, now); error != 0)
            return fail(error);
    wake();
}

void QuicConnection::arm_timer() noexcept {
    const std::uint64_t expiry = ngtcp2_conn_get_expiry(native_);
    if (expiry == UINT64_MAX) return;
    const SteadyTime deadline{std::chrono::nanoseconds(static_cast<std::int64_t>(expiry))};
    // Lazy: one that fires too early starts itself again, so that a busy connection hardly touches
    // the wheel.
    if (!active() || this->deadline() > deadline) executor().start_timer(*this, deadline);
}

void QuicConnection::write() {
    if (endpoint_.blocked()) return endpoint_.wait_for_port(*this);
    unsigned bursts = 0;
    while (write_one_burst() && !endpoint_.blocked())
        if (++bursts == kBurstsPerTurn) {
            executor().start_timer(*this, executor().now());  // others have a turn
            break;
        }
    if (endpoint_.blocked()) return endpoint_.wait_for_port(*this);
    if (!native_) return;
    if (const ngtcp2_path* path = ngtcp2_conn_get_path(native_)) {
        const SocketAddress remote(*path->remote.addr);
        if (remote != path_.remote) path_ = quic::path_of(*path);  // the client moved
    }
}

/// Writes packets until one burst is handed to the port. Returns: whether there may be more.
bool QuicConnection::write_one_burst() {
    QuicEndpoint::Burst& burst = endpoint_.burst();
    const std::uint64_t now = endpoint_.now();
    const std::size_t most = endpoint_.port_.segments_per_send();
    const std::size_t quantum = ngtcp2_conn_get_send_quantum(native_);
    std::size_t written = 0;
    bool more = false;
    for (;;) {
        QuicOutput output;
        if (application_ && ngtcp2_conn_get_max_data_left(native_) > 0)
            application_->next_output(output);
        ngtcp2_vec pieces[QuicOutput::kPieces];
        std::size_t offered = 0;
        for (std::size_t i = 0; i < output.count; ++i) {
            const std::string_view piece = output.pieces[i];
            pieces[i] = {reinterpret_cast<std::uint8_t*>(const_cast<char*>(piece.data())),
                         piece.size()};
            offered += piece.size();
        }
        ngtcp2_path_storage path;
        ngtcp2_path_storage_zero(&path);
        ngtcp2_pkt_info info{};
        ngtcp2_ssize taken = -1;
        const std::uint32_t flags =
            NGTCP2_WRITE_STREAM_FLAG_MORE | (output.fin ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0U);
        const std::size_t room =
            std::min(endpoint_.options().max_datagram, QuicEndpoint::Burst::kCapacity - burst.used);
        const ngtcp2_ssize size =
            ngtcp2_conn_writev_stream(native_, &path.path, &info, burst.end(), room, &taken, flags,
                                      output.stream, pieces, output.count, now);
        if (taken >= 0 && output.stream >= 0)
            application_->on_written(output.stream, static_cast<std::size_t>(taken),
                                     output.fin && static_cast<std::size_t>(taken) == offered);
        if (size < 0) {
            if (size == NGTCP2_ERR_WRITE_MORE) continue;
            if (size == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
                application_->on_stream_blocked(output.stream);
                continue;
            }
            if (size == NGTCP2_ERR_STREAM_SHUT_WR || size == NGTCP2_ERR_STREAM_NOT_FOUND) {
                application_->on_send_stopped(output.stream);
                if (ending_.kind != Ending::Kind::None) break;
                continue;
            }
            fail(static_cast<int>(size));
            break;
        }
        if (size == 0) break;
        endpoint_.append(quic::path_of(path.path), static_cast<EcnMark>(info.ecn),
                         static_cast<std::size_t>(size));
        written += static_cast<std::size_t>(size);
        if (endpoint_.blocked() || written >= quantum) break;
        if (burst.complete(endpoint_.options().max_datagram, most)) {
            more = true;
            break;
        }
    }
    endpoint_.flush();
    ngtcp2_conn_update_pkt_tx_time(native_, now);
    return more;
}

void QuicConnection::write_close() {
    ngtcp2_ccerr error;
    ngtcp2_ccerr_default(&error);
    const auto* reason = reinterpret_cast<const std::uint8_t*>(ending_.reason.data());
    switch (ending_.kind) {
        case Ending::Kind::Tls:
            ngtcp2_ccerr_set_tls_alert(&error, static_cast<std::uint8_t>(ending_.code), nullptr, 0);
            break;
        case Ending::Kind::Application:
            ngtcp2_ccerr_set_application_error(&error, ending_.code, reason, ending_.reason.size());
            break;
        default:
            ngtcp2_ccerr_set_transport_error(&error, ending_.code, reason, ending_.reason.size());
            break;
    }
    std::uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
    ngtcp2_path_storage path;
    ngtcp2_path_storage_zero(&path);
    ngtcp2_pkt_info info{};
    const ngtcp2_ssize size = ngtcp2_conn_write_connection_close(
        native_, &path.path, &info, packet, sizeof packet, &error, endpoint_.now());
    if (size <= 0) return;  // the client's address is not known to be its own: silence
    closing_packet_.assign(packet, packet + size);
    path_ = quic::path_of(path.path);
    endpoint_.send_alone(path_, closing_packet_);
}

}  // namespace pottle::net
