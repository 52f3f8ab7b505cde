// SPDX-License-Identifier: MIT
#include "route_trie.hpp"

#include <pottle/base/require.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace pottle::app {
namespace {

/// The table is fixed before the first request, so the hash need not resist attacks.
std::uint32_t hash_text(std::uint32_t parent, std::string_view text) noexcept {
    constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
    std::uint64_t hash = (parent + 1) * kMultiplier ^ text.size();
    const char* p = text.data();
    std::size_t left = text.size();
    const auto mix = [&](std::uint64_t word) {
        hash = (hash ^ word) * kMultiplier;
        hash ^= hash >> 32;
    };
    std::uint64_t word = 0;
    for (; left >= 8; p += 8, left -= 8) {
        std::memcpy(&word, p, 8);
        mix(word);
    }
    if (left >= 4) {  // two words that overlap
        std::uint32_t low, high;
        std::memcpy(&low, p, 4);
        std::memcpy(&high, p + left - 4, 4);
        mix(std::uint64_t{high} << 32 | low);
    } else if (left > 0) {
        const auto octet = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(p[i])};
        };
        mix(octet(0) | octet(left / 2) << 8 | octet(left - 1) << 16);
    }
    return static_cast<std::uint32_t>(hash);
}

}  // namespace

const RouteEntry* RouteTrie::add(const std::vector<RoutePart>& parts, const RouteEntry& entry) {
    POTTLE_REQUIRE(nodes_.empty(), "a route was added after the router was frozen");
    std::uint32_t at = 0;
    for (const RoutePart& part : parts) {
        auto& branches = building_[at].branches;
        const auto known =
            std::find_if(branches.begin(), branches.end(),
                         [&](const Branch& branch) { return branch.part.same_branch(part); });
        if (known != branches.end()) {
            at = known->node;
            continue;
        }
        const auto next = static_cast<std::uint32_t>(building_.size());
        branches.push_back({part, next});
        building_.emplace_back();
        at = next;
    }
    for (const RouteEntry& other : building_[at].routes)
        if (other.kind == entry.kind && other.explicit_methods.overlaps(entry.explicit_methods))
            return &other;
    building_[at].routes.push_back(entry);
    return nullptr;
}

void RouteTrie::resolve_implied_methods(BuildNode& node) {
    for (RouteEntry& route : node.routes)
        for (const RouteEntry& other : node.routes)
            if (other.kind == route.kind)
                route.implied_methods = route.implied_methods.without(other.explicit_methods);
}

void RouteTrie::freeze() {
    POTTLE_REQUIRE(nodes_.empty(), "the router was frozen twice");
    std::vector<std::pair<std::uint32_t, Branch*>> statics;
    nodes_.resize(building_.size());
    for (std::size_t i = 0; i < building_.size(); ++i) pack_node(i, statics);
    slots_.resize(std::bit_ceil(2 * statics.size() + 1));
    for (const auto& [parent, branch] : statics) insert_static(parent, *branch);
    building_ = {};
}

void RouteTrie::pack_node(std::size_t index,
                          std::vector<std::pair<std::uint32_t, Branch*>>& statics) {
    BuildNode& from = building_[index];
    Node& to = nodes_[index];
    std::sort(from.branches.begin(), from.branches.end(), [](const Branch& a, const Branch& b) {
        const auto order = a.part.weight <=> b.part.weight;
        return order != 0 ? order < 0 : a.node < b.node;  // equal ones as they were added
    });
    to.dynamic_begin = static_cast<std::uint32_t>(dynamic_.size());
    for (Branch& branch : from.branches) {
        const RoutePart& part = branch.part;
        if (!part.is_static) {
            dynamic_.push_back(
                {SegmentMatcher(part.elements), branch.node, part.takes_rest, part.may_lack_slash});
        } else if (part.text.empty()) {
            to.slash = branch.node;
        } else {
            to.has_statics = true;
            statics.emplace_back(static_cast<std::uint32_t>(index), &branch);
        }
    }
    to.dynamic_end = static_cast<std::uint32_t>(dynamic_.size());
    resolve_implied_methods(from);
    to.routes_begin = static_cast<std::uint32_t>(routes_.size());
    routes_.insert(routes_.end(), from.routes.begin(), from.routes.end());
    to.routes_end = static_cast<std::uint32_t>(routes_.size());
}

void RouteTrie::insert_static(std::uint32_t parent, const Branch& branch) {
    const std::string& text = branch.part.text;
    const std::uint32_t hash = hash_text(parent, text);
    std::size_t i = hash & (slots_.size() - 1);
    while (slots_[i].node != kNone) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {hash, parent, branch.node, static_cast<std::uint32_t>(text.size()),
                 static_cast<std::uint32_t>(texts_.size())};
    texts_.insert(texts_.end(), text.begin(), text.end());
}

