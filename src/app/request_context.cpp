// SPDX-License-Identifier: MIT
#include "request_context.hpp"

#include "form.hpp"
#include "url_path.hpp"

#include <pottle/async/timeout.hpp>
#include <pottle/base/log.hpp>

#include <fmt/format.h>

namespace pottle {

namespace app {

namespace {
[[noreturn]] void raise(const Error& error) {
    abort(error.status ? error.status : 400, std::string(error.text));
}

/// "/new/<id>" with the values of a match.
std::string fill_target(std::string_view target, const UrlValues& values) {
    std::string out;
    for (;;) {
        const std::size_t begin = target.find('<');
        const std::size_t end = begin == target.npos ? begin : target.find('>', begin);
        if (end == target.npos) return out += target;
        out += target.substr(0, begin);
        std::string_view name = target.substr(begin + 1, end - begin - 1);
        if (const std::size_t colon = name.rfind(':'); colon != name.npos)
            name.remove_prefix(colon + 1);
        if (const UrlValue* value = values.find(name)) out += encode_path(value->text());
        target.remove_prefix(end + 1);
    }
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
      body_stream_(*this),
      pipeline_(&routing.application),
      form_limits_(&routing.limits.form),
      body_limit_(routing.limits.content_length) {
    Captures captures;
    match_ = find_route(kind, captures);
    if (match_.kind != RouteMatch::Kind::Found && match_.kind != RouteMatch::Kind::AutomaticOptions)
        return;
    bind_route(*routing.records[match_.route], captures);
    if (record_->may_redirect && match_.kind == RouteMatch::Kind::Found) [[unlikely]]
        redirect_match();
}

RequestContext::~RequestContext() {
    if (in_scope_) exchange().scope().set_context(nullptr);
}

void RequestContext::coroutine_failed(const void* code, const std::exception_ptr& cause) noexcept {
    if (!routing_.traces_coroutines) return;
    constexpr std::size_t kMost = 64;
    Parsed& notes = parsed();
    if (notes.failure != cause) {
        notes.failed.clear();
        notes.failure = cause;
    }
    if (notes.failed.size() < kMost) notes.failed.push_back(code);
}

RouteMatch RequestContext::find_route(RouteKind kind, Captures& captures) {
    const gateway::RequestHead& request_head = exchange().head();
    std::string_view raw = request_head.raw_path();
    if (const std::size_t mounted = exchange().mounted()) [[unlikely]]
        raw.remove_prefix(mounted);
    path_ = app::decode_path(raw, decoded_path_);
    RouteQuery query{path_, request_head.method(), request_head.method_text(), kind};
    if (kind == RouteKind::Websocket) {
        // RFC 8441 4: over HTTP/2 the method of a handshake is CONNECT.
        query.method = Method::Get;
        query.method_text = "GET";
    }
    if (!routing_.router.uses_hosts()) [[likely]]
        return routing_.router.match(query, captures);
    RouteMatch match = routing_.router.match_host(query, host(), is_secure(), captures);
    // RT-41: once, because every scanner on the net would fill the log.
    if (match.foreign_host && !routing_.foreign_host_told.exchange(true))
        log::warning(fmt::format("a request for {} was answered 404: SERVER_NAME is {}", host(),
                                 routing_.router.server_name()));
    return match;
}

void RequestContext::bind_route(const RouteRecord& record, const Captures& captures) {
    record_ = &record;
    pipeline_ = record.pipeline;
    exchange().set_route(record.pattern);
    if (record.settings.body_limit) body_limit_ = record.settings.body_limit;
    if (record.settings.form_limits) form_limits_ = &*record.settings.form_limits;
    for (std::size_t i = 0; i < captures.size(); ++i)
        path_values_[i] = {captures[i].data(), captures[i].size()};
    for (std::size_t i = record.pattern_parameters; i < record.parameters.size(); ++i) {
        const std::string& text = record.settings.defaults.find(record.parameters[i])->text();
        path_values_[i] = {text.data(), text.size()};
    }
    bindings_.path_values = path_values_ + record.prefix_parameters;
}

/// RT-6, RT-30: the route is right, but another URL is the canonical one.
void RequestContext::redirect_match() {
    const RouteRecord& record = *record_;
    const UrlValues values = route_values();
    std::string location;
    if (!record.settings.redirect_to.empty()) {
        location = fill_target(record.settings.redirect_to, values);
    } else if (record.settings.alias) {
        const auto built = routing_.urls.build(record.endpoint, values, {}, method_text());
        if (built && !built->record->settings.alias) location = built->path;
    } else if (const RouteRecord* canonical = routing_.urls.find_canonical(record, values)) {
        if (const auto built = routing_.urls.build_route(*canonical, values))
            location = built->path;
    }
    if (location.empty()) return;
    match_.kind = RouteMatch::Kind::Redirect;
    match_.location = std::move(location);
    record_ = nullptr;
    pipeline_ = &routing_.application;
}

UrlValues RequestContext::route_values() {
    UrlValues values;
    if (!record_) return values;
    for (std::size_t i = 0; i < record_->parameters.size(); ++i)
        values.set(record_->parameters[i], path_value(i));
    for (const RoutePiece& piece : routing_.router.route(record_->index).host_pieces)
        if (piece.is_parameter)
            values.set(
                piece.text,
                routing_.router.host_value(record_->index, domain(), piece.text).value_or(""));
    return values;
}

void RequestContext::set_path_value(std::size_t i, std::string text) {
    const std::string& kept = parsed().path_values.emplace_back(std::move(text));
    path_values_[i] = {kept.data(), kept.size()};
}

const std::string& RequestContext::domain() {
    auto& kept = parsed().domain;
    if (!kept) {
        const bool matters = routing_.router.uses_hosts();
        kept =
            matters ? routing_.router.domain_of(host(), is_secure()).value_or("") : std::string();
    }
    return *kept;
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
    parsed().form = urlencoded ? parse_form(body_view_, form_limits()) : MultiDict();
    return true;
}

Task<> RequestContext::load_form() {
    const auto guard = co_await parsed().form_lock.acquire();
    if (parsed().form) co_return;
    // REQ-25: the type decides, and another type has no fields.
    if (is_urlencoded(mimetype()))
        parsed().form = parse_form(co_await read_body(), form_limits());
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
            if (form_limits().total != 0 && total > form_limits().total)
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
