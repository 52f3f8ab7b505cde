// SPDX-License-Identifier: MIT
/// \file
/// DynamicTable: the dynamic table of HPACK (RFC 7541 2.3.2, 4), for encoder and decoder alike.
#pragma once

#include <pottle/http/field.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::h2 {

/// A queue of fields with a bound on their size. A value that holds no memory while it is empty.
class DynamicTable {
public:
    /// RFC 7541 4.1: what an entry counts beside its text.
    static constexpr std::uint32_t kEntryOverhead = 32;
    /// SETTINGS_HEADER_TABLE_SIZE's default (RFC 9113 6.5.2), and the most that Pottle ever uses.
    static constexpr std::uint32_t kDefaultCapacity = 4096;

    std::uint32_t capacity() const noexcept { return capacity_; }
    /// Evicts what no longer fits.
    void set_capacity(std::uint32_t capacity) noexcept;
    /// Adds an entry, evicting old ones; one that is larger than the table empties it (RFC
    /// 7541 4.4). Precondition: the text does not lie in this table.
    void insert(std::string_view name, std::string_view value);

    std::uint32_t count() const noexcept {
        return static_cast<std::uint32_t>(entries_.size() - first_);
    }
    /// Entry `age` (0 is the newest) of count(). Lifetime of the views: until the next insert().
    http::Field at(std::uint32_t age) const noexcept;
    /// Entries ever inserted: number n is at(inserted() - n - 1) while that is less than count().
    std::uint32_t inserted() const noexcept { return inserted_; }

private:
    struct Entry {
        std::uint32_t begin;  // in text_
        std::uint32_t name_size;
        std::uint32_t value_size;
        std::uint32_t size() const noexcept { return name_size + value_size + kEntryOverhead; }
    };
    void evict_to(std::uint32_t size) noexcept;
    void compact() noexcept;

    std::string text_;
    std::vector<Entry> entries_;
    std::size_t first_ = 0;  // entries before it are evicted
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = kDefaultCapacity;
    std::uint32_t inserted_ = 0;
};

}  // namespace pottle::h2
