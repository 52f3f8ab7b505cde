// SPDX-License-Identifier: MIT
/// \file
/// The log line of an exception that escaped from the application's code.
#pragma once

#include "request_context.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace pottle::app {

/// "Exception on request GET /x (route /x, app.cpp:12): what". `note` says what failed when it was
/// not the handler.
void log_error(RequestContext& request, const std::exception_ptr& error, std::string_view note);

/// "note: what", for what no request is to blame for.
void log_error(std::string_view note, const std::exception_ptr& error);

/// what() of an exception.
std::string describe(const std::exception_ptr& error);
bool is_cancelled(const std::exception_ptr& error);

}  // namespace pottle::app
