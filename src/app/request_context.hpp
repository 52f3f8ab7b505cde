// SPDX-License-Identifier: MIT
/// \file
/// RequestContext: the Request together with what only the dispatcher knows. One block from the
/// frame pool per request.
#pragma once

#include "routing.hpp"
#include "task_context.hpp"

#include <pottle/app/event_stream.hpp>
#include <pottle/app/file_storage.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/multipart.hpp>
#include <pottle/app/request.hpp>
#include <pottle/app/session.hpp>
#include <pottle/async/frame_pool.hpp>
#include <pottle/async/lock.hpp>
#include <pottle/http/multi_dict.hpp>

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pottle::app {

/// A resource; it lives until the response is finished, a streamed body included.
class RequestContext final : public Request, public TaskContext {
public:
    /// Decodes the path and finds the route. `routing` must outlive the request.
    RequestContext(gateway::Exchange& exchange, const Routing& routing,
                   RouteKind kind = RouteKind::Http);
    ~RequestContext();

    /// CTX-1: lets coroutines under the exchange's scope find this request. Call before the first
    /// of them is started; plain handlers do without.
    void enter_scope() noexcept {
        exchange().scope().set_context(this);
        in_scope_ = true;
    }
    AppCore& app() noexcept override { return *routing_.app; }
    RequestContext* request() noexcept override { return this; }
    void coroutine_failed(const void* code, const std::exception_ptr& error) noexcept override;

    static void* operator new(std::size_t size) { return async::detail::allocate_frame(size); }
    static void operator delete(void* block, std::size_t size) noexcept {
        async::detail::free_frame(block, size);
    }

    static RequestContext& of(Request& request) noexcept {
        return static_cast<RequestContext&>(request);
    }

    const RouteMatch& match() const noexcept { return match_; }
    /// The route of the path, also when OPTIONS is answered automatically; nullptr for a routing
    /// error or a redirect.
    const RouteRecord* record() const noexcept { return record_; }
    /// The route whose handler is to be called.
    const RouteRecord* found() const noexcept {
        return match_.kind == RouteMatch::Kind::Found ? record_ : nullptr;
    }
    const Routing& routing() const noexcept { return routing_; }
    /// A value of the pattern or of the defaults, by its place in RouteRecord::parameters.
    std::string_view path_value(std::size_t i) const noexcept { return path_values_[i].view(); }
    void set_path_value(std::size_t i, std::string text);
    /// Every value of the route, those of the host included.
    UrlValues route_values();
    /// What routes may know of the host; empty where it does not matter.
    const std::string& domain();
    const Pipeline& pipeline() const noexcept { return *pipeline_; }
    /// The hooks around this request, or around this websocket.
    const HookChain& hooks() const noexcept {
        return websocket_ ? pipeline_->websocket : *pipeline_;
    }
    /// Null while an HTTP request is served.
    Websocket* websocket() const noexcept { return websocket_; }
    void set_websocket(Websocket& websocket) noexcept { websocket_ = &websocket; }

    /// Lets the shims find the extensions of what is called next.
    void bind(const BoundHandler& bound) noexcept {
        bindings_.extensions = bound.extensions.data();
    }
    void bind_error(const void* object) noexcept { bindings_.error = object; }

    // The limits of the body. Set before anything of it is read (REQ-31).
    /// 0: no limit.
    void set_body_limit(ByteCount limit) noexcept { body_limit_ = limit; }
    const FormLimits& form_limits() const noexcept { return *form_limits_; }
    /// A copy for this request alone.
    FormLimits& own_form_limits();
    /// Tells the exchange the limit, once. Errors: throws 413 when the body is announced longer.
    void touch_body();

    // The body. States: not asked for; a view in the server's buffer, only while
    // Gateway::start() runs; owned.
    /// Returns: true when the whole body is in memory now.
    /// Errors: throws HTTPException 413 over the limit of the route.
    bool take_body_in_hand();
    /// Call when Gateway::start() returns before the request is finished: copies a body that is
    /// still in the server's buffer; from then on a body must be read.
    void leave_start();
    bool has_body() const noexcept { return body_state_ != BodyState::Unread; }
    std::string_view body_text() const noexcept { return body_view_; }
    /// The view lives as long as the request.
    Task<std::string_view> read_body();
    /// Gives the body away; what asks for it later finds it empty.
    Task<std::string> take_body();
    /// Reads fields and files of the body into parsed(); does nothing the second time.
    Task<> load_form();
    /// What load_form() would do, when it can be done now. Returns: false when it has to wait.
    bool load_form_in_hand();

    /// Reads all that `needs` names. Returns: false when fetch() has to.
    bool fetch_in_hand(Needs needs) {
        return (!has(needs, Needs::Body) || take_body_in_hand()) &&
               (!has(needs, Needs::Form) || load_form_in_hand()) &&
               (!has(needs, Needs::Session) || !must_wait_for_session());
    }
    Task<> fetch(Needs needs);

    /// What was parsed of the request so far; made when first asked for.
    struct Parsed {
        std::optional<MultiDict> args{}, cookies{}, form{}, values{};
        FileDict files{};
        std::optional<Multipart> multipart{};
        std::optional<FormLimits> form_limits{};
        std::vector<std::unique_ptr<AfterThis>> after_this{};
        std::optional<EventStream> events{};
        std::optional<std::string> domain{};
        std::string id{};
        std::deque<std::string> path_values{};  ///< those that were replaced
        /// For the debug page: the coroutines that `failure` has left, the innermost first.
        std::vector<const void*> failed{};
        std::exception_ptr failure{};
        async::Lock body_lock{}, form_lock{};  // REQ-24: asked for by several coroutines at once
    };
    Parsed& parsed() {
        if (!parsed_) parsed_ = std::make_unique<Parsed>();
        return *parsed_;
    }
    bool has_after_this() const noexcept { return parsed_ && !parsed_->after_this.empty(); }
    /// The events of a handler that sends them; nullptr for every other request.
    EventStream* events() noexcept {
        return parsed_ && parsed_->events ? &*parsed_->events : nullptr;
    }
    BodyStream& body_stream() noexcept { return body_stream_; }

    // The session: made by the first who asks for it. The tasks are empty when there is nothing
    // to wait for.
    Session& session();
    Task<> start_opening_session();
    /// Null when nobody has opened it.
    const Session* find_session() const noexcept {
        return session_is_open_ ? session_.get() : nullptr;
    }
    /// Opens it and keeps the task for who can wait. Returns: true when somebody has to.
    bool must_wait_for_session();
    /// Saves it, if anybody opened it or it wants to be.
    Task<> start_saving_session();
    /// The same, keeping the task as must_wait_for_session() does.
    bool must_wait_for_saving() {
        return (session_is_open_ || pending_ || may_open_session()) && start_saving_in_hand();
    }

    /// What nobody handled, for teardown hooks.
    std::exception_ptr error{};
    /// Keeps alive the exception that an error handler looks at.
    std::exception_ptr handling{};

private:
    /// Nobody asked for the session; a client without cookies has nothing that could want to be
    /// saved.
    bool may_open_session() const noexcept { return head().find("cookie") != nullptr; }
    bool start_saving_in_hand();
    void own_body();
    Task<> read_rest();
    Task<> read_multipart();
    Task<> finish_opening_session(Task<> opening);
    Task<> open_and_save_session(Task<> opening);

    enum class BodyState : std::uint8_t { Unread, InHand, Owned };

    RouteMatch find_route(RouteKind kind, Captures& captures);
    void bind_route(const RouteRecord& record, const Captures& captures);
    void redirect_match();

    const Routing& routing_;
    std::string decoded_path_;  // empty when the path has nothing to decode
    RouteMatch match_;
    PathText path_values_[kMaxPathValues];  // not initialised: only what matched is read
    std::string body_;
    std::string_view body_view_;
    std::unique_ptr<Parsed> parsed_;
    std::unique_ptr<Session> session_;
    Task<> pending_;  // opening or saving the session
    bool session_is_open_ = false;
    BodyStream body_stream_;
    const RouteRecord* record_ = nullptr;
    const Pipeline* pipeline_;
    Websocket* websocket_ = nullptr;
    const FormLimits* form_limits_;
    std::optional<ByteCount> body_limit_;
    bool body_touched_ = false;
    BodyState body_state_ = BodyState::Unread;
    bool inside_start_ = true;
    bool in_scope_ = false;
};

using ContextPtr = std::unique_ptr<RequestContext>;

}  // namespace pottle::app
