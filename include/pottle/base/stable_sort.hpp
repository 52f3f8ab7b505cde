// SPDX-License-Identifier: MIT
/// \file
/// A stable merge sort whose comparison may throw, and may contradict itself (as NaN does) without
/// harm. std::stable_sort of libstdc++ 12 uses what C++17 has deprecated, which clang reports.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace pottle {

/// Sorts by `before(a, b)`. n log n comparisons; items are copied.
template <class T, class Before>
void stable_sort(std::span<T> items, Before before) {
    std::vector<T> buffer(items.begin(), items.end());
    std::span<T> from = items;
    std::span<T> to = buffer;
    for (std::size_t run = 1; run < items.size(); run *= 2) {
        for (std::size_t begin = 0; begin < items.size(); begin += 2 * run) {
            const std::size_t middle = std::min(begin + run, items.size());
            const std::size_t end = std::min(middle + run, items.size());
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t at = begin; at < end; ++at) {
                const bool take_right =
                    right < end && (left == middle || before(from[right], from[left]));
                to[at] = from[take_right ? right++ : left++];
            }
        }
        std::swap(from, to);
    }
    if (from.data() != items.data()) std::copy(from.begin(), from.end(), items.begin());
}

}  // namespace pottle
