// SPDX-License-Identifier: MIT
/// \file
/// List, Dict and Range in an arena. What a container outgrows stays in the arena until its end.
#include <pottle/templating/containers.hpp>
#include <pottle/templating/operations.hpp>

#include <algorithm>
#include <cstring>

namespace pottle::templating {

namespace {
/// Below this many keys a dict compares one by one.
constexpr std::size_t kIndexed = 8;
}  // namespace

List::List(Arena& arena, std::span<const Value> items) : arena_(&arena) {
    reserve(items.size());
    std::copy(items.begin(), items.end(), items_);
    size_ = items.size();
}

void List::reserve(std::size_t count) {
    if (count <= capacity_) return;
    const std::size_t capacity = std::max({count, capacity_ * 2, std::size_t{4}});
    auto* const items = arena_->make_array<Value>(capacity);
    std::copy(items_, items_ + size_, items);
    items_ = items;
    capacity_ = capacity;
}

void List::insert(std::size_t index, const Value& value) {
    reserve(size_ + 1);
    std::copy_backward(items_ + index, items_ + size_, items_ + size_ + 1);
    items_[index] = value;
    ++size_;
}

void List::erase(std::size_t index) {
    std::copy(items_ + index + 1, items_ + size_, items_ + index);
    --size_;
}

std::size_t Dict::locate(const Value& key, std::uint64_t hash) const {
    if (!index_size_) {
        for (std::size_t i = 0; i < size_; ++i)
            if (entries_[i].hash == hash && equal(entries_[i].key, key)) return i;
        return size_;
    }
    const std::size_t mask = index_size_ - 1;
    for (std::size_t slot = hash & mask; index_[slot]; slot = (slot + 1) & mask) {
        const std::size_t at = index_[slot] - 1;
        if (entries_[at].hash == hash && equal(entries_[at].key, key)) return at;
    }
    return size_;
}

const Value* Dict::find(const Value& key) const {
    const std::size_t at = locate(key, hash(key));
    return at < size_ ? &entries_[at].value : nullptr;
}

const Value* Dict::find(std::string_view key) const {
    return find(Value::string(key));
}

void Dict::set(const Value& key, const Value& value) {
    const std::uint64_t key_hash = hash(key);
    const std::size_t at = locate(key, key_hash);
    if (at < size_) {
        entries_[at].value = value;
        return;
    }
    if (size_ == capacity_) grow();
    entries_[size_++] = {key, value, key_hash};
    if (size_ <= kIndexed) return;
    if (size_ * 2 > index_size_) return index_all();
    std::size_t slot = key_hash & (index_size_ - 1);
    while (index_[slot]) slot = (slot + 1) & (index_size_ - 1);
    index_[slot] = static_cast<std::uint32_t>(size_);
}

bool Dict::erase(const Value& key) {
    const std::size_t at = locate(key, hash(key));
    if (at == size_) return false;
    std::copy(entries_ + at + 1, entries_ + size_, entries_ + at);
    --size_;
    if (index_size_) index_all();
    return true;
}

void Dict::clear() noexcept {
    size_ = 0;
    index_size_ = 0;
}

void Dict::grow() {
    const std::size_t capacity = std::max(capacity_ * 2, std::size_t{4});
    auto* const entries = arena_->make_array<Entry>(capacity);
    std::copy(entries_, entries_ + size_, entries);
    entries_ = entries;
    capacity_ = capacity;
}

void Dict::index_all() {
    std::size_t wanted = 32;
    while (wanted < size_ * 4) wanted *= 2;
    if (wanted > index_size_) index_ = arena_->make_array<std::uint32_t>(wanted);
    index_size_ = wanted;
    std::memset(index_, 0, wanted * sizeof *index_);
    for (std::size_t i = 0; i < size_; ++i) {
        std::size_t slot = entries_[i].hash & (wanted - 1);
        while (index_[slot]) slot = (slot + 1) & (wanted - 1);
        index_[slot] = static_cast<std::uint32_t>(i + 1);
    }
}

std::size_t RangeInfo::size() const noexcept {
    if (step > 0 ? start >= stop : start <= stop) return 0;
    const std::uint64_t distance =
        step > 0 ? static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start)
                 : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop);
    const std::uint64_t stride =
        step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
    return static_cast<std::size_t>((distance - 1) / stride + 1);
}

std::string undefined_message(const UndefinedInfo& info) {
    if (!info.hint.empty()) return std::string(info.hint);
    std::string message;
    if (info.owner.is_missing()) {
        append_repr(message, info.name);
        return message + " is undefined";
    }
    // Jinja names the type of the owner: "'dict object' has no attribute 'x'".
    std::string owner =
        info.owner.is_none() ? "None" : std::string(type_name(info.owner)) + " object";
    if (info.name.is_string()) {
        message = '\'' + owner + "' has no attribute ";
    } else {
        message = owner + " has no element ";
    }
    append_repr(message, info.name);
    return message;
}

void fail_undefined(const Value& undefined) {
    fail(ErrorKind::Undefined, undefined_message(undefined.as_undefined()));
}

}  // namespace pottle::templating
