// SPDX-License-Identifier: MIT
#include <pottle/proto/h2/dynamic_table.hpp>

namespace pottle::h2 {

void DynamicTable::set_capacity(std::uint32_t capacity) noexcept {
    capacity_ = capacity;
    evict_to(capacity);
}

void DynamicTable::insert(std::string_view name, std::string_view value) {
    ++inserted_;
    const std::size_t size = name.size() + value.size() + kEntryOverhead;
    if (size > capacity_) return evict_to(0);
    evict_to(capacity_ - static_cast<std::uint32_t>(size));
    if (first_ > entries_.size() / 2 && first_ > 8) compact();
    entries_.push_back({static_cast<std::uint32_t>(text_.size()),
                        static_cast<std::uint32_t>(name.size()),
                        static_cast<std::uint32_t>(value.size())});
    text_.append(name).append(value);
    size_ += static_cast<std::uint32_t>(size);
}

http::Field DynamicTable::at(std::uint32_t age) const noexcept {
    const Entry& entry = entries_[entries_.size() - 1 - age];
    const char* name = text_.data() + entry.begin;
    return {{name, entry.name_size}, {name + entry.name_size, entry.value_size}};
}

void DynamicTable::evict_to(std::uint32_t size) noexcept {
    while (size_ > size) size_ -= entries_[first_++].size();
    if (first_ == entries_.size()) {
        entries_.clear();
        text_.clear();
        first_ = 0;
    }
}

/// Forgets the text of evicted entries. Costs as much as was evicted since the last time.
void DynamicTable::compact() noexcept {
    const std::uint32_t dead = entries_[first_].begin;
    text_.erase(0, dead);
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    for (Entry& entry : entries_) entry.begin -= dead;
    first_ = 0;
}

}  // namespace pottle::h2
