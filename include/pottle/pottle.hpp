// SPDX-License-Identifier: MIT
/// \file
/// The one header of an application: App, Blueprint, handlers, run. Extensions have their own
/// headers, tests <pottle/testing.hpp>.
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/app/extract.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/validation_error.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/gateway/server_stats.hpp>
#include <pottle/reflect/constraints.hpp>
#include <pottle/run/run.hpp>
