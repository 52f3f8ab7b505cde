// SPDX-License-Identifier: MIT
/// \file
/// Signals: every signal of an application, under Flask's names.
#pragma once

#include <pottle/app/signal.hpp>

#include <exception>
#include <string_view>

namespace pottle {

class Request;
class Response;
class Session;
class Websocket;
struct FlashMessage;
struct WebsocketMessage;
namespace templating {
class Context;
}

/// A resource of its application: `app.signals()`, or `Signals&` in handlers and hooks.
///
/// The application context of a request is the request's own, so appcontext_pushed comes first and
/// appcontext_popped last of a request's signals.
class Signals {
    Shared<app::SignalTally> tally_;

public:
    Signals();
    ~Signals();
    /// True when any signal has a receiver.
    bool any() const noexcept;

    Signal<Request&> appcontext_pushed;
    /// Before the before_request hooks.
    Signal<Request&> request_started;
    /// When the response is ready: hooks have run, the session is saved.
    Signal<Request&, Response&> request_finished;
    /// An exception that no error handler expected, before it becomes a 500 or propagates.
    Signal<Request&, std::exception_ptr> got_request_exception;
    /// After the teardown hooks, with what nobody handled.
    Signal<Request&, std::exception_ptr> request_tearing_down;
    Signal<Request&, std::exception_ptr> appcontext_tearing_down;
    Signal<Request&> appcontext_popped;

    Signal<Websocket&> websocket_started;
    Signal<Websocket&> websocket_finished;
    Signal<Websocket&, std::exception_ptr> got_websocket_exception;
    Signal<Websocket&, std::exception_ptr> websocket_tearing_down;
    Signal<Websocket&, const WebsocketMessage&> websocket_received;
    Signal<Websocket&, std::string_view> websocket_sent;

    /// Around the rendering of a page for a request, with the template's name (empty for one from a
    /// string) and its variables, to which the first may add.
    Signal<Request&, std::string_view, templating::Context&> before_render_template;
    Signal<Request&, std::string_view, const templating::Context&> template_rendered;
    /// flash() has left a message.
    Signal<Session&, const FlashMessage&> message_flashed;

    Signal<std::exception_ptr> got_background_exception;
    /// Thrown by before_serving, while_serving or after_serving.
    Signal<std::exception_ptr> got_serving_exception;
};

}  // namespace pottle
