// SPDX-License-Identifier: MIT
#include "scaffold_core.hpp"

#include <pottle/app/blueprint.hpp>

namespace pottle {

Blueprint::Blueprint(std::string name, BlueprintOptions options, const char* file, unsigned line)
    : Scaffold(
          *new app::ScaffoldCore(std::move(name), std::move(options), SourceLine{file, line})) {}

Blueprint::~Blueprint() {
    delete core_;
}

void Blueprint::add_record(app::Callee setup) {
    core_->require_open();
    core_->recorded.push_back({std::move(setup)});
}

void Blueprint::register_blueprint(Blueprint child, BlueprintOptions options) {
    std::unique_ptr<app::ScaffoldCore> core(child.release());
    POTTLE_REQUIRE(core_, "a blueprint cannot be registered on itself");  // BP-4
    core_->add_child(std::move(core), std::move(options));
}

}  // namespace pottle
