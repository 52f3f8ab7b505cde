// SPDX-License-Identifier: MIT
/// \file
/// Environment::Cache: parsed templates by name, bounded, used by every loop.
#pragma once

#include "program.hpp"

#include <list>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace pottle::templating {

class Environment::Cache {
public:
    /// An empty handle when there is none.
    TemplateHandle find(std::string_view name);
    void add(TemplateHandle handle, std::size_t limit);
    void clear();

private:
    std::mutex mutex_;                   ///< guards both; handles are counted atomically
    std::list<TemplateHandle> entries_;  ///< the one used last in front
    /// Keys are views of the programs' names.
    std::unordered_map<std::string_view, std::list<TemplateHandle>::iterator> by_name_;
};

}  // namespace pottle::templating