std::uint32_t RouteTrie::find_static(std::uint32_t parent, std::string_view text) const noexcept {
    const std::uint32_t hash = hash_text(parent, text);
    for (std::size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[i];
        if (slot.node == kNone) return kNone;
        if (slot.hash == hash && slot.parent == parent && slot.text_size == text.size() &&
            std::memcmp(texts_.data() + slot.text_begin, text.data(), text.size()) == 0)
            return slot.node;
    }
}

/// One match() on its way through the trie.
class RouteTrie::Walk {
public:
    Walk(const RouteTrie& trie, MethodSet method, RouteKind kind, Capture* captures)
        : trie_(trie), method_(method), kind_(kind), captures_(captures) {}

    Result result;

    /// Goes on from a node with `rest` of the path; `at_end`: not even an empty segment is left.
    bool visit(std::uint32_t index, std::string_view rest, bool at_end, std::size_t captured) {
        const Node& node = trie_.nodes_[index];
        if (at_end) return select(node) || select_behind_slash(node);

        const std::size_t slash = rest.find('/');
        const bool is_last = slash == rest.npos;
        const std::string_view segment = rest.substr(0, slash);
        const std::string_view behind = is_last ? std::string_view() : rest.substr(slash + 1);

        const std::uint32_t fixed = segment.empty()    ? node.slash
                                    : node.has_statics ? trie_.find_static(index, segment)
                                                       : kNone;
        if (fixed != kNone && visit(fixed, behind, is_last, captured)) return true;

        for (std::uint32_t i = node.dynamic_begin; i < node.dynamic_end; ++i) {
            const DynamicBranch& branch = trie_.dynamic_[i];
            if (branch.takes_rest) {
                if (visit_rest(branch, rest, captured)) return true;
            } else if (branch.matcher.match(segment, captures_ + captured) &&
                       visit(branch.node, behind, is_last,
                             captured + branch.matcher.parameter_count())) {
                return true;
            }
        }
        // Only a slash is left: a route without it matches when it is not strict (RT-21).
        return is_last && segment.empty() && select_not_strict(node);
    }

private:
    bool visit_rest(const DynamicBranch& branch, std::string_view rest, std::size_t captured) {
        bool has_slash = false;
        if (branch.may_lack_slash && rest.ends_with('/')) {
            has_slash = true;
            rest.remove_suffix(1);
            if (rest.ends_with('/')) return false;
        }
        return branch.matcher.match(rest, captures_ + captured) &&
               visit(branch.node, {}, !has_slash, captured + branch.matcher.parameter_count());
    }

    bool accepts(const RouteEntry& route) const {
        return route.kind == kind_ &&
               (route.explicit_methods | route.implied_methods).overlaps(method_);
    }

    bool found(const RouteEntry& route, Verdict verdict) {
        result.verdict = verdict;
        result.route = route.index;
        return true;
    }

    bool select(const RouteEntry& route) {
        const MethodSet methods = route.explicit_methods | route.implied_methods;
        if (!methods.overlaps(method_)) {
            result.allow |= methods;
            return false;
        }
        if (route.kind != kind_) {
            result.wrong_kind = true;
            return false;
        }
        return found(route, Verdict::Found);
    }

    bool select(const Node& node) {
        for (std::uint32_t i = node.routes_begin; i < node.routes_end; ++i)
            if (select(trie_.routes_[i])) return true;
        return false;
    }

    bool select_not_strict(const Node& node) {
        for (std::uint32_t i = node.routes_begin; i < node.routes_end; ++i)
            if (!trie_.routes_[i].strict_slashes && select(trie_.routes_[i])) return true;
        return false;
    }

    /// The path ends where a route has one slash more: redirect there, or serve it when the route
    /// is not strict (RT-20). Only for methods it accepts; otherwise this is not a match.
    bool select_behind_slash(const Node& node) {
        if (node.slash == kNone) return false;
        const Node& behind = trie_.nodes_[node.slash];
        for (std::uint32_t i = behind.routes_begin; i < behind.routes_end; ++i) {
            const RouteEntry& route = trie_.routes_[i];
            if (accepts(route))
                return found(route, route.strict_slashes ? Verdict::SlashRequired : Verdict::Found);
        }
        return false;
    }

    const RouteTrie& trie_;
    MethodSet method_;
    RouteKind kind_;
    Capture* captures_;
};

RouteTrie::Result RouteTrie::match(std::string_view path, bool path_is_empty, MethodSet method,
                                   RouteKind kind, Capture* captures) const {
    POTTLE_REQUIRE(!nodes_.empty(), "the router was not frozen");
    Walk walk(*this, method, kind, captures);
    walk.visit(0, path, path_is_empty, 0);
    return walk.result;
}

}  // namespace pottle::app
