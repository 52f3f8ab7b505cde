// SPDX-License-Identifier: MIT
/// \file
/// The menu: a page that a template makes of plain structs.
#pragma once

#include <pottle/app/templates.hpp>

#include <string>
#include <vector>

namespace taproom {

struct Beer {
    std::string name;
    std::string style;
    std::vector<std::string> words;
    double strength = 0;  ///< 0.05 is 5 %
    int price = 0;        ///< cents
    bool is_new = false;
};

/// Adds the page, and the filters that it uses.
void add_menu(pottle::App& app);

}  // namespace taproom
