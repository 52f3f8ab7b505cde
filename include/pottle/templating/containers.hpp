// SPDX-License-Identifier: MIT
/// \file
/// The containers that templates make: List (also of a tuple), Dict, Range, Iterator; and what an
/// undefined value remembers. All live in an Arena and hold their items in it.
#pragma once

#include <pottle/templating/arena.hpp>
#include <pottle/templating/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>

namespace pottle::templating {

/// A growing array of values. A resource of its arena: made with Arena::make, held by pointer.
class List {
public:
    explicit List(Arena& arena) noexcept : arena_(&arena) {}
    List(Arena& arena, std::span<const Value> items);

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    Value* begin() noexcept { return items_; }
    Value* end() noexcept { return items_ + size_; }
    const Value* begin() const noexcept { return items_; }
    const Value* end() const noexcept { return items_ + size_; }
    Value& operator[](std::size_t index) noexcept { return items_[index]; }
    const Value& operator[](std::size_t index) const noexcept { return items_[index]; }
    std::span<const Value> items() const noexcept { return {items_, size_}; }

    void append(const Value& value) {
        if (size_ == capacity_) reserve(size_ + 1);
        items_[size_++] = value;
    }
    void insert(std::size_t index, const Value& value);
    void erase(std::size_t index);
    void clear() noexcept { size_ = 0; }
    /// Room for `count` items in all; grows by doubling.
    void reserve(std::size_t count);

private:
    Arena* arena_;
    Value* items_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// Keys and values in insertion order; keys are compared as Python does (1 == 1.0 == True). Few
/// keys are searched one by one, many through a hash index.
///
/// Errors: a key that Python cannot hash (a list, a dict) throws TemplateError (Type).
class Dict {
public:
    struct Entry {
        Value key;
        Value value;
        std::uint64_t hash;
    };

    explicit Dict(Arena& arena) noexcept : arena_(&arena) {}

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const Entry* begin() const noexcept { return entries_; }
    const Entry* end() const noexcept { return entries_ + size_; }

    /// nullptr when there is none. Lifetime: until the dict changes.
    const Value* find(const Value& key) const;
    const Value* find(std::string_view key) const;
    /// Replaces the value of a key that is there, at its place.
    void set(const Value& key, const Value& value);
    void set(std::string_view key, const Value& value) { set(Value::string(key), value); }
    bool erase(const Value& key);
    void clear() noexcept;

private:
    std::size_t locate(const Value& key, std::uint64_t hash) const;
    void grow();
    void index_all();

    Arena* arena_;
    Entry* entries_ = nullptr;
    std::uint32_t* index_ = nullptr;  ///< open addressing, 0: free, else position + 1
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    std::size_t index_size_ = 0;  ///< a power of two, 0 without an index
};

/// Python's range.
struct RangeInfo {
    std::int64_t start = 0;
    std::int64_t stop = 0;
    std::int64_t step = 1;  ///< never 0

    std::size_t size() const noexcept;
    /// `index` below size().
    std::int64_t at(std::size_t index) const noexcept {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) +
                                         index * static_cast<std::uint64_t>(step));
    }
};

/// What may be walked once. The items are worked out beforehand: a template cannot tell, save that
/// an error in one of them comes earlier than in Python.
class Iterator {
public:
    explicit Iterator(std::span<const Value> items, std::string_view type_name = "generator")
        : items_(items), type_name_(type_name) {}
    /// False at the end.
    bool next(Value& out) noexcept {
        if (position_ == items_.size()) return false;
        out = items_[position_++];
        return true;
    }
    /// What nobody has taken yet.
    std::span<const Value> rest() const noexcept { return items_.subspan(position_); }
    void skip_all() noexcept { position_ = items_.size(); }
    std::string_view type_name() const noexcept { return type_name_; }

private:
    std::span<const Value> items_;
    std::string_view type_name_;
    std::size_t position_ = 0;
};

/// How an undefined value behaves (Jinja's classes of the same names).
enum class UndefinedKind : std::uint8_t {
    Default,    ///< prints nothing, is false and empty; anything else is an error
    Chainable,  ///< as Default, and an attribute or item of it is undefined again
    Debug,      ///< as Default, and prints {{ name }}
    Strict,     ///< only `is defined` and the like may look at it
};

struct UndefinedInfo {
    UndefinedKind behaviour = UndefinedKind::Default;
    /// The whole message when not empty.
    std::string_view hint = {};
    /// What has no such attribute or item; Missing for a name.
    Value owner = Value::missing();
    /// The name or key that was looked for.
    Value name = {};
};
/// "'user' is undefined", "'str object' has no attribute 'x'".
std::string undefined_message(const UndefinedInfo& info);
[[noreturn]] void fail_undefined(const Value& undefined);

}  // namespace pottle::templating
