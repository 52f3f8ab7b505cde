// SPDX-License-Identifier: MIT
#include "template_loaders.hpp"

#include <pottle/base/log.hpp>

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// A template that moves to an earlier place is another version.
std::uint64_t mark(std::uint64_t version, std::size_t place) {
    return version ^ static_cast<std::uint64_t>(place) << 56;
}

}  // namespace

std::optional<templating::Source> TemplateLoaders::load(std::string_view name,
                                                        ByteCount limit) const {
    std::optional<templating::Source> source;
    std::size_t i = 0;
    for (; i < places_.size() && !source; ++i) source = places_[i].loader->load(name, limit);
    if (explains_) log_search(name, source ? i - 1 : places_.size());
    if (source) source->version = mark(source->version, i - 1);
    return source;
}

/// `found`: the place that has it, or their number.
void TemplateLoaders::log_search(std::string_view name, std::size_t found) const {
    std::string text = fmt::format("Locating template \"{}\":", name);
    for (std::size_t i = 0; i < places_.size() && i <= found; ++i)
        fmt::format_to(std::back_inserter(text), " {}: {} -> {};", i + 1, places_[i].label,
                       i == found ? "found" : "no match");
    if (found == places_.size()) text += " the template is nowhere";
    if (text.ends_with(';')) text.pop_back();
    log::info(text);
}

std::optional<std::uint64_t> TemplateLoaders::version(std::string_view name) const {
    for (std::size_t i = 0; i < places_.size(); ++i)
        if (const auto version = places_[i].loader->version(name)) return mark(*version, i);
    return std::nullopt;
}

std::vector<std::string> TemplateLoaders::list() const {
    std::vector<std::string> names;
    for (const Place& place : places_) {
        const auto more = place.loader->list();
        names.insert(names.end(), more.begin(), more.end());
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace pottle::app
