// SPDX-License-Identifier: MIT
#include "error_answer.hpp"

#include <pottle/http/accept.hpp>
#include <pottle/http/status.hpp>
#include <pottle/json/codec.hpp>

#include <algorithm>

namespace pottle::app {

namespace {

/// RFC 9457 3. For "about:blank" the title is the status's own.
struct Problem {
    std::string_view type = "about:blank";
    std::string_view title;
    int status;
    std::string_view detail;
};

bool prefers_json(const Request& request) {
    if (!request.headers().contains("accept")) return false;
    const AcceptedValues accepted = request.accept_mimetypes();
    return std::max(accepted.quality("application/json"),
                    accepted.quality("application/problem+json")) > accepted.quality("text/html");
}

}  // namespace

Response default_answer(const Request& request, const HTTPException& error) {
    if (error.has_response() || !prefers_json(request)) return error.to_response();
    const std::string_view phrase = http::status_phrase(error.status());
    Response response(json::encode(Problem{.title = phrase.empty() ? error.name() : phrase,
                                           .status = error.status(),
                                           .detail = error.description()}),
                      error.status());
    response.headers = error.headers();
    response.set_static_content_type("application/problem+json");
    response.add_vary("Accept");
    return response;
}

}  // namespace pottle::app
