// SPDX-License-Identifier: MIT
/// \file
/// What a Session consists of. Requests are read in request_input.cpp, the client's own streams in
/// session.cpp and control_reader.cpp, responses written in session_output.cpp.
#pragma once

#include "control_reader.hpp"
#include "request_stream.hpp"
#include "scheduler.hpp"
#include "section_decoder.hpp"
#include "send_queue.hpp"

#include <pottle/proto/h3/session.hpp>

#include <unordered_map>
#include <vector>

namespace pottle::h3 {

struct Session::Implementation final : ControlEvents {
    /// A unidirectional stream of the client's (RFC 9114 6.2).
    struct UniStream {
        enum class Kind : std::uint8_t { Unknown, Control, QpackEncoder, QpackDecoder, Ignored };
        VarintReader type;
        Kind kind = Kind::Unknown;
    };
    /// One of ours.
    struct OwnStream {
        StreamId id = -1;
        SendQueue out;
        bool flow_blocked = false;
    };
    struct EarlyPriority {
        StreamId stream;
        http::Priority priority;
    };

    Implementation(const Limits& the_limits, SessionEvents& the_events);

    // session.cpp
    Result<std::size_t> receive(StreamId stream, std::string_view octets, bool fin);
    Result<> receive_uni(StreamId id, std::string_view octets, bool fin);
    Result<> assign(StreamId id, UniStream& stream, std::uint64_t type);
    Result<> read_qpack_decoder_stream(std::string_view octets);
    Result<> resume_blocked();
    Result<> on_priority_update(std::uint64_t stream, std::string_view value) override;
    bool is_critical(StreamId id) const noexcept;
    void take_decoder_output();

    // request_input.cpp
    Result<std::size_t> receive_request(StreamId id, std::string_view octets, bool fin);
    Result<std::size_t> read(RequestStream& stream, std::string_view input, bool fin);
    Result<> begin_frame(RequestStream& stream);
    Result<> read_headers(RequestStream& stream, std::string_view& input, bool fin);
    Result<> finish_section(RequestStream& stream, bool end);
    void finish_head(RequestStream& stream, bool end);
    void read_data(RequestStream& stream, std::string_view piece, std::size_t& credit);
    Result<> finish_request(RequestStream& stream);
    void give_up(RequestStream& stream, Code code);
    void forget_section(RequestStream& stream);

    // session_output.cpp
    RequestStream* find(StreamId id) noexcept;
    void put_frame(RequestStream& stream, Frame type, std::string_view payload);
    void schedule(RequestStream& stream) noexcept;
    /// Keeps `queued` right, after the stream's unsent octets changed.
    void count(RequestStream& stream) noexcept {
        queued += stream.out.unsent() - stream.counted;
        stream.counted = stream.out.unsent();
    }
    OwnStream* find_own(StreamId id) noexcept;

    const Limits limits;
    SessionEvents& events;
    std::optional<Error> error;  // the connection is over

    SectionDecoder decoder;
    ControlReader control_reader;
    http::RequestFields fields;
    std::unordered_map<StreamId, std::unique_ptr<RequestStream>> requests;
    std::unordered_map<StreamId, UniStream> uni_streams;
    std::vector<StreamId> blocked;
    std::vector<EarlyPriority> early_priorities;
    StreamId control_in = -1, encoder_in = -1, decoder_in = -1;
    bool decoder_prefix_open = false;  // a stream cancellation whose number goes on
    StreamId next_request = 0;         // all below were seen
    StreamId goaway_from = -1;         // requests from here on are rejected

    OwnStream control_out, decoder_out;
    Scheduler scheduler;
    std::string scratch;
    std::size_t unacknowledged = 0;
    std::size_t queued = 0;  // unsent octets of requests' streams
};

}  // namespace pottle::h3
