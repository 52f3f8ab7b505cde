// SPDX-License-Identifier: MIT
#include <pottle/app/url_for.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle {

UrlValue::UrlValue(double number) : kind_(Kind::Real), text_(fmt::format("{}", number)) {}

UrlValue::UrlValue(const Uuid& uuid) : UrlValue(uuid.text()) {}

// In the source: a defaulted comparison is looked up in every user's translation unit.
bool operator==(const UrlValue& a, const UrlValue& b) noexcept {
    return a.kind_ == b.kind_ && a.text_ == b.text_ && a.list_ == b.list_;
}

bool operator==(const UrlValues& a, const UrlValues& b) noexcept {
    return std::ranges::equal(a.entries_, b.entries_, [](const auto& x, const auto& y) {
        return x.name == y.name && x.value == y.value;
    });
}

UrlValues::UrlValues(std::initializer_list<Entry> entries) {
    for (const Entry& entry : entries) set(entry.name, entry.value);
}

const UrlValue* UrlValues::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(entries_, name, &Entry::name);
    return found == entries_.end() ? nullptr : &found->value;
}

void UrlValues::set(std::string_view name, UrlValue value) {
    const auto found = std::ranges::find(entries_, name, &Entry::name);
    if (found == entries_.end())
        entries_.push_back({std::string(name), std::move(value)});
    else
        found->value = std::move(value);
}

UrlBuildError::~UrlBuildError() = default;

}  // namespace pottle
