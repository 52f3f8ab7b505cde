// SPDX-License-Identifier: MIT
#include <pottle/app/http_exception.hpp>
#include <pottle/app/result.hpp>
#include <pottle/http/url.hpp>

namespace pottle {

Redirect redirect(std::string location, int status) {
    return {std::move(location), status};
}

namespace app::detail {

void write_text(Response& response, std::string&& text) noexcept {
    response.set_body(std::move(text));
}

void write_text(Response& response, std::string_view text) {
    // The string of a response that the server reuses has room already.
    if (std::string* octets = response.octets())
        octets->assign(text);
    else
        response.set_body(std::string(text));
}

void write_bytes(Response& response, Bytes&& bytes) {
    response.set_static_content_type("application/octet-stream");
    response.set_body(std::move(bytes).release());
}

void write_response(Response& response, Response&& value) {
    // What was set on the injected Response& stays unless the returned one says otherwise.
    Headers earlier = std::exchange(response.headers, {});
    if (value.trailers.empty()) value.trailers = std::exchange(response.trailers, {});
    const bool cookies = response.take_cookies();
    response = std::move(value);
    if (cookies) response.count_cookies();
    for (const Headers::Entry& entry : earlier)
        if (!response.headers.contains(entry.name)) response.headers.add(entry.name, entry.value);
}

void write_stream(Response& response, Generator<std::string>&& chunks) {
    response.set_body(StreamBody(std::move(chunks)));
}

void write_nothing(Response& response) noexcept {
    const std::string* octets = response.octets();
    if (response.status == 200 && octets && octets->empty()) response.status = 204;
}

std::string& begin_json(Response& response) {
    response.set_static_content_type("application/json");
    if (!response.octets()) response.set_body(std::string());
    response.octets()->clear();
    return *response.octets();
}

void set_status(Response& response, int status) {
    POTTLE_REQUIRE(status >= 200 && status <= 999, "the status of a response is 200 to 999");
    response.status = status;
}

void set_headers(Response& response, Headers&& headers) {
    // RESP-3: each name replaces what is there; the same name twice here stands twice.
    for (const Headers::Entry& entry : headers) response.headers.remove(entry.name);
    for (const Headers::Entry& entry : headers) response.headers.add(entry.name, entry.value);
}

void set_created(Response& response, std::string&& location) {
    response.status = 201;
    if (!location.empty()) response.headers.set("location", location);
}

void raise_not_found() {
    abort(404);
}

void write_redirect(Response& response, Redirect&& redirect) {
    const int status = redirect.status;
    POTTLE_REQUIRE(status == 301 || status == 302 || status == 303 || status == 305 ||
                       status == 307 || status == 308,
                   "the status of a redirect is 301, 302, 303, 305, 307 or 308");
    write_response(response, redirect_response(http::iri_to_uri(redirect.location), status));
}

}  // namespace app::detail
}  // namespace pottle
