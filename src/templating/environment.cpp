// SPDX-License-Identifier: MIT
/// \file
/// Environment: its tables of functions.
#include "gettext.hpp"
#include "library/library.hpp"
#include "template_cache.hpp"

#include <pottle/templating/environment.hpp>

#include <algorithm>

namespace pottle::templating {

namespace {

constexpr auto name_less = [](const std::unique_ptr<Function>& function, std::string_view name) {
    return function->name() < name;
};

const Function* find_in(const std::vector<std::unique_ptr<Function>>& functions,
                        std::string_view name) {
    const auto at = std::lower_bound(functions.begin(), functions.end(), name, name_less);
    return at != functions.end() && (*at)->name() == name ? at->get() : nullptr;
}

std::vector<std::string_view> names_of(const std::vector<std::unique_ptr<Function>>& functions) {
    std::vector<std::string_view> names;
    for (const auto& function : functions) names.push_back(function->name());
    return names;
}

}  // namespace

Catalogue::~Catalogue() = default;

Environment::Environment(Options options)
    : options_(std::move(options)), cache_(std::make_unique<Cache>()) {
    for (const auto table : library::filters())
        for (const NativeEntry& entry : table) add_filter(entry.name, entry.function);
    for (const auto table : library::tests())
        for (const NativeEntry& entry : table) add_test(entry.name, entry.function);
    for (const auto table : library::globals())
        for (const NativeEntry& entry : table) add_function(entry.name, entry.function);
    if (!options_.extensions.i18n) return;
    for (const NativeEntry& entry : gettext_functions(options_.extensions.newstyle_gettext))
        add_function(entry.name, entry.function);
}

Environment::~Environment() = default;

void Environment::set_loader(std::unique_ptr<Loader> loader) {
    loader_ = std::move(loader);
}

void Environment::set_catalogue(std::unique_ptr<Catalogue> catalogue) {
    catalogue_ = std::move(catalogue);
}

void Environment::add(Functions& functions, std::unique_ptr<Function> function) {
    has_async_ = has_async_ || function->awaits();
    const auto at =
        std::lower_bound(functions.begin(), functions.end(), function->name(), name_less);
    if (at != functions.end() && (*at)->name() == function->name()) {
        std::swap(*at, function);
        replaced_.push_back(std::move(function));
    } else {
        functions.insert(at, std::move(function));
    }
}

const Function* Environment::find_filter(std::string_view name) const {
    return find_in(filters_, name);
}

const Function* Environment::find_test(std::string_view name) const {
    return find_in(tests_, name);
}

std::vector<std::string_view> Environment::filter_names() const {
    return names_of(filters_);
}

std::vector<std::string_view> Environment::test_names() const {
    return names_of(tests_);
}

}  // namespace pottle::templating
