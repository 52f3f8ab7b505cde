// SPDX-License-Identifier: MIT
#include "make_url.hpp"
#include "request_context.hpp"

#include <pottle/app/app_handle.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/json_provider.hpp>
#include <pottle/app/request.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/token.hpp>
#include <pottle/http/url.hpp>
#include <pottle/json/value.hpp>

#include <fmt/format.h>

namespace pottle {

app::RequestContext& Request::context() noexcept {
    return static_cast<app::RequestContext&>(*this);
}
const app::RequestContext& Request::context() const noexcept {
    return static_cast<const app::RequestContext&>(*this);
}

AppHandle Request::app() const noexcept {
    return AppHandle(*context().routing().app);
}

std::string Request::full_path() const {
    return fmt::format("{}?{}", path(), query_string());
}

std::string_view Request::host() const noexcept {
    const gateway::Forwarded* said = exchange_.forwarded();
    std::string_view host =
        said && !said->host.empty() ? std::string_view(said->host) : head().authority();
    const std::string_view default_port = is_secure() ? ":443" : ":80";
    if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
    return host;
}

std::string Request::root_url() const {
    return fmt::format("{}://{}{}/", scheme(), host(), root_path());
}

std::string Request::host_url() const {
    return fmt::format("{}://{}/", scheme(), host());
}

std::string Request::base_url() const {
    const gateway::Forwarded* said = exchange_.forwarded();
    return fmt::format("{}://{}{}{}", scheme(), host(), said ? said->prefix : std::string(),
                       head().raw_path());
}

std::string Request::url() const {
    if (query_string().empty()) return base_url();
    return fmt::format("{}?{}", base_url(), query_string());
}

std::string Request::root_path() const {
    const gateway::Forwarded* said = exchange_.forwarded();
    std::string path = said ? said->prefix : std::string();
    return path += head().raw_path().substr(0, exchange_.mounted());
}

std::string Request::remote_addr() const {
    const gateway::Forwarded* said = exchange_.forwarded();
    if (said && !said->client_address.empty()) return said->client_address;
    const gateway::ConnectionFacts& connection = head().connection();
    const std::string address = connection.transport ? connection.transport->peer_address()
                                                     : std::string(connection.client_address);
    if (address.empty() || address == "unix:") return "<local>";
    if (address.front() == '[')  // "[2001:db8::1]:5000"
        return address.substr(1, address.find(']') - 1);
    return address.substr(0, address.rfind(':'));
}

std::vector<std::string> Request::access_route() const {
    std::vector<std::string> route;
    for (const std::string_view value : headers().get_all("x-forwarded-for")) {
        http::ListReader list(value);
        for (std::string_view address; list.next(address);)
            if (!address.empty()) route.emplace_back(address);
    }
    if (route.empty()) route.push_back(remote_addr());
    return route;
}

std::string Request::server() const {
    const async::Transport* transport = head().connection().transport;
    return transport ? transport->local_address() : std::string();
}

bool Request::make_push_promise(std::string_view path) {
    Headers fields;
    for (const std::string_view name :
         {"accept", "accept-encoding", "accept-language", "cache-control", "user-agent"})
        if (const http::Field* field = head().find(name)) fields.add(name, field->value);
    return exchange_.push(path, fields);
}

std::string_view Request::url_rule() const noexcept {
    const app::RouteRecord* record = context().record();
    return record ? std::string_view(record->pattern) : std::string_view();
}

std::string_view Request::endpoint() const noexcept {
    const app::RouteRecord* record = context().record();
    return record ? std::string_view(record->endpoint) : std::string_view();
}

std::string_view Request::blueprint() const noexcept {
    return context().pipeline().blueprint;
}

std::vector<std::string_view> Request::blueprints() const {
    std::vector<std::string_view> names;
    for (const app::Pipeline* p = &context().pipeline(); p->parent; p = p->parent)
        names.push_back(p->blueprint);
    return names;
}

std::optional<std::string_view> Request::view_arg(std::string_view name) const {
    // What is parsed on demand is no change that anybody can see.
    auto& own = const_cast<app::RequestContext&>(context());
    const app::RouteRecord* record = own.record();
    if (!record) return std::nullopt;
    for (std::size_t i = 0; i < record->parameters.size(); ++i)
        if (record->parameters[i] == name) return own.path_value(i);
    auto value = own.routing().router.host_value(record->index, own.domain(), name);
    if (!value) return std::nullopt;
    return own.parsed().path_values.emplace_back(std::move(*value));
}

void Request::set_view_arg(std::string_view name, std::string text) {
    const app::RouteRecord* record = context().record();
    POTTLE_REQUIRE(record, "set_view_arg: no route matched");
    for (std::size_t i = 0; i < record->parameters.size(); ++i)
        if (record->parameters[i] == name) return context().set_path_value(i, std::move(text));
    POTTLE_REQUIRE(false, "set_view_arg: the route has no value of that name");
}

const std::string& Request::id() {
    std::string& id = context().parsed().id;
    const app::Routing& routing = context().routing();
    if (id.empty() && !routing.request_id_header.empty()) {
        // What goes into the log is short and printable, whoever sent it.
        constexpr std::size_t kLongest = 128;
        for (const char c : head().get(routing.request_id_header).substr(0, kLongest))
            if (c > ' ' && c < '\x7f') id += c;
    }
    if (id.empty())
        id = fmt::format("{:016x}",
                         routing.last_request_id.fetch_add(1, std::memory_order_relaxed) + 1);
    return id;
}

Logger Request::logger() {
    return Logger(context().routing().application_name, id());
}

std::string Request::url_for(std::string_view endpoint, UrlValues values,
                             const UrlOptions& options) {
    return app::make_url(context().routing(), &context(), endpoint, std::move(values), options);
}

BodyStream& Request::body() {
    return context().body_stream();
}

void Request::set_max_content_length(std::optional<ByteCount> limit) noexcept {
    context().set_body_limit(limit.value_or(0));
}
void Request::set_max_form_memory_size(std::optional<ByteCount> limit) {
    context().own_form_limits().memory = limit.value_or(0);
}
void Request::set_max_form_parts(std::optional<std::size_t> limit) {
    context().own_form_limits().parts = limit.value_or(0);
}

Task<std::string_view> Request::get_data() {
    return context().read_body();
}

Task<std::string> Request::take_data() {
    return context().take_body();
}

Task<std::string_view> Request::get_text() {
    const std::string_view text = co_await get_data();
    if (!utf8::is_valid(text)) abort(400, "The body of this request must be UTF-8.");
    co_return text;
}

const MultiDict& Request::args() {
    auto& args = context().parsed().args;
    if (!args) args = http::decode_query(query_string());
    return *args;
}

const MultiDict& Request::cookies() {
    auto& cookies = context().parsed().cookies;
    if (!cookies) {
        // RFC 9113 8.2.3: HTTP/2 may split the field; the pieces belong together.
        std::string all;
        for (const std::string_view value : headers().get_all("cookie")) {
            if (!all.empty()) all += "; ";
            all += value;
        }
        cookies = http::parse_cookies(all);
    }
    return *cookies;
}

const JsonProvider& Request::json_provider() const noexcept {
    return *context().routing().json;
}

Task<std::optional<JsonValue>> Request::get_json(JsonOptions options) {
    if (!options.force && !is_json()) co_return std::nullopt;
    Result<JsonValue> value = json_provider().loads(co_await get_data());
    if (value) co_return std::move(*value);
    if (!options.silent) abort(400, std::string(value.error().text));
    co_return std::nullopt;
}

Task<const MultiDict&> Request::form() {
    co_await context().load_form();
    co_return *context().parsed().form;
}

Task<const FileDict&> Request::files() {
    co_await context().load_form();
    co_return context().parsed().files;
}

Task<const MultiDict&> Request::values() {
    if (method() == Method::Get || method() == Method::Head) co_return args();
    co_await context().load_form();
    auto& values = context().parsed().values;
    if (!values) {
        values = args();
        for (const auto& [name, value] : *context().parsed().form) values->add(name, value);
    }
    co_return *values;
}

void Request::add_after_this(app::AfterThis* function) {
    context().parsed().after_this.emplace_back(function);
}

FileDict& Inject<FileDict&>::from(Request& request) {
    return app::RequestContext::of(request).parsed().files;
}

std::exception_ptr Inject<std::exception_ptr>::from(Request& request) noexcept {
    return app::RequestContext::of(request).error;
}

std::string_view RequestHeaders::at(std::string_view name) const {
    const http::Field* field = http::find_field(fields_, name);
    if (field == nullptr) throw MissingKey(name);
    return field->value;
}

std::vector<std::string_view> RequestHeaders::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const http::Field& field : fields_)
        if (ascii::iequals(field.name, name)) values.push_back(field.value);
    return values;
}

void require_handshake(const Request& request) {
    if (request.early_data()) abort(425);
}

}  // namespace pottle
