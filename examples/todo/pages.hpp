// SPDX-License-Identifier: MIT
/// \file
/// The to-do list as pages for a browser, made by the templates of the folder templates.
#pragma once

#include "todos.hpp"

namespace todo {

/// Adds the pages, and the templates that they use.
void add_pages(pottle::App& app);

}  // namespace todo
