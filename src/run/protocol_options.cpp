// SPDX-License-Identifier: MIT
#include "protocol_options.hpp"

#include "option_kinds.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pottle::run_detail {

void add_http2(CLI::App& cli, server::Options& options) {
    cli.add_flag("!--no-h2-prior-knowledge", options.h2_prior_knowledge,
                 "HTTP/1.1 only on clear-text binds");
    cli.add_flag("!--no-h2c-upgrade", options.h2c_upgrade,
                 "leave Upgrade: h2c on clear-text binds alone");
    cli.add_flag("!--no-push", options.h2.push, "no server push");
    h2::Limits& limits = options.h2;
    add_size(cli, "--h2-max-header-list", limits.header_list,
             "names and values of a request's fields with 32 bytes for each, then 431");
    add_size(cli, "--h2-max-path", limits.path, "path with its query, then 414");
    add_size(cli, "--h2-stream-window", limits.stream_window,
             "of one request's body, before it is read");
    add_size(cli, "--h2-connection-window", limits.connection_window,
             "of all bodies of a connection together");
    add_size(cli, "--h2-largest-window", limits.largest_window,
             "both grow up to this for clients that fill them; 0: they do not");
    add_count(cli, "--h2-max-fields", limits.fields, "header fields, then 431");
    add_count(cli, "--h2-max-continuations", limits.continuations,
              "CONTINUATION frames of a header block, then the connection ends");
    add_count(cli, "--h2-max-settings", limits.settings,
              "parameters in a SETTINGS frame, then the connection ends");
    add_count(cli, "--h2-reset-burst", limits.reset_burst,
              "streams that a client may reset at once, then the connection ends");
    add_count(cli, "--h2-resets-per-second", limits.resets_per_second, "more of them each second");
    add_count(cli, "--h2-control-burst", limits.control_burst,
              "frames at once that bring nothing forward, then the connection ends");
    add_count(cli, "--h2-controls-per-second", limits.controls_per_second,
              "more of them each second");
    add_count(cli, "--h2-early-priorities", limits.early_priorities,
              "priorities kept for requests that have not come yet");
}

