// SPDX-License-Identifier: MIT
/// \file
/// TemplateLoaders: where an application's templates are looked for, in order, and what is logged
/// of it (TPL-11).
#pragma once

#include <pottle/templating/loader.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::app {

/// The first loader that has the name.
class TemplateLoaders final : public templating::Loader {
public:
    void add(std::string label, std::unique_ptr<templating::Loader> loader) {
        places_.push_back({std::move(label), std::move(loader)});
    }
    void replace_first(std::unique_ptr<templating::Loader> loader) {
        places_.front().loader = std::move(loader);
    }
    /// EXPLAIN_TEMPLATE_LOADING: every look for a template is logged with its outcome.
    void explain(bool explains) noexcept { explains_ = explains; }

    std::optional<templating::Source> load(std::string_view name, ByteCount limit) const override;
    std::optional<std::uint64_t> version(std::string_view name) const override;
    std::vector<std::string> list() const override;

private:
    struct Place {
        std::string label;
        std::unique_ptr<templating::Loader> loader;
    };
    void log_search(std::string_view name, std::size_t found) const;

    std::vector<Place> places_;
    bool explains_ = false;
};

}  // namespace pottle::app
