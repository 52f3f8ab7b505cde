// SPDX-License-Identifier: MIT
/// \file
/// Truth, equality, order, hashing and `in`, by Python's rules.
#include <pottle/templating/object.hpp>
#include <pottle/templating/operations.hpp>

#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

constexpr int kMaxDepth = 200;

bool is_strict(const Value& value) {
    return value.is_undefined() && value.as_undefined().behaviour == UndefinedKind::Strict;
}

reflect::TimeValue load_time(const Value& value) {
    return value.table().time->load(value.data());
}

int order(double a, double b) {
    if (a < b) return -1;
    if (a > b) return 1;
    return a == b ? 0 : unordered;
}

/// Exact also where a double cannot hold the integer.
int order_numbers(const Value& a, const Value& b) {
    if (a.is(Kind::Float) || b.is(Kind::Float)) {
        const double x = a.to_double();
        const double y = b.to_double();
        if (x != y || std::isinf(x) || std::abs(x) < 0x1p53) return order(x, y);
        const WideInteger m = a.to_wide();
        const WideInteger n = b.to_wide();
        return m < n ? -1 : m > n;
    }
    const WideInteger x = a.to_wide();
    const WideInteger y = b.to_wide();
    return x < y ? -1 : x > y;
}

bool equal_at(const Value& a, const Value& b, int depth);

bool equal_items(const Value& a, const Value& b, int depth) {
    const std::size_t size = length(a);
    if (size != length(b)) return false;
    for (std::size_t i = 0; i < size; ++i)
        if (!equal_at(item_at(a, i), item_at(b, i), depth)) return false;
    return true;
}

bool equal_entries(const Value& a, const Value& b, int depth) {
    if (length(a) != length(b)) return false;
    Arena scratch(1_MiB);
    for (const Value& pair : items_of(scratch, a)) {
        const List& entry = pair.as_list();
        const Value other = find_key(b, entry[0]);
        if (other.is_missing() || !equal_at(entry[1], other, depth)) return false;
    }
    return true;
}

bool equal_members(const Value& a, const Value& b, int depth) {
    if (a.data() == b.data()) return true;
    if (&a.table() != &b.table()) return false;
    const reflect::Object& object = a.table().object();
    for (std::size_t i = 0; i < object.field_count; ++i) {
        const reflect::Field& field = object.fields[i];
        const auto member = [&](const Value& value) {
            return Value::reflected(static_cast<const char*>(value.data()) + field.offset,
                                    *field.table);
        };
        if (!equal_at(member(a), member(b), depth)) return false;
    }
    return true;
}

bool equal_at(const Value& a, const Value& b, int depth) {
    if (++depth > kMaxDepth) fail(ErrorKind::Limit, "the values are nested too deeply to compare");
    if (is_strict(a)) fail_undefined(a);
    if (is_strict(b)) fail_undefined(b);
    if (a.is_number() && b.is_number()) return order_numbers(a, b) == 0;
    if (a.is_string() && b.is_string()) return a.as_string() == b.as_string();
    if (a.is(Kind::Tuple) || b.is(Kind::Tuple))
        return a.is(Kind::Tuple) && b.is(Kind::Tuple) && equal_items(a, b, depth);
    if (a.is_listlike() && b.is_listlike()) return equal_items(a, b, depth);
    if (a.is_dictlike() && b.is_dictlike()) return equal_entries(a, b, depth);
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::None:
        case Kind::Undefined:
        case Kind::Missing:
            return true;
        case Kind::Range:
            return equal_items(a, b, depth);
        case Kind::Structure:
            return equal_members(a, b, depth);
        case Kind::Scalar:
            return to_text(a) == to_text(b);
        default:
            return a.same_as(b);
    }
}

[[noreturn]] void fail_order(const Value& a, const Value& b, std::string_view operation) {
    fail_type(fmt::format("'{}' not supported between instances of '{}' and '{}'", operation,
                          type_name(a), type_name(b)));
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash ^= value;
    hash *= 0x9E3779B97F4A7C15ULL;
    return hash ^ (hash >> 32);
}

std::uint64_t hash_text(std::string_view text) {
    std::uint64_t hash = text.size();
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        hash = mix(hash, word);
        text.remove_prefix(8);
    }
    std::uint64_t word = 0;
    if (!text.empty()) std::memcpy(&word, text.data(), text.size());
    return mix(hash, word);
}

}  // namespace

