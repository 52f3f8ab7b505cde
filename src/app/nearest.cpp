// SPDX-License-Identifier: MIT
#include "nearest.hpp"

#include <algorithm>
#include <vector>

namespace pottle::app {

// Optimal string alignment: Levenshtein's table with the swap of neighbours as one edit.
std::size_t count_edits(std::string_view from, std::string_view to) {
    const std::size_t width = to.size() + 1;
    std::vector<std::size_t> before(width), above(width), row(width);
    for (std::size_t column = 0; column < width; ++column) above[column] = column;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const std::size_t replaced = above[j - 1] + (from[i - 1] != to[j - 1]);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above.back();
}

std::string_view find_nearest(std::string_view name, std::span<const std::string_view> known) {
    std::string_view nearest;
    std::size_t fewest = name.size() / 3 + 1;
    for (const std::string_view candidate : known) {
        const std::size_t edits = count_edits(name, candidate);
        if (edits >= fewest) continue;
        fewest = edits;
        nearest = candidate;
    }
    return nearest;
}

}  // namespace pottle::app
