// SPDX-License-Identifier: MIT
/// \file
/// A pattern cut into the parts that the trie branches on: one per segment; from a <path:...> on,
/// the rest of the pattern is a single part.
#pragma once

#include "segment_matcher.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::app {

/// Order of the dynamic parts below one node, lightest first (Werkzeug's Weighting): more static
/// texts, longer ones, more parameters, then by converter: numbers 50, path 200, others 100.
struct PartWeight {
    int static_texts = 0;           // negated count
    std::vector<int> static_sizes;  // negated lengths in characters
    int parameters = 0;             // negated count
    std::vector<int> converters;

    friend auto operator<=>(const PartWeight&, const PartWeight&) = default;
};

/// One branch of the trie.
struct RoutePart {
    bool is_static = true;
    bool takes_rest = false;  ///< matches everything that is left of the path
    /// Takes the rest, and the pattern ends with a slash: "/<path:p>/". The path may lack that
    /// slash (then strict_slashes decides); the slash itself is one more, empty, static part.
    bool may_lack_slash = false;
    std::string text;               ///< static text
    std::vector<Element> elements;  ///< of a dynamic part
    PartWeight weight;

    /// Equal parts match the same text and share a node.
    bool same_branch(const RoutePart& other) const {
        return is_static == other.is_static && takes_rest == other.takes_rest &&
               may_lack_slash == other.may_lack_slash && text == other.text &&
               elements == other.elements;
    }
};

/// Cuts a pattern without mistakes. `pattern` without its leading slash.
std::vector<RoutePart> cut_into_parts(std::string_view pattern);

}  // namespace pottle::app