bool truth(const Value& value) {
    switch (value.kind()) {
        case Kind::Missing:
        case Kind::None:
            return false;
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return false;
        case Kind::Bool:
        case Kind::Int:
            return value.as_int() != 0;
        case Kind::Float:
            return value.as_float() != 0;
        case Kind::String:
            return !value.as_string().empty();
        case Kind::List:
        case Kind::Tuple:
            return !value.as_list().empty();
        case Kind::Dict:
            return !value.as_dict().empty();
        case Kind::Range:
        case Kind::Sequence:
        case Kind::Mapping:
            return length(value) != 0;
        case Kind::BigInt:
        case Kind::Iterator:
        case Kind::Structure:
            return true;
        case Kind::Scalar:
            if (value.table().kind != reflect::Kind::Duration) return true;
            return load_time(value).seconds != 0 || load_time(value).nanoseconds != 0;
        case Kind::Object:
            return value.as_object().truth();
    }
    return true;
}

bool equal(const Value& a, const Value& b) {
    return equal_at(a, b, 0);
}

int compare(const Value& a, const Value& b, std::string_view operation) {
    if (a.is_number() && b.is_number()) return order_numbers(a, b);
    if (a.is_undefined()) fail_undefined(a);
    if (b.is_undefined()) fail_undefined(b);
    if (a.is_string() && b.is_string()) {
        const int order = a.as_string().compare(b.as_string());
        return order < 0 ? -1 : order > 0;
    }
    const bool lists = a.is_listlike() && b.is_listlike() && a.is(Kind::Tuple) == b.is(Kind::Tuple);
    if (lists) {
        const std::size_t common = std::min(length(a), length(b));
        for (std::size_t i = 0; i < common; ++i) {
            const Value x = item_at(a, i);
            const Value y = item_at(b, i);
            if (!equal(x, y)) return compare(x, y, operation);
        }
        return length(a) < length(b) ? -1 : length(a) > length(b);
    }
    if (a.is(Kind::Scalar) && b.is(Kind::Scalar) && a.table().kind == b.table().kind) {
        if (!a.table().time) return to_text(a).compare(to_text(b)) < 0 ? -1 : !equal(a, b);
        const reflect::TimeValue x = load_time(a);
        const reflect::TimeValue y = load_time(b);
        if (x.seconds != y.seconds) return x.seconds < y.seconds ? -1 : 1;
        return x.nanoseconds < y.nanoseconds ? -1 : x.nanoseconds > y.nanoseconds;
    }
    fail_order(a, b, operation);
}

std::uint64_t hash(const Value& value) {
    switch (value.kind()) {
        case Kind::Bool:
        case Kind::Int:
            return mix(1, static_cast<std::uint64_t>(value.as_int()));
        case Kind::Float: {
            const double real = value.as_float();
            if (real == std::floor(real) && std::abs(real) < 0x1p63)
                return mix(1, static_cast<std::uint64_t>(static_cast<std::int64_t>(real)));
            std::uint64_t bits = 0;
            std::memcpy(&bits, &real, sizeof bits);
            return mix(2, bits);
        }
        case Kind::BigInt:
            return mix(3, static_cast<std::uint64_t>(value.to_wide()));
        case Kind::String:
            return hash_text(value.as_string());
        case Kind::Tuple: {
            std::uint64_t combined = 4;
            for (const Value& item : value.as_list()) combined = mix(combined, hash(item));
            return combined;
        }
        case Kind::None:
            return 5;
        case Kind::Undefined:
            if (is_strict(value)) fail_undefined(value);
            return 6;
        case Kind::Scalar:
            return hash_text(to_text(value));
        case Kind::List:
        case Kind::Sequence:
        case Kind::Dict:
        case Kind::Mapping:
            fail_type(fmt::format("unhashable type: '{}'", type_name(value)));
        case Kind::Structure:
            return mix(7, reinterpret_cast<std::uintptr_t>(value.data()));
        default:
            return mix(8, reinterpret_cast<std::uintptr_t>(&value.as_object()));
    }
}

bool contains(const Value& container, const Value& item) {
    if (container.is_string()) {
        if (!item.is_string())
            fail_type(fmt::format("'in <string>' requires string as left operand, not {}",
                                  type_name(item)));
        return container.as_string().find(item.as_string()) != std::string_view::npos;
    }
    if (container.is_dictlike()) {
        hash(item);  // throws for what cannot be a key
        return !find_key(container, item).is_missing();
    }
    if (container.is(Kind::Range) && item.is(Kind::Int)) {
        const RangeInfo& range = container.as_range();
        const WideInteger distance = WideInteger{item.as_int()} - range.start;
        if (distance % range.step != 0) return false;
        const WideInteger index = distance / range.step;
        return index >= 0 && index < static_cast<WideInteger>(range.size());
    }
    if (is_strict(container)) fail_undefined(container);
    if (const auto size = find_length(container); size && !container.is(Kind::Object)) {
        for (std::size_t i = 0; i < *size; ++i)
            if (equal(item_at(container, i), item)) return true;
        return false;
    }
    Arena scratch(16_MiB);
    Value at;
    for (Walk walk(scratch, container); walk.next(at);)
        if (equal(at, item)) return true;
    return false;
}

}  // namespace pottle::templating
