// SPDX-License-Identifier: MIT
/// \file
/// Environment: loading templates, through a cache that forgets the one used longest ago.
#include "template_cache.hpp"

#include "program.hpp"

#include <fmt/format.h>

namespace pottle::templating {

bool escapes_by_name(std::string_view name) noexcept {
    if (name.empty()) return true;  // Flask escapes templates from strings
    for (const std::string_view ending : {".html", ".htm", ".xml", ".xhtml", ".svg"})
        if (name.ends_with(ending)) return true;
    return false;
}

TemplateHandle Environment::Cache::find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return {};
    entries_.splice(entries_.begin(), entries_, found->second);
    return *found->second;
}

void Environment::Cache::add(TemplateHandle handle, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(handle->name); found != by_name_.end()) {
        entries_.erase(found->second);
        by_name_.erase(found);
    }
    if (limit == 0) return;
    while (entries_.size() >= limit) {
        by_name_.erase(entries_.back()->name);
        entries_.pop_back();
    }
    entries_.push_front(std::move(handle));
    by_name_.emplace(entries_.front()->name, entries_.begin());
}

void Environment::Cache::clear() {
    const std::lock_guard lock(mutex_);
    by_name_.clear();
    entries_.clear();
}

TemplateHandle Environment::load(std::string_view name) const {
    std::optional<Source> source;
    if (loader_) source = loader_->load(name, options_.limits.source);
    if (!source)
        fail(ErrorKind::NotFound,
             loader_ ? fmt::format("there is no template named '{}'", name)
                     : fmt::format("there is no template named '{}': the environment has no loader",
                                   name));
    return parse(*this, name, source->text, source->version);
}

TemplateHandle Environment::get_template(std::string_view name) const {
    TemplateHandle handle = cache_->find(name);
    if (handle && options_.auto_reload && (!loader_ || loader_->version(name) != handle->version))
        handle = {};
    if (handle) return handle;
    handle = load(name);
    cache_->add(handle, options_.cache_size);
    return handle;
}

TemplateHandle Environment::select_template(std::span<const std::string_view> names) const {
    std::string tried;
    for (const std::string_view name : names) {
        try {
            return get_template(name);
        } catch (const TemplateError& error) {
            if (error.kind() != ErrorKind::NotFound) throw;
        }
        tried += tried.empty() ? "" : ", ";
        tried += name;
    }
    fail(ErrorKind::NotFound,
         tried.empty() ? "Tried to select from an empty list of templates."
                       : fmt::format("none of the templates given were found: {}", tried));
}

TemplateHandle Environment::from_string(std::string_view source) const {
    return parse(*this, {}, source, 0);
}

void Environment::clear_cache() const {
    cache_->clear();
}

}  // namespace pottle::templating
