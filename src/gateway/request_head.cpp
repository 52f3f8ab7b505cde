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
void lower_word(const char* from, char* to) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    word = static_cast<Word>(lower_bytes(word));
    std::memcpy(to, &word, sizeof word);
}

/// Copies a field name in lower case. Names are short: words that overlap at the end are faster
/// than bytes. Read from where it was sent, because reading across what was just written stalls.
void copy_lower(std::string_view name, char* to) noexcept {
    const char* const from = name.data();
    const std::size_t size = name.size();
    if (size >= 8) {
        for (std::size_t at = 0; at + 8 < size; at += 8)
            lower_word<std::uint64_t>(from + at, to + at);
        lower_word<std::uint64_t>(from + size - 8, to + size - 8);
    } else if (size >= 4) {
        lower_word<std::uint32_t>(from, to);
        lower_word<std::uint32_t>(from + size - 4, to + size - 4);
    } else {
        for (std::size_t at = 0; at < size; ++at) to[at] = ascii::to_lower(from[at]);
    }
}

/// Where the copy of a view into `text` is when `text` is copied to `copy`.
std::string_view follow(std::string_view view, const char* text, const char* copy) noexcept {
    return view.empty() ? std::string_view()
                        : std::string_view(copy + (view.data() - text), view.size());
}

bool is_part_of(std::string_view part, std::string_view whole) noexcept {
    return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// Appends texts to a block and returns views of the copies.
class BlockWriter {
public:
    explicit BlockWriter(char* at) noexcept : at_(at) {}
    std::string_view copy(std::string_view text) noexcept {
        char* const begin = at_;
        if (!text.empty()) std::memcpy(begin, text.data(), text.size());
        at_ += text.size();
        return {begin, text.size()};
    }
    std::string_view copy_name(std::string_view name) noexcept {
        char* const begin = at_;
        copy_lower(name, begin);
        at_ += name.size();
        return {begin, name.size()};
    }

private:
    char* at_;
};

}  // namespace

void RequestHead::assign(const Source& source, const ConnectionFacts& connection) {
    method_ = source.method;
    version_ = source.version;
    connection_ = &connection;
    early_data_ = source.early_data;
    field_count_ = source.fields.size();
    if (source.octets.empty())
        copy_pieces(source);
    else
        copy_octets(source);
}

/// One copy; all views follow it.
void RequestHead::copy_octets(const Source& source) {
    const std::size_t fields_size = field_count_ * sizeof(http::Field);
    reserve(fields_size + source.octets.size() + source.path.size());
    auto* const fields = reinterpret_cast<http::Field*>(block_);
    const char* const from = source.octets.data();
    char* const copy = block_ + fields_size;
    std::memcpy(copy, from, source.octets.size());
    target_ = follow(source.target, from, copy);
    path_ = is_part_of(source.path, source.octets)
                ? follow(source.path, from, copy)
                : BlockWriter(copy + source.octets.size()).copy(source.path);
    query_ = follow(source.query, from, copy);
    authority_ = follow(source.authority, from, copy);
    // A registered method's name has static storage.
    method_text_ =
        method_ == Method::Other ? follow(source.method_text, from, copy) : method_name(method_);
    for (std::size_t i = 0; i < field_count_; ++i) {
        const http::Field& field = source.fields[i];
        copy_lower(field.name, copy + (field.name.data() - from));
        ::new (fields + i)
            http::Field{follow(field.name, from, copy), follow(field.value, from, copy)};
    }
    fields_ = fields;
}

/// Each text on its own.
void RequestHead::copy_pieces(const Source& source) {
    std::size_t size = field_count_ * sizeof(http::Field) + source.method_text.size() +
                       source.target.size() + source.path.size() + source.query.size() +
                       source.authority.size();
    for (const http::Field& field : source.fields) size += field.name.size() + field.value.size();
    reserve(size);
    auto* const fields = reinterpret_cast<http::Field*>(block_);
    BlockWriter text(block_ + field_count_ * sizeof(http::Field));
    target_ = text.copy(source.target);
    // Path and query are nearly always slices of the target: no second copy then.
    const auto slice_or_copy = [&](std::string_view part) {
        return is_part_of(part, source.target) ? follow(part, source.target.data(), target_.data())
                                               : text.copy(part);
    };
    path_ = slice_or_copy(source.path);
    query_ = slice_or_copy(source.query);
    method_text_ = method_ == Method::Other ? text.copy(source.method_text) : method_name(method_);
    authority_ = text.copy(source.authority);
    for (std::size_t i = 0; i < field_count_; ++i) {
        const std::string_view name = text.copy_name(source.fields[i].name);
        ::new (fields + i) http::Field{name, text.copy(source.fields[i].value)};
    }
    fields_ = fields;
}

void RequestHead::reserve(std::size_t size) {
    if (size <= capacity_) return;
    const std::size_t capacity = size < 512 ? 512 : size;
    char* larger = new char[capacity];
    delete[] std::exchange(block_, larger);
    capacity_ = capacity;
}

const http::Field* RequestHead::find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < field_count_; ++i)
        if (fields_[i].name == name) return &fields_[i];
    return nullptr;
}

}  // namespace pottle::gateway
