// SPDX-License-Identifier: MIT
/// \file
/// The functions that {% trans %} calls, over an environment's catalogue.
#pragma once

#include <pottle/templating/call.hpp>

#include <span>

namespace pottle::templating {

/// gettext, ngettext, pgettext, npgettext and _, as Extensions::newstyle_gettext says.
std::span<const NativeEntry> gettext_functions(bool newstyle);

}  // namespace pottle::templating
