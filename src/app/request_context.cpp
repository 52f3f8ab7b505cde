// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include "url_path.hpp"

namespace pottle {

namespace app {

namespace {
[[noreturn]] void raise(const Error& error) {
    abort(error.status ? error.status : 400, std::string(error.text));
}
}  // namespace

RequestContext::RequestContext(gateway::Exchange& exchange, const Routing& routing)
    : Request(exchange),
      routing_(routing),
      match_(routing.router.match(
          query_of(exchange.head(), path_ = decode_path(exchange.head().raw_path(), decoded_path_)),
          captures_)),
      body_stream_(exchange),
      pipeline_(&routing.application) {
    if (match_.kind != RouteMatch::Kind::Found && match_.kind != RouteMatch::Kind::AutomaticOptions)
        return;
    record_ = routing.records[match_.route].get();
    pipeline_ = record_->pipeline;
    exchange.set_route(record_->pattern);
    // A body that is already known to be too long meets whoever reads it, and nobody else.
    if (record_->settings.body_limit) (void)exchange.set_body_limit(*record_->settings.body_limit);
    for (std::size_t i = 0; i < captures_.size(); ++i)
        path_values_[i] = {captures_[i].data(), captures_[i].size()};
    bindings_.path_values = path_values_;
}

bool RequestContext::take_body_in_hand() {
    if (has_body()) return true;
    if (!inside_start_) return false;
    const std::optional<std::string_view> body = exchange().body_in_hand();
    if (!body) return false;
    if (record_ && record_->settings.body_limit.value_or(0) != 0 &&
        body->size() > *record_->settings.body_limit)
        abort(413);
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

Task<std::string_view> RequestContext::read_body() {
    if (has_body()) {
        own_body();  // who asked may keep the view while it waits
        co_return body_view_;
    }
    while (std::optional<Bytes> chunk = co_await body_stream_.next()) {
        if (body_.empty())
            body_ = std::move(*chunk).release();
        else
            body_ += chunk->view();
    }
    body_view_ = body_;
    body_state_ = BodyState::Owned;
    co_return body_view_;
}

}  // namespace app

Task<std::optional<Bytes>> BodyStream::next() {
    Result<Bytes> chunk = co_await exchange_.read();
    if (!chunk) app::raise(chunk.error());
    if (chunk->empty()) co_return std::nullopt;
    co_return std::move(*chunk);
}

}  // namespace pottle
