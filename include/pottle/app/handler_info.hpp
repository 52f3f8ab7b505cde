// SPDX-License-Identifier: MIT
/// \file
/// HandlerInfo: everything the core knows about a handler or hook. One constant per signature, in
/// read-only memory; built by shim.hpp.
#pragma once

#include <pottle/app/any_task.hpp>
#include <pottle/app/callee.hpp>
#include <pottle/app/needs.hpp>
#include <pottle/app/pattern_parser.hpp>
#include <pottle/app/type_key.hpp>

#include <cstddef>
#include <span>

namespace pottle {

class Request;

namespace app {

/// What kind of callable stands here: decides what its parameters may be and what its result means.
enum class Role : std::uint8_t {
    Handler,    ///< of a route: the result is the response, nothing is 204
    Websocket,  ///< of a websocket's route: a result before accept() refuses, nothing is nothing
    Before,     ///< before_request: nothing or an empty optional lets the request pass
    After,      ///< after_request: a result replaces the response
    Teardown,   ///< teardown_request: no result
    Error       ///< errorhandler: takes the exception as `const E&`
};

/// Exactly one of the two entries is set.
struct HandlerInfo {
    Needs needs = Needs::Nothing;
    std::span<const Converter> path_values{};      ///< what each path value accepts, in order
    std::span<const TypeKey* const> extensions{};  ///< what the `X&` parameters need, in order

    /// A synchronous callable. Returns: true when it answered the request (a hook may not).
    bool (*run)(const Callee&, Request&) = nullptr;
    /// A coroutine, or a callable with arguments that must be awaited, or one that runs on the pool
    /// or on a fibre.
    AnyTask (*start)(const Callee&, Request&) = nullptr;
};

/// A handler or hook, ready to be stored.
struct AnyHandler {
    Callee callee;
    const HandlerInfo* info = nullptr;
};

}  // namespace app
}  // namespace pottle
