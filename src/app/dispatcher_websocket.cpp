// SPDX-License-Identifier: MIT
/// \file
/// The course of a websocket through the application:
///
///     route -> before_websocket -> routing error or handler -> after_websocket -> teardown
///                    |                    |
///                    +---- exception -----+--> not accepted: as for a request
///                                              accepted: closed with 1011, 1007 for bad messages
#include "dispatcher.hpp"
#include "error_log.hpp"

#include <pottle/app/validation_error.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/base/log.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/gateway/websocket.hpp>

#include <fmt/format.h>

namespace pottle::app {

namespace {

// RFC 6455 7.4.1.
constexpr std::uint16_t kInvalidData = 1007;
constexpr std::uint16_t kInternalError = 1011;

bool ends_quietly(const std::exception_ptr& error) {
    return detail::match_error<Cancelled>(error) != nullptr ||
           detail::match_error<WebsocketClosed>(error) != nullptr;
}

/// "/amount must be positive", cut to what a close frame carries.
std::string reason_of(const ValidationError& invalid) {
    if (invalid.errors().empty()) return {};
    const FieldError& first = invalid.errors().front();
    std::string reason =
        first.pointer.empty() ? first.message : first.pointer + " " + first.message;
    constexpr std::size_t kLongest = 123;
    if (reason.size() > kLongest) reason.resize(utf8::valid_prefix(reason.substr(0, kLongest)));
    return reason;
}

/// SES-27: the answer to the handshake has left; what a store keeps is kept.
void tell_of_lost_session(RequestContext& request) {
    const Session* session = request.find_session();
    if (!session || !session->modified() || !request.response().headers.contains("set-cookie"))
        return;
    log::error(fmt::format(
        "route {}: the session was changed, but its cookie cannot be sent any more: the websocket "
        "is accepted already; keep sessions in a store, or change them in a request",
        request.url_rule()));
}

}  // namespace

gateway::Outcome Dispatcher::start_websocket(gateway::Websocket& socket) const {
    ContextPtr context(new RequestContext(socket.handshake(), routing_, RouteKind::Websocket));
    return gateway::Outcome(serve_websocket(std::move(context), socket));
}

// coroutine-ok: the server's websocket outlives the task that serves it
Task<> Dispatcher::serve_websocket(ContextPtr context, gateway::Websocket& socket) const {
    RequestContext& request = *context;
    Websocket websocket(request, socket);
    request.set_websocket(websocket);
    request.leave_start();
    request.enter_scope();
    const std::exception_ptr error = co_await answer_websocket(request, socket);
    if (error) request.error = error;
    co_await run_teardown_hooks(request);
    tell_of_end(request);
    if (error) std::rethrow_exception(error);
    if (!socket.accepted()) keep_for_stream(std::move(context), request.response());
}

// coroutine-ok: as above
Task<std::exception_ptr> Dispatcher::answer_websocket(RequestContext& request,
                                                      gateway::Websocket& socket) const {
    std::exception_ptr error;
    signals_.appcontext_pushed.send(request);
    signals_.websocket_started.send(*request.websocket());
    try {
        co_await run_to_handler(request);
    } catch (...) {
        error = std::current_exception();
    }
    if (error && socket.accepted()) co_return close_after_error(request, socket, std::move(error));
    if (error) error = co_await answer_error(request, std::move(error));
    if (error) co_return error;
    // Nothing was said at all: hooks should see what the client will.
    if (!socket.accepted() && request.response().untouched()) request.response().status = 500;

    error = co_await run_after_hooks(request);
    if (!error) {
        if (socket.accepted()) tell_of_lost_session(request);
        signals_.websocket_finished.send(*request.websocket());
        co_return nullptr;
    }
    if (socket.accepted()) co_return close_after_error(request, socket, std::move(error));
    co_return co_await answer_error(request, std::move(error));
}

/// WS-6, WS-11: there is no response any more. Returns: what is not to be answered.
std::exception_ptr Dispatcher::close_after_error(RequestContext& request,
                                                 gateway::Websocket& socket,
                                                 std::exception_ptr error) const {
    if (ends_quietly(error)) return error;
    if (const void* found = detail::match_error<ValidationError>(error)) {
        socket.close(kInvalidData, reason_of(*static_cast<const ValidationError*>(found)));
    } else {
        tell_of_error(request, error);
        if (policy_.propagate) return error;
        log_error(request, error, "the websocket is closed with 1011");
        socket.close(kInternalError, {});
    }
    request.error = std::move(error);
    return nullptr;
}

}  // namespace pottle::app
