// SPDX-License-Identifier: MIT
/// \file
/// Comparing names: of variables, members, blocks. They are short, so that a call to memcmp costs
/// more than the work.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pottle::templating {

namespace detail {
template <class Word>
bool same_ends(const char* a, const char* b, std::size_t size) noexcept {
    const auto load = [](const char* at) {
        Word word;
        std::memcpy(&word, at, sizeof word);
        return word;
    };
    const std::size_t last = size - sizeof(Word);
    return load(a) == load(b) && load(a + last) == load(b + last);
}
}  // namespace detail

inline bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    const std::size_t size = a.size();
    if (size > 16) return std::memcmp(a.data(), b.data(), size) == 0;
    if (size >= 8) return detail::same_ends<std::uint64_t>(a.data(), b.data(), size);
    if (size >= 4) return detail::same_ends<std::uint32_t>(a.data(), b.data(), size);
    if (size >= 2) return detail::same_ends<std::uint16_t>(a.data(), b.data(), size);
    return size == 0 || a[0] == b[0];
}

}  // namespace pottle::templating
