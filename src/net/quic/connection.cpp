// SPDX-License-Identifier: MIT
/// \file
/// The life of a QuicConnection: beginning, receiving, ending. What it sends is in
/// connection_sending.cpp, what ngtcp2 calls in connection_callbacks.cpp.
#include "accepted.hpp"
#include "connection_callbacks.hpp"
#include "connection_id.hpp"
#include "native_path.hpp"
#include "secrets.hpp"
#include "tls_session.hpp"

#include <pottle/net/quic/connection.hpp>
#include <pottle/net/quic/endpoint.hpp>

#include <algorithm>
#include <utility>

#include <ngtcp2/ngtcp2_crypto.h>

namespace pottle::net {

using quic::ConnectionIdKey;

namespace {

ngtcp2_duration nanoseconds(Milliseconds time) noexcept {
    return static_cast<ngtcp2_duration>(time.count()) * NGTCP2_MILLISECONDS;
}

/// QUIC version 2 is the same protocol in other dress (RFC 9369); clients choose.
constexpr std::uint32_t kVersions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};

ngtcp2_settings settings_of(const QuicOptions& options, const quic::Accepted& accepted,
                            ngtcp2_tstamp now) noexcept {
    ngtcp2_settings settings;
    ngtcp2_settings_default(&settings);
    settings.initial_ts = now;
    settings.handshake_timeout =
        options.handshake_timeout.count() > 0 ? nanoseconds(options.handshake_timeout) : UINT64_MAX;
    settings.max_tx_udp_payload_size = options.max_datagram;
    settings.no_pmtud = !options.path_mtu_discovery;
    settings.max_window = options.max_connection_window;
    settings.max_stream_window = options.max_stream_window;
    settings.available_versions = kVersions;
    settings.available_versionslen = std::size(kVersions);
    if (accepted.address_valid) {
        settings.token = accepted.header.token;
        settings.tokenlen = accepted.header.tokenlen;
        settings.token_type = accepted.token;
    }
    return settings;
}

ngtcp2_transport_params parameters_of(const QuicOptions& options, const quic::Accepted& accepted,
                                      const ngtcp2_cid& id, const quic::Secrets& secrets) noexcept {
    ngtcp2_transport_params parameters;
    ngtcp2_transport_params_default(&parameters);
    parameters.initial_max_streams_bidi = options.max_streams;
    parameters.initial_max_streams_uni = options.max_uni_streams;
    parameters.initial_max_stream_data_bidi_remote = options.stream_window;
    parameters.initial_max_stream_data_uni = options.stream_window;
    parameters.initial_max_data = options.connection_window;
    parameters.max_idle_timeout = nanoseconds(options.idle_timeout);
    parameters.disable_active_migration = options.disable_active_migration;
    parameters.original_dcid = accepted.original_dcid;
    parameters.original_dcid_present = 1;
    if (accepted.after_retry()) {
        parameters.retry_scid = accepted.header.dcid;
        parameters.retry_scid_present = 1;
    }
    parameters.stateless_reset_token_present =
        ngtcp2_crypto_generate_stateless_reset_token(parameters.stateless_reset_token,
                                                     secrets.stateless_resets.data(),
                                                     secrets.stateless_resets.size(), &id) == 0;
    return parameters;
}

}  // namespace

QuicConnection::QuicConnection(QuicEndpoint& endpoint, const DatagramPath& path)
    : endpoint_(endpoint), path_(path) {
    endpoint_.add(*this);
    ++endpoint_.handshakes_;
}

QuicConnection::~QuicConnection() {
    if (active()) executor().stop_timer(*this);
    for (const ConnectionIdKey& id : ids_) endpoint_.remove_id(id);
    release_libraries();
}

void QuicConnection::release_libraries() noexcept {
    if (native_) ngtcp2_conn_del(std::exchange(native_, nullptr));
    tls_.reset();
}

async::Executor& QuicConnection::executor() const noexcept {
    return endpoint_.executor_;
}

