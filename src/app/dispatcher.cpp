// SPDX-License-Identifier: MIT
#include "dispatcher.hpp"

#include "debug_page.hpp"
#include "error_answer.hpp"
#include "error_log.hpp"
#include "file_sender.hpp"
#include "late_page.hpp"
#include "routing_answer.hpp"

#include <pottle/app/validation_error.hpp>
#include <pottle/async/join.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/async/timeout.hpp>

#include <stdexcept>

namespace pottle::app {

namespace {

Task<> join_rest(Task<> running) {
    co_await async::join(running);
}

/// Calls a handler or hook. Returns: true when it answered the request.
Task<bool> call(const BoundHandler* bound, RequestContext& request) {
    const HandlerInfo& info = *bound->handler.info;
    if (!request.fetch_in_hand(info.needs)) co_await request.fetch(info.needs);
    request.bind(*bound);
    if (info.run) co_return info.run(bound->handler.callee, request);
    AnyTask task = info.start(bound->handler.callee, request);
    co_await task.run();
    co_return task.finish(request.response());
}

/// What a response needs when a handler or hook is done with it: see file_sender.hpp.
Task<> complete(RequestContext& request) {
    if (!request.response().is_unfinished()) co_return;
    if (request.response().late_body().get()) co_await make_late_body(request);
    Shared<const FileSpec> file;
    if (!complete_at_once(request, file)) co_await open_and_complete(request, std::move(file));
}

/// RESP-24: the request outlives its hooks while its body is streamed, because the generator may
/// hold references to it.
Generator<std::string> stream_with_request(ContextPtr, StreamBody inner) {
    while (std::string* chunk = co_await inner.chunks().next()) co_yield std::move(*chunk);
}

/// RESP-21. The generator runs under one scope from its first chunk to its last, because what it
/// spawns may go on meanwhile.
Generator<std::string> stream_before(ContextPtr context, StreamBody inner, Milliseconds limit) {
    async::CancelScope& scope = context->exchange().scope();
    const SteadyTime end = scope.executor().now() + limit;
    async::detail::Deadline deadline(scope, limit);
    while (!deadline.passed() && scope.executor().now() < end) {
        std::string* chunk = nullptr;
        try {
            chunk = co_await inner.chunks().next_under(deadline.scope());
        } catch (const Cancelled&) {
            if (!deadline.passed()) throw;
            break;
        }
        if (!chunk) co_return;
        co_yield std::move(*chunk);
    }
    throw std::runtime_error("the response took longer than RESPONSE_TIMEOUT");
}

/// Starts the handler. False when `running` has to be waited for.
bool call_at_once(const BoundHandler& bound, RequestContext& request, AnyTask& running) {
    request.bind(bound);
    const HandlerInfo& info = *bound.handler.info;
    if (info.run) {
        info.run(bound.handler.callee, request);
        return true;
    }
    request.enter_scope();
    running = info.start(bound.handler.callee, request);
    if (running.start(request.exchange().scope())) return false;
    running.finish(request.response());
    return true;
}

}  // namespace

void keep_for_stream(ContextPtr context, Response& response) {
    StreamBody* body = response.stream();
    if (!body) return;
    context->leave_start();  // the generator runs later
    context->enter_scope();
    const auto length = body->length();
    const Milliseconds limit = response.timeout.count() < 0
                                   ? context->routing().limits.response_timeout
                                   : response.timeout;
    StreamBody inner = std::move(*body);
    response.set_body(StreamBody(limit.count() == 0
                                     ? stream_with_request(std::move(context), std::move(inner))
                                     : stream_before(std::move(context), std::move(inner), limit),
                                 length));
}

gateway::Outcome Dispatcher::start(gateway::Exchange& exchange) const {
    ContextPtr context(new RequestContext(exchange, routing_));
    RequestContext& request = *context;
    const RouteRecord* record = request.found();
    if (request.pipeline().has_hooks() || signals_.any())
        return start_serving(std::move(context), {});
    Progress progress;
    if (!record) {
        // Scanners ask for what is not there all day: without hooks and error handlers nobody can
        // tell a page that is sent from an exception that is thrown, caught and sent.
        if (request.pipeline().has_error_handlers() || policy_.trap_http)
            return start_serving(std::move(context), {});
        if (const auto error = answer_without_route(request))
            exchange.response() = default_answer(request, *error);
        return finish_at_once(std::move(context), progress);
    }

    const BoundHandler& bound = record->bound;
    const HandlerInfo& info = *bound.handler.info;
    bool waits = false;  // for the body, or for the handler
    // start_serving() takes the context, and may throw: never inside of this block.
    try {
        waits = has(info.needs, Needs::Events) || !request.fetch_in_hand(info.needs);
        if (!waits) waits = !call_at_once(bound, request, progress.running);
    } catch (...) {
        progress.error = std::current_exception();
    }
    if (waits || progress.error) return start_serving(std::move(context), std::move(progress));
    return finish_at_once(std::move(context), progress);
}

gateway::Outcome Dispatcher::finish_at_once(ContextPtr context, Progress& progress) const {
    RequestContext& request = *context;
    progress.answered = true;
    bool waits = false;
    try {
        if (request.response().is_unfinished()) waits = !complete_at_once(request, progress.file);
        waits = waits || request.has_after_this() || request.must_wait_for_saving();
    } catch (...) {
        progress.error = std::current_exception();
    }
    if (waits || progress.error) return start_serving(std::move(context), std::move(progress));
    if (request.response().is_streamed()) keep_for_stream(std::move(context), request.response());
    return gateway::Outcome::finished();
}

gateway::Outcome Dispatcher::start_serving(ContextPtr context, Progress progress) const {
    RequestContext& request = *context;
    request.enter_scope();
    Task<> rest = serve(std::move(context), std::move(progress));
    if (async::start_unawaited(rest, request.exchange().scope())) {
        rest.handle().promise().take();
        return gateway::Outcome::finished();
    }
    request.leave_start();
    return gateway::Outcome(join_rest(std::move(rest)));
}

Task<> Dispatcher::serve(ContextPtr context, Progress progress) const {
    RequestContext& request = *context;
    std::exception_ptr error = co_await answer(request, std::move(progress));
    if (!error) signals_.request_finished.send(request, request.response());
    if (EventStream* events = request.events()) {
        // The handler may still run: it is the one that sends the answer.
        if (error || !events->opened())
            co_await events->abandon();
        else
            error = co_await events->pump();
    }
    if (error) request.error = error;
    co_await run_teardown_hooks(request);
    tell_of_end(request);
    if (error) std::rethrow_exception(error);
    Response& response = request.response();
    keep_for_stream(std::move(context), response);
}

Task<> Dispatcher::handle(RequestContext& request, Progress progress) const {
    if (progress.running) {
        co_await progress.running.join();
        progress.running.finish(request.response());
    } else if (!progress.answered) {
        signals_.appcontext_pushed.send(request);
        signals_.request_started.send(request);
        co_await run_to_handler(request);
    }
    if (progress.file)
        co_await open_and_complete(request, std::move(progress.file));
    else
        co_await complete(request);
}

Task<std::exception_ptr> Dispatcher::answer(RequestContext& request, Progress progress) const {
    std::exception_ptr error = std::move(progress.error);
    if (!error) {
        try {
            co_await handle(request, std::move(progress));
        } catch (...) {
            error = std::current_exception();
        }
    }
    if (error) error = co_await answer_error(request, std::move(error));
    if (error) co_return error;

    error = co_await run_after_hooks(request);
    if (!error) co_return nullptr;
    // As in Flask, the answer to a failed hook goes through the hooks once more.
    error = co_await answer_error(request, std::move(error));
    if (error) co_return error;
    error = co_await run_after_hooks(request);
    if (error && is_cancelled(error)) co_return error;
    if (error) log_error(request, error, "a hook behind the handler failed again");
    co_return nullptr;
}

Task<bool> Dispatcher::preprocess(RequestContext& request) {
    for (const BoundHandler* hook : request.hooks().before)
        if (co_await call(hook, request)) co_return true;
    co_return false;
}

Task<> Dispatcher::run_to_handler(RequestContext& request) const {
    for (const BoundHandler* hook : request.hooks().before)
        if (co_await call(hook, request)) co_return;
    // RT-18: an error of routing is raised only now.
    const RouteRecord* record = request.found();
    if (!record) {
        if (const auto error = answer_without_route(request)) throw *error;
        co_return;
    }
    const Needs needs = record->bound.handler.info->needs;
    if (!request.fetch_in_hand(needs)) co_await request.fetch(needs);
    if (has(needs, Needs::Events)) {
        Inject<EventStream&>::from(request);
        co_await request.events()->begin(call(&record->bound, request));
    } else {
        co_await call(&record->bound, request);
    }
}

Task<std::exception_ptr> Dispatcher::answer_error(RequestContext& request,
                                                  std::exception_ptr error) const {
    if (is_cancelled(error)) co_return error;
    // LC-6: what is answered now is no stream any more, whatever the handler has begun.
    if (EventStream* events = request.events()) co_await events->abandon();
    request.handling = error;
    std::exception_ptr failure;
    try {
        bool unexpected = false;
        const BoundHandler* handler = prepare_error(request, unexpected);
        if (unexpected && policy_.propagate) co_return error;
        if (handler) co_await call(handler, request);
        co_await complete(request);
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return nullptr;
    if (is_cancelled(failure) || policy_.propagate) co_return failure;
    log_error(request, failure, "an error handler failed");
    request.response() = HTTPException(500).to_response();
    co_return nullptr;
}

const HTTPException* Dispatcher::find_http_error(RequestContext& request) const {
    if (!policy_.trap_bad_request && detail::match_error<MissingKey>(request.handling)) {
        // ERR-8: the request lacks what the handler takes for granted.
        request.handling = std::make_exception_ptr(HTTPException(400));
    }
    const void* object = detail::match_error<HTTPException>(request.handling);
    const auto* http = static_cast<const HTTPException*>(object);
    // ERR-9. A whole response is an answer, not an error.
    return http && policy_.trap_http && !http->has_response() ? nullptr : http;
}

const BoundHandler* Dispatcher::prepare_error(RequestContext& request, bool& unexpected) const {
    const Pipeline& pipeline = request.pipeline();
    request.response().reset();
    const HTTPException* http = find_http_error(request);
    if (!http) {
        const void* object = nullptr;
        if (const BoundHandler* found = pipeline.find_error_handler(request.handling, object)) {
            request.bind_error(object);
            return found;
        }
        // Handlers of a status get an HTTPException in its place.
        if (detail::match_error<Overloaded>(request.handling)) {
            constexpr const char* kSeconds = "1";  // as in the server's own 503
            request.handling =
                std::make_exception_ptr(HTTPException(503, {}, Headers{{"Retry-After", kSeconds}}));
        } else {
            // ERR-6: nobody expected it.
            unexpected = true;
            tell_of_error(request, request.handling);
            if (policy_.propagate) return nullptr;
            log_error(request, request.handling, {});
            if (policy_.debug_page) {
                request.response() = debug_page(request, request.handling);
                return nullptr;
            }
            request.handling = std::make_exception_ptr(HTTPException::wrap(request.handling));
        }
        http =
            static_cast<const HTTPException*>(detail::match_error<HTTPException>(request.handling));
    }
    const void* object = http;
    const BoundHandler* found = nullptr;
    if (!http->has_response()) {
        found = pipeline.find_error_handler(http->status());
        if (!found) found = pipeline.find_error_handler(request.handling, object);
    }
    if (found)
        request.bind_error(object);
    else if (const void* invalid = detail::match_error<ValidationError>(request.handling))
        request.response() = static_cast<const ValidationError*>(invalid)->to_problem();
    else
        request.response() = default_answer(request, *http);
    return found;
}

Task<std::exception_ptr> Dispatcher::run_after_hooks(RequestContext& request) const {
    try {
        if (request.has_after_this())
            for (auto& function : std::exchange(request.parsed().after_this, {}))
                co_await function->call(request.response());
        for (const BoundHandler* hook : request.hooks().after) co_await call(hook, request);
        // SES-26: behind the hooks, which may still change the session.
        if (Task<> saving = request.start_saving_session()) co_await std::move(saving);
        co_await complete(request);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

Task<> Dispatcher::run_teardown_hooks(RequestContext& request) const {
    for (const BoundHandler* hook : request.hooks().teardown) {
        try {
            co_await call(hook, request);
        } catch (const Cancelled&) {
            // The client is gone; the other hooks still run, up to where they would wait.
        } catch (...) {
            log_error(request, std::current_exception(), "a teardown hook failed");
        }
    }
}

void Dispatcher::tell_of_error(RequestContext& request, const std::exception_ptr& error) const {
    if (Websocket* websocket = request.websocket())
        signals_.got_websocket_exception.send(*websocket, error);
    else
        signals_.got_request_exception.send(request, error);
}

void Dispatcher::tell_of_end(RequestContext& request) const {
    if (Websocket* websocket = request.websocket())
        signals_.websocket_tearing_down.send(*websocket, request.error);
    else
        signals_.request_tearing_down.send(request, request.error);
    signals_.appcontext_tearing_down.send(request, request.error);
    signals_.appcontext_popped.send(request);
}

}  // namespace pottle::app
