// SPDX-License-Identifier: MIT
/// \file
/// The one header of an application: App, Blueprint, handlers, what a handler waits with, run.
/// Extensions have their own headers, tests <pottle/testing.hpp>.
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/app/arguments.hpp>
#include <pottle/app/authorization.hpp>
#include <pottle/app/current.hpp>
#include <pottle/app/escape.hpp>
#include <pottle/app/event_stream.hpp>
#include <pottle/app/extract.hpp>
#include <pottle/app/file_storage.hpp>
#include <pottle/app/flash.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/json_provider.hpp>
#include <pottle/app/multipart.hpp>
#include <pottle/app/session.hpp>
#include <pottle/app/validation_error.hpp>
#include <pottle/app/view.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/async/fibre.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/async/scope.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/gateway/server_stats.hpp>
#include <pottle/gateway/websocket.hpp>
#include <pottle/http/accept.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/file_name.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/multi_dict.hpp>
#include <pottle/http/range.hpp>
#include <pottle/json/value.hpp>
#include <pottle/reflect/constraints.hpp>
#include <pottle/run/run.hpp>
