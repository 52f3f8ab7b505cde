// SPDX-License-Identifier: MIT
/// \file
/// HpackEncoder: the sending half of HPACK (RFC 7541), sans IO: fields in, octets of a header
/// block out.
#pragma once

#include <pottle/proto/h2/dynamic_table.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

namespace pottle::h2 {

/// Encodes the header blocks of one connection. What was encoded must be sent, in that order.
///
/// Fields that servers repeat (Server, Date, Content-Type, Vary, ...) go into the dynamic table;
/// what differs with every response or must not be guessed (Content-Length, ETag, Set-Cookie) does
/// not.
class HpackEncoder {
public:
    /// Obeys the peer's SETTINGS_HEADER_TABLE_SIZE; the next block tells it so (RFC 7541 4.2).
    void set_peer_capacity(std::uint32_t capacity) noexcept;

    /// The most octets that begin() may write, and put() for these two.
    static constexpr std::size_t kBeginBound = 12;
    static constexpr std::size_t bound(std::string_view name, std::string_view value) noexcept {
        return name.size() + value.size() + 13;
    }

    // Each writes at `at`, which has room for the bound, and returns the end.

    /// First of each block.
    char* begin(char* at) noexcept;
    /// `:status`.
    char* put_status(char* at, int status) noexcept;
    char* put_content_length(char* at, std::uint64_t length) noexcept;
    /// Any other field. `name` in any case: it is sent in lower case (RFC 9113 8.2.1).
    char* put(char* at, std::string_view name, std::string_view value);

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    /// Where entries of the table stand, by hash; what does not fit is just not found.
    struct Index {
        static constexpr std::size_t kSlots = 64;
        std::array<std::uint32_t, kSlots> number;  // as DynamicTable::inserted() counts
    };

    char* put_lower(char* at, std::string_view name, std::string_view value);
    std::uint32_t find(std::uint32_t hash, std::string_view name, std::string_view value) const;
    void insert(std::uint32_t hash, std::string_view name, std::string_view value);

    DynamicTable table_;
    std::unique_ptr<Index> index_;  // made with the first entry
    std::uint32_t smallest_capacity_ = DynamicTable::kDefaultCapacity;
    bool tell_capacity_ = false;
};

}  // namespace pottle::h2
