// SPDX-License-Identifier: MIT
/// \file
/// The parts of the application that the parity tests ask. Each stands in Python too:
/// quart_site.py, quart_structure.py.
#pragma once

#include <pottle/pottle.hpp>

namespace site {

/// Blueprints, hooks, error handlers, url_for, views, files, streams.
void add_structure(pottle::App& app);
/// Another application: hosts and subdomains.
pottle::App make_hosts();

}  // namespace site
