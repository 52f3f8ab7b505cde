// SPDX-License-Identifier: MIT
/// \file
/// Loaders that read no file: dictionary, built in, choice.
#include <pottle/templating/error.hpp>
#include <pottle/templating/loader.hpp>

#include <algorithm>
#include <functional>

namespace pottle::templating {

namespace {

void check_size(std::string_view name, std::size_t size, ByteCount limit) {
    if (size > limit)
        fail(ErrorKind::Limit,
             "the template '" + std::string(name) +
                 "' is longer than Limits::source allows: " + std::to_string(limit) + " bytes");
}

}  // namespace

Loader::~Loader() = default;

DictLoader::DictLoader(
    std::initializer_list<std::pair<std::string_view, std::string_view>> templates) {
    for (const auto& [name, text] : templates) set(name, text);
}

void DictLoader::set(std::string_view name, std::string_view text) {
    const auto at = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
    if (at != entries_.end() && at->name == name) {
        at->source = {std::string(text), at->source.version + 1};
    } else {
        entries_.insert(at, {std::string(name), {std::string(text), 1}});
    }
}

const DictLoader::Entry* DictLoader::find(std::string_view name) const {
    const auto at = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
    return at != entries_.end() && at->name == name ? &*at : nullptr;
}

std::optional<Source> DictLoader::load(std::string_view name, ByteCount limit) const {
    const Entry* const entry = find(name);
    if (!entry) return std::nullopt;
    check_size(name, entry->source.text.size(), limit);
    return entry->source;
}

std::optional<std::uint64_t> DictLoader::version(std::string_view name) const {
    const Entry* const entry = find(name);
    return entry ? std::optional(entry->source.version) : std::nullopt;
}

std::vector<std::string> DictLoader::list() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.name);
    return names;
}

std::optional<Source> BuiltInLoader::load(std::string_view name, ByteCount limit) const {
    const auto at = std::ranges::lower_bound(templates_, name, {}, &BuiltInTemplate::name);
    if (at == templates_.end() || at->name != name) return std::nullopt;
    check_size(name, at->text.size(), limit);
    return Source{std::string(at->text), 0};
}

std::optional<std::uint64_t> BuiltInLoader::version(std::string_view name) const {
    if (!std::ranges::binary_search(templates_, name, {}, &BuiltInTemplate::name))
        return std::nullopt;
    return 0;
}

std::vector<std::string> BuiltInLoader::list() const {
    std::vector<std::string> names;
    for (const BuiltInTemplate& one : templates_) names.emplace_back(one.name);
    return names;
}

std::optional<Source> ChoiceLoader::load(std::string_view name, ByteCount limit) const {
    for (std::size_t i = 0; i < loaders_.size(); ++i) {
        auto source = loaders_[i]->load(name, limit);
        if (!source) continue;
        // A template that moves to an earlier loader is another version.
        source->version ^= static_cast<std::uint64_t>(i) << 56;
        return source;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ChoiceLoader::version(std::string_view name) const {
    for (std::size_t i = 0; i < loaders_.size(); ++i)
        if (const auto version = loaders_[i]->version(name))
            return *version ^ static_cast<std::uint64_t>(i) << 56;
    return std::nullopt;
}

std::vector<std::string> ChoiceLoader::list() const {
    std::vector<std::string> names;
    for (const auto& loader : loaders_) {
        const auto more = loader->list();
        names.insert(names.end(), more.begin(), more.end());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace pottle::templating
