// SPDX-License-Identifier: MIT
#include <pottle/app/http_exception.hpp>
#include <pottle/base/require.hpp>

#include <optional>

#include <fmt/format.h>

namespace pottle {

struct HTTPException::State {
    std::string description;
    Headers headers;
    std::optional<Response> response;
    std::string what;
    std::exception_ptr original;
};

HTTPException::HTTPException(int status, std::string description, Headers headers)
    : status_(status), state_(Shared<State>::make()) {
    POTTLE_REQUIRE(status >= 100 && status <= 999, "an HTTP status has three digits");
    state_->description = std::move(description);
    state_->headers = std::move(headers);
    state_->what = fmt::format("{} {}: {}", status, name(), this->description());
}

HTTPException::HTTPException(Response response)
    : status_(response.status), state_(Shared<State>::make()) {
    state_->response = std::move(response);
    state_->what = fmt::format("{} {}", status_, name());
}

HTTPException::HTTPException(const HTTPException&) noexcept = default;
HTTPException& HTTPException::operator=(const HTTPException&) noexcept = default;
HTTPException::~HTTPException() = default;

std::string_view HTTPException::name() const noexcept {
    return app::error_name(status_);
}

std::string_view HTTPException::description() const noexcept {
    if (!state_->description.empty()) return state_->description;
    return app::default_description(status_);
}

const Headers& HTTPException::headers() const noexcept {
    return state_->response ? state_->response->headers : state_->headers;
}

std::exception_ptr HTTPException::original() const noexcept {
    return state_->original;
}

HTTPException HTTPException::wrap(std::exception_ptr original) {
    HTTPException error(500);
    error.state_->original = std::move(original);
    return error;
}

bool HTTPException::has_response() const noexcept {
    return state_->response.has_value();
}

const char* HTTPException::what() const noexcept {
    return state_->what.c_str();
}

Response HTTPException::to_response() const {
    if (const auto& given = state_->response) {
        // What can be sent only once is given away; the rest may be thrown again.
        if (given->stream() || given->late_body().get()) return std::move(*state_->response);
        return given->copy();
    }
    Response response(app::error_page(status_, name(), description()), status_);
    response.headers = state_->headers;
    return response;
}

void abort(int status) {
    throw HTTPException(status);
}

void abort(int status, std::string description) {
    throw HTTPException(status, std::move(description));
}

void abort(int status, std::string description, Headers headers) {
    throw HTTPException(status, std::move(description), std::move(headers));
}

void abort(Response response) {
    throw HTTPException(std::move(response));
}

}  // namespace pottle
