// SPDX-License-Identifier: MIT
#include <pottle/app/validation_error.hpp>
#include <pottle/http/status.hpp>
#include <pottle/json/codec.hpp>

namespace pottle {

namespace {

/// RFC 9457 3, with the extension member `errors`.
struct Problem {
    std::string_view type = "about:blank";
    std::string_view title;
    int status;
    std::string_view detail;
    std::string_view in;  ///< where the values came from
    std::vector<FieldError> errors;
};

std::string_view explain(int status) {
    if (status == 415) return "The Content-Type of this request must be application/json.";
    return status == 400 ? "The request could not be parsed."
                         : "The request does not have the expected form.";
}

}  // namespace

ValidationError::ValidationError(int status, std::string_view place, std::vector<FieldError> errors)
    : HTTPException(status, std::string(explain(status))),
      place_(place),
      errors_(Shared<const std::vector<FieldError>>::make(std::move(errors))) {}

ValidationError::ValidationError(const ValidationError&) noexcept = default;

ValidationError::~ValidationError() = default;

Response ValidationError::to_problem() const {
    Response response(json::encode(Problem{.title = http::status_phrase(status()),
                                           .status = status(),
                                           .detail = explain(status()),
                                           .in = place_,
                                           .errors = *errors_}),
                      status());
    response.set_static_content_type("application/problem+json");
    return response;
}

}  // namespace pottle
