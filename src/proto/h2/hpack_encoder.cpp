// SPDX-License-Identifier: MIT
#include "huffman.hpp"
#include "static_table.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/proto/h2/hpack_encoder.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace pottle::h2 {

namespace {

// First octets of the representations (RFC 7541 6).
constexpr unsigned kIndexed = 0x80;
constexpr unsigned kWithIndexing = 0x40;
constexpr unsigned kSizeUpdate = 0x20;
constexpr unsigned kNeverIndexed = 0x10;
constexpr unsigned kWithoutIndexing = 0x00;

/// Longer values are not worth a place in the table.
constexpr std::size_t kLongestIndexed = 512;
/// Of fields that nobody has heard of, only short values are likely to be repeated.
constexpr std::size_t kLongestUnknown = 64;

constexpr std::uint32_t kStatusIndex = find_static_name(":status");
constexpr std::uint32_t kContentLengthIndex = find_static_name("content-length");

/// What is to be done with a field.
struct Policy {
    std::uint8_t static_index = 0;
    std::uint8_t representation = kWithIndexing;
};

constexpr std::array<Policy, kStaticEntries + 1> kPolicies = [] {
    std::array<Policy, kStaticEntries + 1> policies{};
    for (std::uint32_t i = 1; i <= kStaticEntries; ++i) {
        const std::string_view name = kStaticTable[i - 1].name;
        policies[i].static_index = static_cast<std::uint8_t>(find_static_name(name));
        for (const std::string_view changing :
             {"age", "content-length", "content-range", "etag", "expires", "last-modified", "link",
              "location", "content-location", "content-disposition", "retry-after"})
            if (name == changing) policies[i].representation = kWithoutIndexing;
        // RFC 7541 7.1.3: what must not be guessed from the size of compressed text.
        for (const std::string_view secret :
             {"set-cookie", "cookie", "authorization", "proxy-authorization"})
            if (name == secret) policies[i].representation = kNeverIndexed;
    }
    return policies;
}();

/// Regular names of the static table by their length: few of each.
struct NamesByLength {
    static constexpr std::size_t kLongest = 27;
    std::array<std::uint8_t, kStaticEntries> index{};
    std::array<std::uint8_t, kLongest + 2> first{};
};

constexpr NamesByLength kNames = [] {
    NamesByLength names;
    std::uint8_t count = 0;
    for (std::size_t length = 0; length <= NamesByLength::kLongest; ++length) {
        names.first[length] = count;
        for (std::uint32_t i = 1; i <= kStaticEntries; ++i)
            if (kStaticTable[i - 1].name.size() == length && kPolicies[i].static_index == i)
                names.index[count++] = static_cast<std::uint8_t>(i);
    }
    names.first[NamesByLength::kLongest + 1] = count;
    return names;
}();

Policy policy_of(std::string_view name, std::size_t value_size) noexcept {
    if (name.size() <= NamesByLength::kLongest) {
        for (std::size_t i = kNames.first[name.size()]; i < kNames.first[name.size() + 1]; ++i) {
            const std::uint8_t index = kNames.index[i];
            if (std::memcmp(kStaticTable[index - 1U].name.data(), name.data(), name.size()) != 0)
                continue;
            Policy policy = kPolicies[index];
            if (value_size > kLongestIndexed && policy.representation == kWithIndexing)
                policy.representation = kWithoutIndexing;
            return policy;
        }
    }
    Policy policy;
    if (value_size > kLongestUnknown) policy.representation = kWithoutIndexing;
    return policy;
}

/// Of name and value; only has to spread what one server sends.
std::uint32_t hash_of(std::string_view name, std::string_view value) noexcept {
    std::uint64_t hash = name.size() * 0x9e3779b97f4a7c15U + value.size();
    const auto mix = [&hash](std::string_view text) {
        while (text.size() >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), 8);
            hash = (hash ^ word) * 0xff51afd7ed558ccdU;
            hash ^= hash >> 32;
            text.remove_prefix(8);
        }
        std::uint64_t word = 0;
        if (!text.empty()) std::memcpy(&word, text.data(), text.size());
        hash = (hash ^ word) * 0xff51afd7ed558ccdU;
        hash ^= hash >> 29;
    };
    mix(name);
    mix(value);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

/// RFC 7541 5.1.
char* put_integer(char* at, unsigned first, unsigned prefix_bits, std::uint64_t value) noexcept {
    const std::uint64_t mask = (1U << prefix_bits) - 1;
    if (value < mask) {
        *at++ = static_cast<char>(first | value);
        return at;
    }
    *at++ = static_cast<char>(first | mask);
    for (value -= mask; value >= 0x80; value >>= 7)
        *at++ = static_cast<char>(0x80 | (value & 0x7f));
    *at++ = static_cast<char>(value);
    return at;
}

