// SPDX-License-Identifier: MIT
#include <pottle/gateway/request_head.hpp>

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

namespace pottle::gateway {

namespace {

/// Eight ASCII letters at a time: sets bit 5 of every byte from A to Z and leaves the others alone.
std::uint64_t lower_bytes(std::uint64_t bytes) noexcept {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    const std::uint64_t low = bytes & (kOnes * 0x7f);
    const std::uint64_t from_a = low + kOnes * (0x80 - 'A');      // bit 7: at least 'A'
    const std::uint64_t past_z = low + kOnes * (0x80 - 'Z' - 1);  // bit 7: above 'Z'
    return bytes | ((from_a & ~past_z & ~bytes & (kOnes * 0x80)) >> 2);
}

template <class Word>
void copy_word_lower(char* to, const char* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    word = static_cast<Word>(lower_bytes(word));
    std::memcpy(to, &word, sizeof word);
}

/// Field names are short: words that overlap at the end are faster than bytes.
void copy_lower(char* to, std::string_view text) noexcept {
    const std::size_t size = text.size();
    if (size >= 8) {
        for (std::size_t at = 0; at + 8 < size; at += 8)
            copy_word_lower<std::uint64_t>(to + at, text.data() + at);
        copy_word_lower<std::uint64_t>(to + size - 8, text.data() + size - 8);
    } else if (size >= 4) {
        copy_word_lower<std::uint32_t>(to, text.data());
        copy_word_lower<std::uint32_t>(to + size - 4, text.data() + size - 4);
    } else {
        for (std::size_t at = 0; at < size; ++at) to[at] = ascii::to_lower(text[at]);
    }
}

/// Appends text to the block and returns the view of the copy.
class BlockWriter {
public:
    explicit BlockWriter(char* at) noexcept : at_(at) {}
    std::string_view copy(std::string_view text) noexcept {
        char* begin = at_;
        if (!text.empty()) std::memcpy(begin, text.data(), text.size());
        at_ += text.size();
        return {begin, text.size()};
    }
    std::string_view copy_lower(std::string_view text) noexcept {
        char* begin = at_;
        pottle::gateway::copy_lower(begin, text);
        at_ += text.size();
        return {begin, text.size()};
    }

private:
    char* at_;
};

bool is_part_of(std::string_view part, std::string_view whole) noexcept {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

void RequestHead::assign(const Source& source, const ConnectionFacts& connection) {
    std::size_t size = source.fields.size() * sizeof(http::Field) + source.method_text.size() +
                       source.target.size() + source.path.size() + source.query.size() +
                       source.authority.size();
    for (const http::Field& field : source.fields) size += field.name.size() + field.value.size();
    if (size > capacity_) {
        const std::size_t capacity = size < 512 ? 512 : size;
        char* larger = new char[capacity];
        delete[] std::exchange(block_, larger);
        capacity_ = capacity;
    }

    auto* fields = reinterpret_cast<http::Field*>(block_);
    BlockWriter text(block_ + source.fields.size() * sizeof(http::Field));
    method_ = source.method;
    version_ = source.version;
    connection_ = &connection;
    early_data_ = source.early_data;
    target_ = text.copy(source.target);
    // Path and query are nearly always slices of the target: no second copy then.
    const auto slice_or_copy = [&](std::string_view part) {
        return is_part_of(part, source.target)
                   ? target_.substr(static_cast<std::size_t>(part.data() - source.target.data()),
                                    part.size())
                   : text.copy(part);
    };
    path_ = slice_or_copy(source.path);
    query_ = slice_or_copy(source.query);
    // A registered method's name has static storage.
    method_text_ = method_ == Method::Other ? text.copy(source.method_text) : method_name(method_);
    authority_ = text.copy(source.authority);
    field_count_ = source.fields.size();
    for (std::size_t i = 0; i < field_count_; ++i) {
        const std::string_view name = text.copy_lower(source.fields[i].name);
        ::new (fields + i) http::Field{name, text.copy(source.fields[i].value)};
    }
    fields_ = fields;
}

const http::Field* RequestHead::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < field_count_; ++i)
        if (fields_[i].name == name) return &fields_[i];
    return nullptr;
}

}  // namespace pottle::gateway
