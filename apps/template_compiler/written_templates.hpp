// SPDX-License-Identifier: MIT
/// \file
/// Templates as a C++ source and its header.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pottle::template_compiler {

struct Template {
    std::string name;
    std::string text;
};

/// Declares `std::span<const BuiltInTemplate> <name>()` in the namespace pottle_templates.
std::string written_header(std::string_view name);
/// Defines it. `templates` sorted by name.
std::string written_source(std::string_view name, const std::vector<Template>& templates);

}  // namespace pottle::template_compiler
