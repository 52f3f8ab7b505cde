// SPDX-License-Identifier: MIT
/// \file
/// The session's part of RequestContext: opened by the first who asks, saved at the end.
#include "app_core.hpp"
#include "request_context.hpp"

#include <pottle/app/app.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/base/require.hpp>

namespace pottle {

namespace app {

Session& RequestContext::session() {
    if (!session_is_open_) {
        const Task<> opening = start_opening_session();
        POTTLE_REQUIRE(!opening,
                       "the session comes from a store: take Session& as a parameter of the "
                       "handler, or co_await request.open_session() first");
    }
    return *session_;
}

Task<> RequestContext::start_opening_session() {
    if (session_is_open_) return {};
    if (pending_) return std::move(pending_);
    session_ = std::make_unique<Session>();
    session_->set_max_flashes(routing_.max_flashes);
    session_->set_signals(routing_.signals);
    Task<> opening = routing_.sessions->open(*this, *session_);
    if (opening) return finish_opening_session(std::move(opening));
    session_is_open_ = true;
    return {};
}

Task<> RequestContext::finish_opening_session(Task<> opening) {
    co_await std::move(opening);
    session_is_open_ = true;
}

bool RequestContext::must_wait_for_session() {
    pending_ = start_opening_session();
    return bool(pending_);
}

Task<> RequestContext::start_saving_session() {
    if (pending_) return std::move(pending_);
    if (session_is_open_) return routing_.sessions->save(*this, *session_, response());
    if (!may_open_session() || !routing_.sessions->wants_untouched(*this)) return {};
    Task<> opening = start_opening_session();
    if (opening) return open_and_save_session(std::move(opening));
    return start_saving_session();
}

Task<> RequestContext::open_and_save_session(Task<> opening) {
    co_await std::move(opening);
    if (Task<> saving = start_saving_session()) co_await std::move(saving);
}

bool RequestContext::start_saving_in_hand() {
    pending_ = start_saving_session();
    return bool(pending_);
}

}  // namespace app

Task<> App::edit_session(gateway::Exchange& exchange, void (*change)(void*, Session&), void* data) {
    (void)gateway();  // frozen
    app::RequestContext context(exchange, core().routing);
    if (Task<> opening = context.start_opening_session()) co_await std::move(opening);
    context.session().require_changeable();
    change(data, context.session());
    if (Task<> saving = context.start_saving_session()) co_await std::move(saving);
}

Session& Request::session() {
    return context().session();
}

Task<> Request::open_session() {
    if (Task<> opening = context().start_opening_session()) co_await std::move(opening);
}

}  // namespace pottle
