// SPDX-License-Identifier: MIT
/// \file
/// ControlReader: a client's control stream (RFC 9114 6.2.1, 7.2): order and size of its frames,
/// and what they say.
#pragma once

#include "frame_reader.hpp"

#include <pottle/base/error.hpp>
#include <pottle/proto/h3/codes.hpp>
#include <pottle/proto/h3/limits.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::h3 {

/// Told of what matters to the session.
class ControlEvents {
public:
    virtual Result<> on_priority_update(std::uint64_t stream, std::string_view value) = 0;

protected:
    ~ControlEvents() = default;
};

/// A resource.
class ControlReader {
public:
    explicit ControlReader(const Limits& limits) noexcept : limits_(limits) {}

    Result<> receive(std::string_view octets, ControlEvents& events);
    /// A request came: the count of idle frames begins anew.
    void on_request() noexcept { frames_since_request_ = 0; }

private:
    Result<> begin_frame();
    Result<> end_frame(ControlEvents& events);
    Result<> read_settings(std::string_view payload) const;
    Result<> read_only_id(std::string_view payload, std::uint64_t& id) const;

    const Limits& limits_;
    FrameReader frames_;
    std::string payload_;
    std::uint64_t max_push_id_ = 0;
    std::uint64_t goaway_id_ = kMaxVarint;
    std::uint32_t frames_since_request_ = 0;
    bool settings_seen_ = false;
    bool keep_payload_ = false;
};

/// An error that ends the connection with `code`.
inline std::unexpected<Error> connection_error(Code code, std::string_view text) {
    return fail({Errc::Malformed, Blame::Peer, 0, static_cast<std::uint32_t>(code), 0, text});
}

}  // namespace pottle::h3
