// SPDX-License-Identifier: MIT
/// \file
/// Names of functions and their source lines, for the debug page.
#pragma once

#include <string>
#include <vector>

namespace pottle::app {

struct CodeName {
    std::string function;
    std::string source;  ///< "shop.cpp:12", or the address where it is not known
};

/// Which functions addresses belong to. Asks addr2line where that is installed and the program has
/// debug information; it may take a second, so for debug mode only.
std::vector<CodeName> name_code(const std::vector<const void*>& addresses);

}  // namespace pottle::app
