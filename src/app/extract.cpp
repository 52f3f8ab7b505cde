// SPDX-License-Identifier: MIT
#include "form.hpp"
#include "request_context.hpp"

#include <pottle/app/extract.hpp>
#include <pottle/app/validation_error.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/multipart.hpp>
#include <pottle/http/url.hpp>

namespace pottle {

namespace app {

bool is_urlencoded(std::string_view mimetype) noexcept {
    return mimetype == "application/x-www-form-urlencoded" ||
           mimetype == "application/x-url-encoded";
}

bool is_multipart_form(std::string_view content_type) {
    const auto type = http::parse_media_type(content_type);
    return type && type->is("multipart/form-data") && http::multipart_boundary(content_type);
}

MultiDict parse_form(std::string_view body, const FormLimits& limits) {
    Result<MultiDict> form =
        http::parse_form(body, {.size = limits.memory, .fields = limits.parts});
    if (!form) abort(form.error().status, std::string(form.error().text));
    return std::move(*form);
}

namespace detail {

namespace {

void find_in_dict(const void* context, std::string_view name,
                  std::vector<std::string_view>& values) {
    for (const auto& [key, value] : *static_cast<const MultiDict*>(context))
        if (key == name) values.push_back(value);
}

bool is_field_of(std::string_view field, std::string_view member) noexcept {
    if (field.size() != member.size()) return false;
    for (std::size_t i = 0; i < field.size(); ++i) {
        const char wanted = member[i] == '_' ? '-' : ascii::to_lower(member[i]);
        if (ascii::to_lower(field[i]) != wanted) return false;
    }
    return true;
}

void find_in_headers(const void* context, std::string_view name,
                     std::vector<std::string_view>& values) {
    for (const http::Field& field : static_cast<const Request*>(context)->headers())
        if (is_field_of(field.name, name)) values.push_back(field.value);
}

}  // namespace

std::string_view require_json(Request& request) {
    if (!request.is_json()) throw ValidationError(415, "body", {});
    return RequestContext::of(request).body_text();
}

reflect::TextSource form_source(Request& request) {
    RequestContext& context = RequestContext::of(request);
    if (!is_urlencoded(request.mimetype()) && !is_multipart_form(request.content_type()))
        abort(415,
              "The Content-Type of this request must be application/x-www-form-urlencoded or "
              "multipart/form-data.");
    return {&*context.parsed().form, &find_in_dict};
}

reflect::TextSource query_source(Request& request) {
    return {&request.args(), &find_in_dict};
}

reflect::TextSource header_source(Request& request) {
    return {&request, &find_in_headers};
}

reflect::TextSource cookie_source(Request& request) {
    return {&request.cookies(), &find_in_dict};
}

void raise_decode_error(DecodeResult&& result, const char* place) {
    throw ValidationError(result.status == DecodeStatus::Malformed ? 400 : 422, place,
                          std::move(result.errors));
}

}  // namespace detail
}  // namespace app

Body Inject<Body>::from(Request& request) {
    return Body(app::RequestContext::of(request).body_text());
}

}  // namespace pottle
