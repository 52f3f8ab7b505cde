// SPDX-License-Identifier: MIT
/// \file
/// What an application's templates are told when it freezes: its settings, its JSON, its signals,
/// and what was registered on it and its blueprints.
#pragma once

namespace pottle {
class Templates;
}

namespace pottle::app {

class AppCore;

/// Returns: nullptr when the application has no templates.
/// Errors: throws ConfigError when filters, folders or the like are registered and Templates is not
/// installed.
const Templates* set_up_templates(AppCore& app);

}  // namespace pottle::app