bool QuicConnection::begin(const quic::Accepted& accepted) {
    const QuicOptions& options = endpoint_.options();
    const quic::Secrets& secrets = endpoint_.context_.secrets();
    ngtcp2_cid id{};
    id.datalen = quic::kConnectionIdSize;
    quic::make_connection_id(
        std::span<std::uint8_t, quic::kConnectionIdSize>(id.data, quic::kConnectionIdSize),
        endpoint_.route_, secrets);

    const ngtcp2_callbacks callbacks = quic::Callbacks::table();
    const ngtcp2_settings settings = settings_of(options, accepted, endpoint_.now());
    const ngtcp2_transport_params parameters = parameters_of(options, accepted, id, secrets);
    const ngtcp2_path path = quic::native_path(path_);
    if (ngtcp2_conn_server_new(&native_, &accepted.header.scid, &id, &path, accepted.header.version,
                               &callbacks, &settings, &parameters, nullptr, this) != 0)
        return false;
    tls_ = quic::TlsSession::make(endpoint_.context_.credentials(), native_);
    if (!tls_) return false;
    ngtcp2_conn_set_tls_native_handle(native_, tls_->native());
    // The client goes on using the id that it made up until it has seen ours.
    for (const ngtcp2_cid& known : {id, accepted.header.dcid}) {
        ids_.emplace_back(known);
        endpoint_.add_id(ids_.back(), *this);
    }
    return true;
}

// ---- receiving

void QuicConnection::receive(const Datagram& datagram) {
    if (state_ >= State::Closing) return answer_late_packet();
    if (ending_.kind != Ending::Kind::None) return;
    if (state_ == State::Handshake &&
        ++packets_received_ > endpoint_.options().max_handshake_packets)
        return end(Ending::Kind::Silent, 0, QuicClose::By::Lost);

    const ngtcp2_path path = quic::native_path(datagram.path);
    ngtcp2_pkt_info info{};
    info.ecn = endpoint_.options().ecn ? datagram.ecn : 0;
    const int error = ngtcp2_conn_read_pkt(native_, &path, &info, datagram.octets.data(),
                                           datagram.octets.size(), endpoint_.now());
    if (error != 0) return fail(error);
    if (handshake_unreported_) on_handshake_completed();
    wake();
}

void QuicConnection::open_for_application() noexcept {
    if (std::exchange(offered_, true)) return;
    try {
        if (tls_) facts_ = tls_->facts(server_name_);
    } catch (const std::exception&) {
        facts_.version = "TLSv1.3";  // no memory for the server name
    }
    endpoint_.sink_.on_connection(*this);
}

void QuicConnection::on_handshake_completed() {
    handshake_unreported_ = false;
    state_ = State::Open;
    --endpoint_.handshakes_;
    tls_->send_ticket();
    std::uint8_t token[NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN];
    const auto& key = endpoint_.context_.secrets().tokens;
    const ngtcp2_path* path = ngtcp2_conn_get_path(native_);
    const ngtcp2_ssize size = ngtcp2_crypto_generate_regular_token(
        token, key.data(), key.size(), path->remote.addr, path->remote.addrlen, endpoint_.now());
    if (size > 0) ngtcp2_conn_submit_new_token(native_, token, static_cast<std::size_t>(size));
    open_for_application();
    // Half of what an idle connection would cost.
    ngtcp2_conn_set_tls_native_handle(native_, nullptr);
    tls_.reset();
    if (application_) application_->on_handshake_done();
}

// ---- what the application asks

void QuicConnection::wake() noexcept {
    if (state_ >= State::Closing || std::exchange(scheduled_, true)) return;
    endpoint_.schedule(*this);
}

QuicStreamId QuicConnection::open_uni_stream() noexcept {
    QuicStreamId stream = -1;
    if (!native_ || ngtcp2_conn_open_uni_stream(native_, &stream, nullptr) != 0) return -1;
    return stream;
}

