// SPDX-License-Identifier: MIT
/// \file
/// ValidationError: a request whose body, query, form, fields or cookies do not fit the struct that
/// a handler takes.
#pragma once

#include <pottle/app/http_exception.hpp>
#include <pottle/reflect/errors.hpp>

#include <string_view>
#include <vector>

namespace pottle {

/// Thrown by Json<T>, Form<T>, Query<T>, Header<T> and Cookie<T>: 415 when a Json<T> is sent
/// as another type, 400 when the document cannot be parsed, 422 when it does not fit. Answered as
/// problem+json (RFC 9457) with every error and its JSON Pointer, unless an error handler answers.
/// A value; copies share the list.
class ValidationError : public HTTPException {
public:
    /// `place` is where the values came from: "body", "query", "form", "header" or "cookie". Static
    /// storage.
    ValidationError(int status, std::string_view place, std::vector<FieldError> errors);
    ValidationError(const ValidationError&) noexcept;
    ~ValidationError() override;

    std::string_view place() const noexcept { return place_; }
    const std::vector<FieldError>& errors() const noexcept { return *errors_; }

    /// The default answer.
    Response to_problem() const;

private:
    std::string_view place_;
    Shared<const std::vector<FieldError>> errors_;  // copies are made by throwing
};

}  // namespace pottle
