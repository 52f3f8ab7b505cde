// SPDX-License-Identifier: MIT
/// \file
/// The taproom's chat: a Blueprint with one websocket.
#pragma once

#include <pottle/pottle.hpp>

namespace taproom {

pottle::Blueprint chat();

}  // namespace taproom