void add_websockets(CLI::App& cli, server::WebsocketOptions& options) {
    add_size(cli, "--websocket-max-message", options.limits.message,
             "message of a websocket, then 1009");
    cli.add_option("--websocket-queue", options.queue_messages,
                   "messages that wait for their handler, then reading stops")
        ->capture_default_str()
        ->check(CLI::Range(1UL, std::size_t{65'536}));
    add_size(cli, "--websocket-queue-size", options.queue_bytes,
             "of these messages together; one is always let in");
    add_duration(cli, "--websocket-ping-interval", options.ping_interval,
                 "a client that is quiet this long is sent a ping; 0: never");
    add_duration(cli, "--websocket-pong-timeout", options.pong_timeout,
                 "for a sign of life after a ping; 0: none");
    add_duration(cli, "--websocket-idle-timeout", options.idle,
                 "without a message either way, then 1001; 0: none");
    add_duration(cli, "--websocket-close-timeout", options.close,
                 "for the client's answer to a close frame");
    add_duration(cli, "--websocket-disconnect-grace", options.disconnect_grace,
                 "for a handler whose client is gone, then it is cancelled");
    cli.add_option("--websocket-shutdown-code", options.shutdown_code,
                   "close code when the server stops: 1012 or 1001")
        ->capture_default_str()
        ->check(CLI::Range(1000, 4999));
    cli.add_flag("!--no-websocket-deflate", options.deflate.enabled,
                 "messages of websockets are not compressed");
    cli.add_flag("!--no-websockets", options.enabled,
                 "requests for websockets are served as ordinary ones");
    ws::DeflateOptions& deflate = options.deflate;
    add_size(cli, "--websocket-deflate-threshold", deflate.threshold,
             "shorter messages are sent as they are");
    const auto add_small = [&](const char* name, int& value, int least, int most,
                               const char* help) {
        cli.add_option(name, value, help)->capture_default_str()->check(CLI::Range(least, most));
    };
    add_small("--websocket-deflate-level", deflate.level, 1, 9, "zlib's, 1 to 9");
    add_small("--websocket-deflate-memory", deflate.memory_level, 1, 9, "zlib's, 1 to 9");
    add_small("--websocket-server-window-bits", deflate.server_max_window_bits, 9, 15,
              "log2 of the largest window to compress with");
    add_small("--websocket-client-window-bits", deflate.client_max_window_bits, 9, 15,
              "the same for what clients send");
    cli.add_flag("--websocket-server-takeover", deflate.server_context_takeover,
                 "a compressor for each websocket: smaller messages for up to 300 KiB");
    cli.add_flag("--websocket-client-takeover", deflate.client_context_takeover,
                 "the same for what clients send, up to 44 KiB");
}

void add_http3(CLI::App& cli, server::Options& options) {
    cli.add_option("--alt-svc", options.alt_svc,
                   "value of the Alt-Svc field; - leaves it out (default: the first --quic-bind)")
        ->type_name("TEXT");
    h3::Limits& limits = options.h3;
    add_size(cli, "--h3-max-header-list", limits.field_section,
             "names and values of a request's fields with 32 bytes for each, then 431");
    add_count(cli, "--h3-max-fields", limits.fields, "header fields, then 431");
    add_size(cli, "--h3-max-path", limits.path, "path with its query, then 414");
    add_size(cli, "--h3-qpack-table", limits.qpack_table,
             "what a client may keep in its compression table");
    add_count(cli, "--h3-qpack-blocked-streams", limits.qpack_blocked_streams,
              "requests that may wait for the table");
    add_size(cli, "--h3-max-settings", limits.settings, "SETTINGS frame, then the connection ends");
    add_size(cli, "--h3-max-priority-update", limits.priority_update,
             "PRIORITY_UPDATE frame, then the connection ends");
    add_count(cli, "--h3-control-frames", limits.control_frames,
              "frames between two requests that bring nothing forward, then the connection ends");
    add_count(cli, "--h3-early-priorities", limits.early_priorities,
              "priorities kept for requests that have not come yet");
    add_count(cli, "--h3-reset-burst", limits.reset_burst,
              "requests that a client may take back at once, then the connection ends");
    add_count(cli, "--h3-resets-per-second", limits.resets_per_second, "more of them each second");
}

namespace {

void add_quic_limits(CLI::App& cli, net::QuicOptions& options) {
    add_count(cli, "--quic-retry-above", options.retry_above,
              "unfinished handshakes of a loop that make auto demand it");
    add_count(cli, "--quic-max-handshakes", options.max_handshakes,
              "unfinished handshakes of a loop, then the oldest is dropped");
    add_duration(cli, "--quic-handshake-timeout", options.handshake_timeout, "of a handshake");
    add_count(cli, "--quic-max-handshake-packets", options.max_handshake_packets,
              "packets of a handshake, then it is dropped");
    add_duration(cli, "--quic-idle-timeout", options.idle_timeout,
                 "of an HTTP/3 connection without a packet");
    add_count(cli, "--quic-max-streams", options.max_streams,
              "requests that an HTTP/3 client may have open at once");
    add_count(cli, "--quic-max-uni-streams", options.max_uni_streams,
              "one-way streams of a client; HTTP/3 needs three");
    add_size(cli, "--quic-stream-window", options.stream_window,
             "of one request's body, before it is read");
    add_size(cli, "--quic-max-stream-window", options.max_stream_window,
             "it grows up to this while the body is read as fast");
    add_size(cli, "--quic-connection-window", options.connection_window,
             "of all bodies of a connection together");
    add_size(cli, "--quic-max-connection-window", options.max_connection_window,
             "it grows up to this");
    add_size(cli, "--quic-max-unacknowledged", options.max_unacknowledged,
             "sent and kept until the client acknowledges it, for each connection");
    add_count(cli, "--quic-max-early-data-records", options.max_early_data_records,
              "handshakes remembered against replay, then early data is refused");
    add_count(cli, "--quic-max-handed-over", options.max_handed_over,
              "datagrams that wait for another loop, then they are dropped");
    add_count(cli, "--quic-max-stateless", options.max_stateless_per_second,
              "stateless resets and version negotiations of a loop each second");
    add_count(cli, "--quic-max-closing", options.max_closing,
              "connections that are over but still answer late packets");
}

}  // namespace

void add_quic(CLI::App& cli, net::QuicOptions& options) {
    using Retry = net::QuicOptions::Retry;
    static const std::vector<std::pair<std::string, Retry>> kRetry{
        {"off", Retry::Off}, {"on", Retry::On}, {"auto", Retry::Auto}};
    cli.add_option("--quic-retry", options.retry,
                   "whether HTTP/3 clients must prove their address first: off, on or auto, while "
                   "many handshakes are unfinished (default: auto)")
        ->transform(CLI::CheckedTransformer(kRetry, CLI::ignore_case).description(""))
        ->type_name("WHEN");
    add_quic_limits(cli, options);
    add_count(cli, "--quic-max-datagram", options.max_datagram, "bytes of a datagram we send");
    add_size(cli, "--quic-socket-buffer", options.socket_buffer,
             "of the kernel for a socket; net.core.rmem_max may cap it");
    cli.add_flag("--quic-early-data", options.early_data,
                 "accept safe requests in TLS early data, which can be replayed");
    cli.add_flag("!--no-quic-path-mtu-discovery", options.path_mtu_discovery,
                 "datagrams of at most 1,200 bytes");
    cli.add_flag("!--no-quic-ecn", options.ecn, "no explicit congestion notification");
    cli.add_flag("!--no-quic-gso", options.segmentation_offload,
                 "a system call for each datagram sent (no UDP_SEGMENT)");
    cli.add_flag("!--no-quic-gro", options.receive_offload, "the same for receiving (no UDP_GRO)");
    cli.add_flag("--quic-disable-migration", options.disable_active_migration,
                 "clients are told not to move to another network on purpose");
}

}  // namespace pottle::run_detail
