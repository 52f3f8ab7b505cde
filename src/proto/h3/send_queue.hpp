// SPDX-License-Identifier: MIT
/// \file
/// SendQueue: what is sent on one stream: unsent octets, then those that wait for their
/// acknowledgement. Octets that were given out never move.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::h3 {

/// A resource.
class SendQueue {
public:
    /// A small piece is put behind the last one, when nothing of that was given out.
    void append(std::string octets);
    void append_copy(std::string_view octets);
    void end() noexcept { ended_ = true; }
    /// Drops what is unsent and takes no more.
    void stop() noexcept;

    bool ended() const noexcept { return ended_; }
    bool stopped() const noexcept { return stopped_; }
    /// Something can be sent: octets, or the end.
    bool pending() const noexcept { return !stopped_ && (unsent_ > 0 || (ended_ && !end_sent_)); }
    std::size_t unsent() const noexcept { return unsent_; }
    std::size_t unacknowledged() const noexcept { return unacknowledged_; }

    /// Fills `pieces` from the first unsent octet on. `end`: the stream ends behind them.
    std::size_t peek(std::array<std::string_view, 8>& pieces, bool& end) const noexcept;
    void on_written(std::size_t count, bool end) noexcept;
    void on_acknowledged(std::size_t count) noexcept;

private:
    static constexpr std::size_t kSmall = 2048;

    bool may_extend_last() const noexcept;
    void drop_acknowledged() noexcept;

    std::vector<std::string> pieces_;     // long enough not to stand inside the string object
    std::size_t first_ = 0;               // index of the first piece that is kept
    std::size_t first_acknowledged_ = 0;  // octets of it that are acknowledged
    std::size_t next_ = 0;                // index of the piece to be sent from
    std::size_t next_offset_ = 0;         // octets of it that were sent
    std::size_t unsent_ = 0;
    std::size_t unacknowledged_ = 0;
    bool ended_ = false;
    bool end_sent_ = false;
    bool stopped_ = false;
};

}  // namespace pottle::h3
