// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include "form.hpp"
#include "url_path.hpp"

#include <pottle/async/timeout.hpp>

namespace pottle {

namespace app {

namespace {
[[noreturn]] void raise(const Error& error) {
    abort(error.status ? error.status : 400, std::string(error.text));
}

/// REQ-34.
// coroutine-ok: the routing tables outlive every request
Task<> within_body_timeout(const Routing& routing, Task<> reading) {
    const Milliseconds limit = routing.limits.body_timeout;
    if (limit.count() == 0) co_return co_await std::move(reading);
    bool in_time = true;
    try {
        co_await timeout(limit, std::move(reading));
    } catch (const TimedOut&) {
        in_time = false;
    }
    if (!in_time) abort(408);
}
}  // namespace

RequestContext::RequestContext(gateway::Exchange& exchange, const Routing& routing, RouteKind kind)
    : Request(exchange),
      routing_(routing),
      match_(routing.router.match(
          query_of(exchange.head(), path_ = decode_path(exchange.head().raw_path(), decoded_path_),
                   kind),
          captures_)),
      body_stream_(*this),
      pipeline_(&routing.application),
      form_limits_(&routing.limits.form),
      body_limit_(routing.limits.content_length) {
    if (match_.kind != RouteMatch::Kind::Found && match_.kind != RouteMatch::Kind::AutomaticOptions)
        return;
    record_ = routing.records[match_.route].get();
    pipeline_ = record_->pipeline;
    exchange.set_route(record_->pattern);
    if (record_->settings.body_limit) body_limit_ = record_->settings.body_limit;
    if (record_->settings.form_limits) form_limits_ = &*record_->settings.form_limits;
    for (std::size_t i = 0; i < captures_.size(); ++i)
        path_values_[i] = {captures_[i].data(), captures_[i].size()};
    bindings_.path_values = path_values_;
}

bool RequestContext::take_body_in_hand() {
    if (has_body()) return true;
    if (!inside_start_) return false;
    const std::optional<std::string_view> body = exchange().body_in_hand();
    if (!body) return false;
    if (body_limit_.value_or(0) != 0 && body->size() > *body_limit_) abort(413);
    body_touched_ = true;
    body_view_ = *body;
    body_state_ = BodyState::InHand;
    return true;
}

void RequestContext::leave_start() {
    inside_start_ = false;
    own_body();
}

void RequestContext::own_body() {
    if (body_state_ != BodyState::InHand) return;
    body_ = body_view_;
    body_view_ = body_;
    body_state_ = BodyState::Owned;
}

FormLimits& RequestContext::own_form_limits() {
    auto& own = parsed().form_limits;
    if (!own) own = *form_limits_;
    form_limits_ = &*own;
    return *own;
}

void RequestContext::touch_body() {
    if (std::exchange(body_touched_, true) || !body_limit_) return;
    // REQ-30: a body that is already known to be too long meets whoever reads it, and nobody else.
    if (const Result<> accepted = exchange().set_body_limit(*body_limit_); !accepted)
        raise(accepted.error());
}

Task<std::string_view> RequestContext::read_body() {
    if (!has_body()) {
        const auto guard = co_await parsed().body_lock.acquire();
        if (!has_body()) co_await within_body_timeout(routing_, read_rest());
    }
    own_body();  // who asked may keep the view while it waits
    co_return body_view_;
}

Task<> RequestContext::read_rest() {
    while (std::optional<Bytes> chunk = co_await body_stream_.next()) {
        if (body_.empty())
            body_ = std::move(*chunk).release();
        else
            body_ += chunk->view();
    }
    body_view_ = body_;
    body_state_ = BodyState::Owned;
}

Task<std::string> RequestContext::take_body() {
    co_await read_body();
    body_view_ = {};
    co_return std::exchange(body_, {});
}

Task<> RequestContext::fetch(Needs needs) {
    if (has(needs, Needs::Body)) co_await read_body();
    if (has(needs, Needs::Form)) co_await load_form();
    if (has(needs, Needs::Session)) {
        if (Task<> opening = start_opening_session()) co_await std::move(opening);
    }
}

bool RequestContext::load_form_in_hand() {
    if (parsed().form) return true;
    if (is_multipart_form(content_type())) return false;
    const bool urlencoded = is_urlencoded(mimetype());
    if (urlencoded && !take_body_in_hand()) return false;
    parsed().form = urlencoded ? parse_form(body_view_) : MultiDict();
    return true;
}

Task<> RequestContext::load_form() {
    const auto guard = co_await parsed().form_lock.acquire();
    if (parsed().form) co_return;
    // REQ-25: the type decides, and another type has no fields.
    if (is_urlencoded(mimetype()))
        parsed().form = parse_form(co_await read_body());
    else if (is_multipart_form(content_type()))
        co_await within_body_timeout(routing_, read_multipart());
    else
        parsed().form.emplace();
}

Task<> RequestContext::read_multipart() {
    MultiDict form;
    FileDict files;
    ByteCount total = 0;
    try {
        Multipart multipart(*this);
        while (FormPart* part = co_await multipart.next()) {
            if (part->filename()) {
                files.add(co_await part->store());
                continue;
            }
            std::string name(part->name());
            std::string text = co_await part->text();
            total += text.size();
            if (total > routing_.limits.form_total)
                throw MultipartError(413, "The fields of the form are larger than allowed.");
            form.add(std::move(name), std::move(text));
        }
    } catch (const MultipartError& error) {
        if (error.status() != 400) throw;
        form.clear();  // REQ-25: a form that cannot be read has no fields
        files.clear();
    }
    parsed().files = std::move(files);
    parsed().form = std::move(form);
}

}  // namespace app

Task<std::optional<Bytes>> BodyStream::next() {
    request_.touch_body();
    Result<Bytes> chunk = co_await request_.exchange().read();
    if (!chunk) app::raise(chunk.error());
    if (chunk->empty()) co_return std::nullopt;
    co_return std::move(*chunk);
}

}  // namespace pottle
