// SPDX-License-Identifier: MIT
/// \file
/// The filter tojson of an application: its JSON provider, safe inside of <script> (TPL-10).
#pragma once

#include <pottle/app/json_provider.hpp>
#include <pottle/templating/environment.hpp>

namespace pottle::app {

/// `provider` must outlive the environment's use.
void use_json_provider(templating::Environment& environment, const JsonProvider& provider);

}  // namespace pottle::app
