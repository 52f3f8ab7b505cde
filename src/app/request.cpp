// SPDX-License-Identifier: MIT
#include "form.hpp"
#include "request_context.hpp"

#include <pottle/app/request.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/http/cookies.hpp>
#include <pottle/http/url.hpp>
#include <pottle/json/value.hpp>

#include <charconv>

#include <fmt/format.h>

namespace pottle {

app::RequestContext& Request::context() noexcept {
    return static_cast<app::RequestContext&>(*this);
}
const app::RequestContext& Request::context() const noexcept {
    return static_cast<const app::RequestContext&>(*this);
}

std::string Request::full_path() const {
    return fmt::format("{}?{}", path(), query_string());
}

std::string_view Request::host() const noexcept {
    std::string_view host = head().authority();
    const std::string_view default_port = is_secure() ? ":443" : ":80";
    if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
    return host;
}

std::string Request::root_url() const {
    return fmt::format("{}://{}/", scheme(), host());
}

std::string Request::base_url() const {
    return fmt::format("{}://{}{}", scheme(), host(), head().raw_path());
}

std::string Request::url() const {
    if (query_string().empty()) return base_url();
    return fmt::format("{}?{}", base_url(), query_string());
}

std::string Request::remote_addr() const {
    const gateway::ConnectionFacts& connection = head().connection();
    const std::string address = connection.stream ? connection.stream->peer_address()
                                                  : std::string(connection.client_address);
    if (address.empty() || address == "unix:") return "<local>";
    if (address.front() == '[')  // "[2001:db8::1]:5000"
        return address.substr(1, address.find(']') - 1);
    return address.substr(0, address.rfind(':'));
}

std::string Request::mimetype() const {
    std::string_view type = content_type();
    type = ascii::trim(type.substr(0, type.find(';')));
    std::string lower(type);
    for (char& c : lower) c = ascii::to_lower(c);
    return lower;
}

std::optional<ByteCount> Request::content_length() const noexcept {
    const http::Field* field = head().find("content-length");
    if (!field || head().find("transfer-encoding")) return std::nullopt;
    ByteCount length = 0;
    const char* end = field->value.data() + field->value.size();
    const auto [stop, error] = std::from_chars(field->value.data(), end, length);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return length;
}

bool Request::is_json() const {
    const std::string type = mimetype();
    return type == "application/json" ||
           (type.starts_with("application/") && type.ends_with("+json"));
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

std::optional<std::string_view> Request::view_arg(std::string_view name) const noexcept {
    const app::RouteRecord* record = context().record();
    if (!record) return std::nullopt;
    for (std::size_t i = 0; i < record->parameters.size(); ++i)
        if (record->parameters[i] == name) return bindings_.path_values[i].view();
    return std::nullopt;
}

BodyStream& Request::body() {
    return context().body_stream();
}

Task<std::string_view> Request::get_data() {
    return context().read_body();
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

Task<std::optional<JsonValue>> Request::get_json() {
    if (!is_json()) co_return std::nullopt;
    Result<JsonValue> value = JsonValue::parse(co_await get_data());
    if (!value) abort(400, std::string(value.error().text));
    co_return std::move(*value);
}

Task<MultiDict> Request::form() {
    auto& form = context().parsed().form;
    if (!form) {
        // REQ-25: the type decides, and another type has no fields.
        if (app::is_urlencoded(mimetype()))
            form = app::parse_form(co_await get_data());
        else
            form.emplace();
    }
    co_return *form;
}

std::exception_ptr Inject<std::exception_ptr>::from(Request& request) noexcept {
    return app::RequestContext::of(request).error;
}

std::vector<std::string_view> RequestHeaders::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const http::Field& field : fields_)
        if (ascii::iequals(field.name, name)) values.push_back(field.value);
    return values;
}

}  // namespace pottle
