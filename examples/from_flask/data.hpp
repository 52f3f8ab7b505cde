// SPDX-License-Identifier: MIT
/// \file
/// Requests, answers, sessions and contexts beside Flask's, for docs/how_to/from_flask.md.
#pragma once

#include <pottle/pottle.hpp>

namespace shop {

void add_data(pottle::App& app);

}  // namespace shop