char* put_text(char* at, std::string_view text) noexcept {
    at = put_integer(at, 0, 7, text.size());
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

/// Huffman where it is shorter: for what goes into the table, and is sent once.
char* put_short_text(char* at, std::string_view text) noexcept {
    const std::size_t size = huffman::encoded_size(text);
    if (size >= text.size()) return put_text(at, text);
    return huffman::encode(text, put_integer(at, 0x80, 7, size));
}

}  // namespace

void HpackEncoder::set_peer_capacity(std::uint32_t capacity) noexcept {
    capacity = std::min(capacity, DynamicTable::kDefaultCapacity);
    if (capacity == table_.capacity()) return;
    smallest_capacity_ = std::min(smallest_capacity_, capacity);
    table_.set_capacity(capacity);
    tell_capacity_ = true;
}

char* HpackEncoder::begin(char* at) noexcept {
    if (!tell_capacity_) [[likely]]
        return at;
    // RFC 7541 4.2: the smallest size in between is told too.
    if (smallest_capacity_ < table_.capacity())
        at = put_integer(at, kSizeUpdate, 5, smallest_capacity_);
    at = put_integer(at, kSizeUpdate, 5, table_.capacity());
    smallest_capacity_ = table_.capacity();
    tell_capacity_ = false;
    return at;
}

char* HpackEncoder::put_status(char* at, int status) noexcept {
    static constexpr std::array<int, 7> kIndexedStatus{200, 204, 206, 304, 400, 404, 500};
    for (std::size_t i = 0; i < kIndexedStatus.size(); ++i)
        if (kIndexedStatus[i] == status) return put_integer(at, kIndexed, 7, kStatusIndex + i);
    at = put_integer(at, kWithoutIndexing, 4, kStatusIndex);
    *at++ = 3;
    return std::to_chars(at, at + 3, status).ptr;
}

char* HpackEncoder::put_content_length(char* at, std::uint64_t length) noexcept {
    at = put_integer(at, kWithoutIndexing, 4, kContentLengthIndex);
    char* size = at++;
    at = std::to_chars(at, at + 20, length).ptr;
    *size = static_cast<char>(at - size - 1);
    return at;
}

char* HpackEncoder::put(char* at, std::string_view name, std::string_view value) {
    const bool has_upper =
        std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!has_upper) [[likely]]
        return put_lower(at, name, value);
    return put_lower(at, ascii::lower(name), value);
}

char* HpackEncoder::put_lower(char* at, std::string_view name, std::string_view value) {
    const Policy policy = policy_of(name, value.size());
    const bool indexed = policy.representation == kWithIndexing;
    std::uint32_t hash = 0;
    if (indexed) {
        hash = hash_of(name, value);
        if (const std::uint32_t number = find(hash, name, value); number != kNone)
            return put_integer(at, kIndexed, 7, kStaticEntries + table_.inserted() - number);
    }
    at = put_integer(at, policy.representation, indexed ? 6 : 4, policy.static_index);
    if (!indexed) {
        if (policy.static_index == 0) at = put_text(at, name);
        return put_text(at, value);
    }
    if (policy.static_index == 0) at = put_short_text(at, name);
    at = put_short_text(at, value);
    insert(hash, name, value);
    return at;
}

/// Returns: the number of an entry with that name and value, or kNone.
std::uint32_t HpackEncoder::find(std::uint32_t hash, std::string_view name,
                                 std::string_view value) const {
    if (!index_) return kNone;
    // Two places for each hash, so that a collision does not make two fields drive each other out.
    for (const std::uint32_t slot : {hash % Index::kSlots, (hash % Index::kSlots) ^ 1}) {
        const std::uint32_t number = index_->number[slot];
        const std::uint32_t age = table_.inserted() - number - 1;
        if (age >= table_.count()) continue;
        const http::Field entry = table_.at(age);
        if (entry.value == value && entry.name == name) return number;
    }
    return kNone;
}

void HpackEncoder::insert(std::uint32_t hash, std::string_view name, std::string_view value) {
    if (!index_) {
        index_ = std::make_unique<Index>();
        index_->number.fill(kNone);
    }
    const std::uint32_t number = table_.inserted();
    table_.insert(name, value);
    std::uint32_t* first = &index_->number[hash % Index::kSlots];
    std::uint32_t* second = &index_->number[(hash % Index::kSlots) ^ 1];
    // The older of the two makes room: kNone counts as the oldest.
    const auto age = [&](std::uint32_t entry) { return table_.inserted() - entry - 1; };
    *(age(*first) >= age(*second) ? first : second) = number;
}

}  // namespace pottle::h2
