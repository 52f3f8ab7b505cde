// SPDX-License-Identifier: MIT
#include "huffman.hpp"
#include "static_table.hpp"

#include <pottle/proto/h2/hpack_decoder.hpp>

namespace pottle::h2 {

void HpackDecoder::begin(std::string_view block) noexcept {
    at_ = block.data();
    end_ = block.data() + block.size();
    at_start_ = true;
}

HpackDecoder::Step HpackDecoder::next(http::Field& field, FieldArena& arena) {
    const Read got = read(field, arena);
    if (got.kind == Kind::Reference) {
        if (!find(got.index, field)) return Step::Failed;
        if (got.index > kStaticEntries) {
            // A later insertion may overwrite the table's text.
            field.name = arena.copy(field.name);
            field.value = arena.copy(field.value);
        }
        return Step::Field;
    }
    if (got.kind == Kind::Field) return Step::Field;
    return got.kind == Kind::End ? Step::End : Step::Failed;
}

HpackDecoder::Step HpackDecoder::skip(std::size_t& size, FieldArena& arena) {
    http::Field field;
    const Read got = read(field, arena);
    if (got.kind == Kind::Reference && !find(got.index, field)) return Step::Failed;
    if (got.kind == Kind::End) return Step::End;
    if (got.kind == Kind::Failed) return Step::Failed;
    size = field.name.size() + field.value.size() + DynamicTable::kEntryOverhead;
    return Step::Field;
}

/// One representation (RFC 7541 6), behind any size updates.
HpackDecoder::Read HpackDecoder::read(http::Field& field, FieldArena& arena) {
    while (at_ != end_) {
        const auto first = static_cast<unsigned char>(*at_);
        if (first >= 0x80) {  // 6.1: indexed
            std::uint32_t index = 0;
            at_start_ = false;
            if (!read_integer(7, index)) return {Kind::Failed};
            return {Kind::Reference, index};
        }
        if (first >= 0x40) {  // 6.2.1: literal with incremental indexing
            at_start_ = false;
            if (!read_literal(6, field, arena)) return {Kind::Failed};
            table_.insert(field.name, field.value);
            return {Kind::Field};
        }
        if (first < 0x20) {  // 6.2.2, 6.2.3: literal without indexing, never indexed
            at_start_ = false;
            return {read_literal(4, field, arena) ? Kind::Field : Kind::Failed};
        }
        // 4.2: a size update stands in front of the block's fields.
        if (!at_start_ || !read_size_update()) return {Kind::Failed};
    }
    return {Kind::End};
}

bool HpackDecoder::read_size_update() noexcept {
    std::uint32_t capacity = 0;
    // 6.3: not beyond what our SETTINGS_HEADER_TABLE_SIZE allows: its default.
    if (!read_integer(5, capacity) || capacity > DynamicTable::kDefaultCapacity) return false;
    table_.set_capacity(capacity);
    return true;
}

bool HpackDecoder::read_literal(unsigned prefix_bits, http::Field& field, FieldArena& arena) {
    std::uint32_t index = 0;
    if (!read_integer(prefix_bits, index)) return false;
    if (index == 0) {
        if (!read_string(field.name, arena)) return false;
    } else {
        http::Field named;
        if (!find(index, named)) return false;
        field.name = index > kStaticEntries ? arena.copy(named.name) : named.name;
    }
    return read_string(field.value, arena);
}

bool HpackDecoder::find(std::uint32_t index, http::Field& field) const noexcept {
    if (index == 0) return false;
    if (index <= kStaticEntries) {
        field = kStaticTable[index - 1];
        return true;
    }
    const std::uint32_t age = index - kStaticEntries - 1;
    if (age >= table_.count()) return false;  // 2.3.3
    field = table_.at(age);
    return true;
}

/// RFC 7541 5.1. Precondition: one octet at least is left.
bool HpackDecoder::read_integer(unsigned prefix_bits, std::uint32_t& value) noexcept {
    const std::uint32_t mask = (1U << prefix_bits) - 1;
    value = static_cast<unsigned char>(*at_++) & mask;
    if (value < mask) return true;
    for (unsigned shift = 0; at_ != end_; shift += 7) {
        const std::uint32_t octet = static_cast<unsigned char>(*at_++);
        // No index, length or size that we take needs more than 28 bits.
        if (shift > 21) return false;
        value += (octet & 0x7f) << shift;
        if (octet < 0x80) return true;
    }
    return false;
}

/// RFC 7541 5.2.
bool HpackDecoder::read_string(std::string_view& text, FieldArena& arena) {
    if (at_ == end_) return false;
    const bool coded = (static_cast<unsigned char>(*at_) & 0x80) != 0;
    std::uint32_t size = 0;
    if (!read_integer(7, size) || size > static_cast<std::size_t>(end_ - at_)) return false;
    const std::string_view octets(at_, size);
    at_ += size;
    if (!coded) {
        text = octets;
        return true;
    }
    // One more: the decoder writes a symbol before it knows whether there is one.
    char* begin = arena.reserve(huffman::decoded_bound(size) + 1);
    char* end = huffman::decode(octets, begin);
    if (end == nullptr) return false;
    arena.give_back(end);
    text = {begin, static_cast<std::size_t>(end - begin)};
    return true;
}

}  // namespace pottle::h2
