// SPDX-License-Identifier: MIT
/// \file
/// The regulars of the taproom: a login in a signed session, with messages for the next page.
#pragma once

#include <pottle/pottle.hpp>

namespace taproom {

pottle::Blueprint members();

}  // namespace taproom
