// SPDX-License-Identifier: MIT
#include "scaffold_core.hpp"

#include <pottle/app/blueprint.hpp>
#include <pottle/app/config_error.hpp>

#include <fmt/format.h>

namespace pottle {

Blueprint::Blueprint(std::string name, BlueprintOptions options, const char* file, unsigned line)
    : Scaffold(*new app::ScaffoldCore(std::move(name), options.url_prefix.value_or(""),
                                      SourceLine{file, line})) {}

Blueprint::~Blueprint() {
    delete core_;
}

void Blueprint::register_blueprint(Blueprint child, BlueprintOptions options) {
    core_->add_child(std::unique_ptr<app::ScaffoldCore>(child.release()), std::move(options));
}

}  // namespace pottle
