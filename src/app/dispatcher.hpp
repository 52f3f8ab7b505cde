// SPDX-License-Identifier: MIT
/// \file
/// Dispatcher: the life of a request in the application, and the one place that catches what
/// handlers and hooks throw.
///
///     route -> before_request -> routing error or handler -> after_request -> session saved ->
///     teardown_request
///                    |                    |
///                    +---- exception -----+--> error handler or default page --> after_request
///
/// Invariants:
/// 1. A synchronous handler without hooks, whose body (if it needs one) is in hand, is served in
///    start() without a coroutine.
/// 2. A coroutine handler without hooks is started inside start() too; serve() is made only when it
///    has not finished there. Everything else runs in serve().
/// 3. Cancelled is never answered: teardown hooks run, then it goes on to the server.
/// 4. teardown_request runs once for every request, after everything else and before a streamed
///    body.
#pragma once

#include "request_context.hpp"

#include <pottle/app/signals.hpp>
#include <pottle/gateway/gateway.hpp>

namespace pottle::app {

/// What the settings say about errors.
struct ErrorPolicy {
    bool propagate = false;         ///< PROPAGATE_EXCEPTIONS: unhandled ones leave the gateway
    bool debug_page = false;        ///< DEBUG: they are shown
    bool trap_http = false;         ///< TRAP_HTTP_EXCEPTIONS
    bool trap_bad_request = false;  ///< TRAP_BAD_REQUEST_ERRORS
};

/// RESP-24: a streamed body keeps its request alive. Takes the context only then.
void keep_for_stream(ContextPtr context, Response& response);

/// A resource; const after it was made, so shared by all loops.
class Dispatcher {
public:
    /// What it refers to must outlive it.
    Dispatcher(const Routing& routing, const Signals& signals, ErrorPolicy policy)
        : routing_(routing), signals_(signals), policy_(policy) {}

    gateway::Outcome start(gateway::Exchange& exchange) const;
    /// The same course for a websocket, with its own hooks; in dispatcher_websocket.cpp.
    gateway::Outcome start_websocket(gateway::Websocket& socket) const;

    /// Runs the hooks before the handler until one answers. Returns: whether one did.
    static Task<bool> preprocess(RequestContext& request);
    Task<> run_teardown_hooks(RequestContext& request) const;

private:
    /// Where start() stopped.
    struct Progress {
        AnyTask running{};              ///< a handler to wait for
        std::exception_ptr error{};     ///< what was thrown
        Shared<const FileSpec> file{};  ///< of the answer, still to be opened
        bool answered = false;          ///< the handler is done
    };
    /// For a request that is answered and has no hooks.
    gateway::Outcome finish_at_once(ContextPtr context, Progress& progress) const;
    gateway::Outcome start_serving(ContextPtr context, Progress progress) const;
    Task<> serve(ContextPtr context, Progress progress) const;
    Task<> handle(RequestContext& request, Progress progress) const;
    Task<> run_to_handler(RequestContext& request) const;

    Task<> serve_websocket(ContextPtr context, gateway::Websocket& socket) const;
    Task<std::exception_ptr> answer_websocket(RequestContext& request,
                                              gateway::Websocket& socket) const;
    std::exception_ptr close_after_error(RequestContext& request, gateway::Websocket& socket,
                                         std::exception_ptr error) const;

    // These return what is not to be answered: Cancelled, or what propagates.
    Task<std::exception_ptr> answer(RequestContext& request, Progress progress) const;
    Task<std::exception_ptr> answer_error(RequestContext& request, std::exception_ptr error) const;

    /// Returns: what a hook threw.
    Task<std::exception_ptr> run_after_hooks(RequestContext& request) const;
    void tell_of_end(RequestContext& request) const;

    /// Finds who answers `request.handling`; writes the default page when there is nobody (then
    /// returns nullptr). `unexpected`: set when no handler knows it and it is no HTTP error.
    const BoundHandler* prepare_error(RequestContext& request, bool& unexpected) const;
    /// The HTTPException that is to be answered as such, or nullptr.
    const HTTPException* find_http_error(RequestContext& request) const;
    void tell_of_error(RequestContext& request, const std::exception_ptr& error) const;

    const Routing& routing_;
    const Signals& signals_;
    ErrorPolicy policy_;
};

}  // namespace pottle::app
