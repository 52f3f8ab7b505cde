// SPDX-License-Identifier: MIT
#include <pottle/app/url_for.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle {

UrlValue::UrlValue(double number) : kind_(Kind::Real), text_(fmt::format("{}", number)) {}

UrlValue::UrlValue(const Uuid& uuid) : UrlValue(uuid.text()) {}

const UrlValue* UrlValues::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    return found == entries_.end() ? nullptr : &found->second;
}

void UrlValues::set(std::string_view name, UrlValue value) {
    const auto found = std::ranges::find(entries_, name, &Entry::first);
    if (found == entries_.end())
        entries_.emplace_back(std::string(name), std::move(value));
    else
        found->second = std::move(value);
}

UrlBuildError::~UrlBuildError() = default;

}  // namespace pottle
