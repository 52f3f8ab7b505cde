// SPDX-License-Identifier: MIT
#include "method_set.hpp"

#include <pottle/base/ascii.hpp>

namespace pottle::app {
namespace {

constexpr unsigned kOwnShift = static_cast<unsigned>(Method::Other);
constexpr std::size_t kMaxOwn = 32 - kOwnShift;

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    for (const char c : name)
        if (!ascii::is_alnum(c) && kMarks.find(c) == kMarks.npos) return false;
    return !name.empty();
}

}  // namespace

std::optional<MethodSet> MethodTable::ensure(std::string_view name) {
    if (const MethodSet known = find(parse_method(name), name); !known.empty()) return known;
    if (own_.size() == kMaxOwn || !is_token(name)) return {};
    own_.emplace_back(name);
    return MethodSet{1u << (kOwnShift + own_.size() - 1)};
}

MethodSet MethodTable::find_own(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < own_.size(); ++i)
        if (own_[i] == name) return {1u << (kOwnShift + i)};
    return {};
}

std::string MethodTable::list(MethodSet methods) const {
    std::string text;
    const auto append = [&](std::string_view name, unsigned bit) {
        if (!methods.contains({1u << bit})) return;
        if (!text.empty()) text += ", ";
        text += name;
    };
    for (unsigned bit = 0; bit < kOwnShift; ++bit)
        append(method_name(static_cast<Method>(bit)), bit);
    for (std::size_t i = 0; i < own_.size(); ++i)
        append(own_[i], kOwnShift + static_cast<unsigned>(i));
    return text;
}

}  // namespace pottle::app
