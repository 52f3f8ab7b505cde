// SPDX-License-Identifier: MIT
/// \file
/// A session whose events are written down, and the octets that a client would send.
#pragma once

#include "field_encoder.hpp"
#include "varint.hpp"

#include <pottle/proto/h3/session.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace pottle::h3::test {

using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline std::string varint(std::uint64_t value) {
    std::string out;
    append_varint(out, value);
    return out;
}

inline std::string frame(std::uint64_t type, std::string_view payload) {
    return varint(type) + varint(payload.size()) + std::string(payload);
}

inline std::string headers(Pairs fields) {
    std::string section;
    FieldEncoder encoder(section);
    for (const auto& [name, value] : fields) encoder.put(name, value);
    return frame(0x01, section);
}

inline std::string data(std::string_view octets) {
    return frame(0x00, octets);
}

inline std::string get(std::string_view path = "/") {
    return headers(
        {{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}, {":path", path}});
}

inline std::string post(Pairs more = {}) {
    std::string section;
    FieldEncoder encoder(section);
    encoder.put(":method", "POST");
    encoder.put(":scheme", "https");
    encoder.put(":authority", "a");
    encoder.put(":path", "/");
    for (const auto& [name, value] : more) encoder.put(name, value);
    return frame(0x01, section);
}

/// Stream ids of a client.
inline constexpr StreamId kControl = 2;
inline constexpr StreamId kEncoder = 6;
inline constexpr StreamId kDecoder = 10;

/// Events as lines; the wire code of the error that ended the connection, 0 when none did.
class Trace final : public SessionEvents {
public:
    explicit Trace(const Limits& limits = {.extended_connect = false}) : session(limits, *this) {
        session.open(3, 7);
    }

    Trace& receive(StreamId stream, std::string_view octets, bool fin = false) {
        const Result<std::size_t> taken = session.receive(stream, octets, fin);
        if (taken)
            credit += *taken;
        else
            error = taken.error().wire_code;
        received += octets.size();
        return *this;
    }
    /// The same octet by octet.
    Trace& receive_slowly(StreamId stream, std::string_view octets, bool fin = false) {
        for (std::size_t i = 0; i < octets.size(); ++i)
            receive(stream, octets.substr(i, 1), fin && i + 1 == octets.size());
        return *this;
    }

    void on_request(StreamId stream, const http::RequestParts& parts, bool end) override {
        log += std::to_string(stream) + ' ' + std::string(parts.method_text) + ' ' +
               std::string(parts.target) + (end ? " end\n" : "\n");
    }
    void on_refused(StreamId stream, Method, const Error& refused) override {
        log += std::to_string(stream) + " refused " + std::to_string(refused.status) + '\n';
    }
    void on_body(StreamId stream, std::string_view octets) override {
        (void)stream;
        body += octets;
        credit += octets.size();
    }
    void on_trailers(StreamId stream, http::Fields fields) override {
        log += std::to_string(stream) + " trailers";
        for (const http::Field& field : fields)
            log += ' ' + std::string(field.name) + '=' + std::string(field.value);
        log += '\n';
    }
    void on_end(StreamId stream) override { log += std::to_string(stream) + " end\n"; }
    void on_stream_error(StreamId stream, Code code) override {
        char text[40];
        std::snprintf(text, sizeof text, "%d error %x\n", static_cast<int>(stream),
                      static_cast<unsigned>(code));
        log += text;
    }
    void on_credit(StreamId, std::size_t count) override { credit += count; }

    /// What is sent on a stream, taken and acknowledged in pieces of `most` octets.
    std::string sent(StreamId stream, std::size_t most = 100'000) {
        std::string octets;
        Output output;
        while (session.next_output(output)) {
            std::size_t offered = 0;
            std::string all;
            for (std::size_t i = 0; i < output.count; ++i) {
                all += output.pieces[i];
                offered += output.pieces[i].size();
            }
            const std::size_t taken = std::min(offered, most);
            const bool fin = output.fin && taken == offered;
            session.on_written(output.stream, taken, fin);
            session.on_acknowledged(output.stream, taken);
            if (output.stream == stream) octets += all.substr(0, taken) + (fin ? "|" : "");
            order += std::to_string(output.stream) + ' ';
            output = {};
        }
        return octets;
    }

    std::string log;
    std::string body;
    std::string order;  // of the streams that sent
    std::uint32_t error = 0;
    std::size_t credit = 0;
    std::size_t received = 0;
    Session session;
};

}  // namespace pottle::h3::test
