// SPDX-License-Identifier: MIT
#include "route_trie.hpp"

#include <pottle/base/require.hpp>

#include <algorithm>
#include <bit>

namespace pottle::app {
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
    std::vector<StaticText> statics;
    nodes_.resize(building_.size());
    for (std::size_t i = 0; i < building_.size(); ++i) pack_node(i, statics);
    collect_static_paths(0, {}, statics);
    slots_.resize(std::bit_ceil(4 * statics.size() + 1));
    slot_mask_ = slots_.size() - 1;
    for (const StaticText& entry : statics) insert_static(entry);
    building_ = std::vector<BuildNode>();  // gives its memory back, as `= {}` would not
}

void RouteTrie::pack_node(std::size_t index, std::vector<StaticText>& statics) {
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
            statics.push_back({static_cast<std::uint32_t>(index), branch.node, part.text});
        }
    }
    to.dynamic_end = static_cast<std::uint32_t>(dynamic_.size());
    resolve_implied_methods(from);
    to.routes_begin = static_cast<std::uint32_t>(routes_.size());
    routes_.insert(routes_.end(), from.routes.begin(), from.routes.end());
    to.routes_end = static_cast<std::uint32_t>(routes_.size());
}

/// A path that is static throughout is found with one look: at every node the static branch comes
/// first, so no other route could be preferred.
void RouteTrie::collect_static_paths(std::uint32_t index, const std::string& path,
                                     std::vector<StaticText>& statics) {
    for (const Branch& branch : building_[index].branches) {
        if (!branch.part.is_static) continue;
        const std::string whole = path + branch.part.text;
        if (!building_[branch.node].routes.empty()) {
            static_sizes_ |= std::uint64_t{1} << std::min(whole.size(), kMaxSizeBit);
            statics.push_back({kNone, branch.node, whole});
        }
        collect_static_paths(branch.node, whole + '/', statics);
    }
}

void RouteTrie::insert_static(const StaticText& entry) {
    const std::string& text = texts_.emplace_back(entry.text);
    const TextKey key(text);
    std::size_t i = key.hash(entry.parent, text) & slot_mask_;
    while (slots_[i].node != kNone) i = (i + 1) & slot_mask_;
    slots_[i] = {key, entry.parent, entry.node, text};
}

std::uint32_t RouteTrie::find_static(std::uint32_t parent, std::string_view text) const noexcept {
    const TextKey key(text);
    for (std::size_t i = key.hash(parent, text) & slot_mask_;; i = (i + 1) & slot_mask_) {
        const Slot& slot = slots_[i];
        if (slot.node == kNone) return kNone;
        if (slot.key == key && slot.parent == parent &&
            (text.size() <= 16 || TextKey::middle(slot.text) == TextKey::middle(text)))
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
        for (;;) {
            const Node& node = trie_.nodes_[index];
            if (at_end) return select(node) || select_behind_slash(node);

            const std::size_t size = find_slash(rest);
            const std::string_view segment(rest.data(), size);
            at_end = size == rest.size();
            rest.remove_prefix(at_end ? size : size + 1);

            index = find_static_branch(node, index, segment);
            const bool is_only_way = node.dynamic_begin == node.dynamic_end && !segment.empty();
            if (index != kNone && is_only_way) continue;
            if (index != kNone && visit(index, rest, at_end, captured)) return true;
            if (visit_dynamic(node, segment, rest, at_end, captured)) return true;
            // Only a slash is left: a route without it matches when it is not strict (RT-21).
            return at_end && segment.empty() && select_not_strict(node);
        }
    }

private:
    std::uint32_t find_static_branch(const Node& node, std::uint32_t index,
                                     std::string_view segment) const {
        if (segment.empty()) return node.slash;
        return node.has_statics ? trie_.find_static(index, segment) : kNone;
    }

    bool visit_dynamic(const Node& node, std::string_view segment, std::string_view rest,
                       bool at_end, std::size_t captured) {
        for (std::uint32_t i = node.dynamic_begin; i < node.dynamic_end; ++i) {
            const DynamicBranch& branch = trie_.dynamic_[i];
            if (branch.takes_rest) {
                const char* const end = rest.data() + rest.size();
                const auto size = static_cast<std::size_t>(end - segment.data());
                if (visit_rest(branch, {segment.data(), size}, captured)) return true;
            } else if (branch.matcher.match(segment, captures_ + captured) &&
                       visit(branch.node, rest, at_end,
                             captured + branch.matcher.parameter_count())) {
                return true;
            }
        }
        return false;
    }

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
        return route.kind == kind_ && route.methods().overlaps(method_);
    }

    bool found(const RouteEntry& route, Verdict verdict) {
        result.verdict = verdict;
        result.route = &route;
        return true;
    }

    bool select(const RouteEntry& route) {
        if (!route.methods().overlaps(method_)) {
            result.allow |= route.methods();
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

const RouteEntry* RouteTrie::find_static_route(std::string_view path, MethodSet method,
                                               RouteKind kind) const noexcept {
    POTTLE_REQUIRE(!nodes_.empty(), "the router was not frozen");
    if (!(static_sizes_ >> std::min(path.size(), kMaxSizeBit) & 1)) return nullptr;
    const std::uint32_t index = find_static(kNone, path);
    if (index == kNone) return nullptr;
    const Node& node = nodes_[index];
    for (std::uint32_t i = node.routes_begin; i < node.routes_end; ++i)
        if (routes_[i].kind == kind && routes_[i].methods().overlaps(method)) return &routes_[i];
    return nullptr;
}

RouteTrie::Result RouteTrie::match(std::string_view path, bool path_is_empty, MethodSet method,
                                   RouteKind kind, Capture* captures) const {
    POTTLE_REQUIRE(!nodes_.empty(), "the router was not frozen");
    Walk walk(*this, method, kind, captures);
    walk.visit(0, path, path_is_empty, 0);
    return walk.result;
}

}  // namespace pottle::app