void QuicConnection::extend_stream(QuicStreamId stream, std::size_t count) noexcept {
    if (!native_ || count == 0) return;
    ngtcp2_conn_extend_max_stream_offset(native_, stream, count);
    wake();
}

void QuicConnection::extend_connection(std::size_t count) noexcept {
    if (!native_ || count == 0) return;
    ngtcp2_conn_extend_max_offset(native_, count);
    wake();
}

void QuicConnection::release_stream() noexcept {
    if (!native_) return;
    ngtcp2_conn_extend_max_streams_bidi(native_, 1);
    wake();
}

void QuicConnection::reset_stream(QuicStreamId stream, std::uint64_t code) noexcept {
    if (!native_) return;
    ngtcp2_conn_shutdown_stream_write(native_, 0, stream, code);
    wake();
}

void QuicConnection::stop_sending(QuicStreamId stream, std::uint64_t code) noexcept {
    if (!native_) return;
    ngtcp2_conn_shutdown_stream_read(native_, 0, stream, code);
    wake();
}

void QuicConnection::close(std::uint64_t code, std::string_view reason) noexcept {
    end(Ending::Kind::Application, code, QuicClose::By::Us, reason);
}

// ---- ending

void QuicConnection::fail(int library_error) noexcept {
    using Kind = Ending::Kind;
    using By = QuicClose::By;
    switch (library_error) {
        case NGTCP2_ERR_DRAINING:
            return end(Kind::Drained, 0, By::Peer);
        case NGTCP2_ERR_CLOSING:
            return;
        case NGTCP2_ERR_IDLE_CLOSE:
            return end(Kind::Silent, 0, By::Idle);
        case NGTCP2_ERR_DROP_CONN:
        case NGTCP2_ERR_RETRY:
        case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
            return end(Kind::Silent, 0, By::Lost);
        case NGTCP2_ERR_CRYPTO:
            return end(Kind::Tls, ngtcp2_conn_get_tls_alert(native_), By::Us);
        default:
            return end(Kind::Transport, ngtcp2_err_infer_quic_transport_error_code(library_error),
                       By::Us);
    }
}

void QuicConnection::end(Ending::Kind kind, std::uint64_t code, QuicClose::By by,
                         std::string_view reason) noexcept {
    if (ending_.kind != Ending::Kind::None || state_ >= State::Closing) return;
    ending_ = {kind, code, by, reason};
    wake();
}

void QuicConnection::finish_ending() {
    QuicClose close{ending_.by, ending_.code, ending_.kind == Ending::Kind::Application};
    if (ending_.kind == Ending::Kind::Drained) {
        const ngtcp2_ccerr* error = ngtcp2_conn_get_ccerr(native_);
        close.code = error->error_code;
        close.application = error->type == NGTCP2_CCERR_TYPE_APPLICATION;
    }
    const bool silent = ending_.kind == Ending::Kind::Silent;
    const bool mute = silent || ending_.kind == Ending::Kind::Drained;
    const auto probe = std::chrono::nanoseconds(ngtcp2_conn_get_pto(native_));
    if (!mute) write_close();
    if (state_ == State::Handshake) --endpoint_.handshakes_;
    state_ = mute ? State::Draining : State::Closing;
    ++endpoint_.closing_;
    if (QuicApplication* application = std::exchange(application_, nullptr))
        application->on_closed(close);
    release_libraries();
    if (active()) executor().stop_timer(*this);
    if (silent || endpoint_.closing_ > endpoint_.options().max_closing)
        return endpoint_.bury(*this);
    over_at_ = executor().now() + 3 * probe;  // RFC 9000 10.2
    executor().start_timer(*this, over_at_);
}

void QuicConnection::answer_late_packet() noexcept {
    if (state_ != State::Closing || closing_packet_.empty()) return;
    // RFC 9000 10.2.1: fewer and fewer answers.
    if (++late_packets_ < (1U << late_shift_)) return;
    late_packets_ = 0;
    if (late_shift_ < 16) ++late_shift_;
    endpoint_.send_alone(path_, closing_packet_);
}

}  // namespace pottle::net
