// SPDX-License-Identifier: MIT
/// \file
/// Any octets on any streams of an HTTP/3 connection give events or an error of the peer's; every
/// octet comes back as credit once; what is answered can be taken and acknowledged.
///
/// Input: pieces of one octet that chooses the stream and what else happens, one of length, and the
/// piece's octets.
#include <pottle/proto/h3/session.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string_view>

using namespace pottle;
using namespace pottle::h3;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

class Peer final : public SessionEvents {
public:
    Peer() : session({.field_section = 4096, .extended_connect = true}, *this) {
        session.open(3, 7);
    }
    void on_request(StreamId stream, const http::RequestParts& parts, bool end) override {
        require(!parts.method_text.empty());
        for (const http::Field& field : parts.fields) {
            require(!field.name.empty());
            require(field.value.find_first_of(std::string_view("\r\n\0", 3)) ==
                    std::string_view::npos);
        }
        if (end) answer(stream);
    }
    void on_refused(StreamId, Method, const Error& error) override {
        require(error.status >= 400 && error.status < 500);
    }
    void on_body(StreamId, std::string_view octets) override { credit += octets.size(); }
    void on_trailers(StreamId, http::Fields) override {}
    void on_end(StreamId stream) override { answer(stream); }
    void on_stream_error(StreamId stream, Code) override { session.stop_output(stream); }
    void on_credit(StreamId, std::size_t count) override { credit += count; }

    void answer(StreamId stream) {
        session.send_head(stream, {.status = 200, .content_type = "text/plain", .length = 4},
                          EndStream::No);
        session.send_body(stream, "body", EndStream::Yes);
    }
    void take_output() {
        Output output;
        for (int i = 0; i < 100 && session.next_output(output); ++i) {
            std::size_t size = 0;
            for (std::size_t piece = 0; piece < output.count; ++piece)
                size += output.pieces[piece].size();
            require(size > 0 || output.fin);
            session.on_written(output.stream, size, output.fin);
            session.on_acknowledged(output.stream, size);
            output = {};
        }
    }

    std::size_t credit = 0;
    Session session;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
    static constexpr StreamId kStreams[] = {0, 4, 8, 12, 2, 6, 10, 14};
    std::string_view input(reinterpret_cast<const char*>(octets), size);
    Peer peer;
    std::map<StreamId, bool> ended;
    std::size_t received = 0;
    bool failed = false;
    bool waits = false;
    while (input.size() >= 2) {
        const auto choice = static_cast<std::uint8_t>(input[0]);
        const std::size_t length =
            std::min<std::size_t>(static_cast<std::uint8_t>(input[1]), input.size() - 2);
        const StreamId stream = kStreams[choice & 7];
        const bool fin = (choice & 8) != 0;
        const std::string_view piece = input.substr(2, length);
        input.remove_prefix(2 + length);
        if (ended[stream]) continue;
        if ((choice & 0xf0) == 0x10) {
            waits |= !peer.session.on_reset(stream);
            ended[stream] = true;
            continue;
        }
        ended[stream] = fin;
        const Result<std::size_t> taken = peer.session.receive(stream, piece, fin);
        if (!taken) {
            require(taken.error().blame == Blame::Peer && taken.error().wire_code >= 0x100);
            failed = true;
        } else {
            require(!failed);
            received += piece.size();
            peer.credit += *taken;
        }
        require(peer.credit <= received || failed);
        if (choice & 0x20) peer.take_output();
        if ((choice & 0xc0) == 0xc0) peer.session.on_closed(stream);
    }
    peer.take_output();
    for (const StreamId stream : kStreams) peer.session.on_closed(stream);
    if (!failed && !waits) require(peer.credit == received);
    return 0;
}
