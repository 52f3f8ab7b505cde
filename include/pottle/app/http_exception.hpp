// SPDX-License-Identifier: MIT
/// \file
/// HTTPException and abort(): leaving a handler with an HTTP error, as in Flask. Exactly one place,
/// the dispatcher, catches it; an errorhandler may answer instead of the default page.
#pragma once

#include <pottle/base/shared.hpp>
#include <pottle/gateway/response.hpp>
#include <pottle/http/headers.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace pottle {

/// An HTTP error on its way to the client. A value; copies share their text.
///
/// Without a description the status's default sentence is shown. Headers are added to the answer:
/// Allow for 405, Retry-After for 429 and 503, WWW-Authenticate for 401, Content-Range for 416.
class HTTPException : public std::exception {
public:
    /// Errors: a status outside 100..999 throws LogicError.
    explicit HTTPException(int status, std::string description = {}, Headers headers = {});
    /// Sends `response` as it is.
    explicit HTTPException(Response response);
    HTTPException(const HTTPException&) noexcept;
    HTTPException& operator=(const HTTPException&) noexcept;
    ~HTTPException() override;

    int status() const noexcept { return status_; }
    /// "Not Found"; "Unknown Error" for a status without a name.
    std::string_view name() const noexcept;
    /// What was given, or the default sentence of the status; may be empty.
    std::string_view description() const noexcept;
    const Headers& headers() const noexcept;
    /// What nobody expected and what became this 500; null for every other error.
    std::exception_ptr original() const noexcept;
    /// A 500 in the place of `original` (ERR-6).
    static HTTPException wrap(std::exception_ptr original);
    /// True when a whole response was given.
    bool has_response() const noexcept;
    /// "404 Not Found: The requested URL ..."
    const char* what() const noexcept override;

    /// The answer: the response that was given, or the default page with headers(). A response
    /// with a streamed body is moved out: it can be sent once.
    Response to_response() const;

private:
    struct State;
    int status_;
    Shared<State> state_;  // shared by the copies that throwing makes
};

/// Ends the request with the default page of that status.
[[noreturn]] void abort(int status);
[[noreturn]] void abort(int status, std::string description);
[[noreturn]] void abort(int status, std::string description, Headers headers);
/// Ends the request with this response.
[[noreturn]] void abort(Response response);

namespace app {

/// The default sentence of an error status; empty for a status without one.
std::string_view default_description(int status) noexcept;

/// "Not Found" for 404, in Werkzeug's words; "Unknown Error" for a status without a name.
std::string_view error_name(int status) noexcept;

/// The page Flask shows for an error. Both texts are plain and get escaped; a newline in the
/// description becomes <br>.
std::string error_page(int status, std::string_view name, std::string_view description);

/// A redirect to an absolute or relative URL that is already percent-encoded, with Flask's body.
Response redirect_response(std::string_view location, int status);

}  // namespace app
/// RESP-1: an error that is returned instead of thrown is its response; handlers of errors are not
/// asked.
template <class T>
struct IntoResponse;
template <>
struct IntoResponse<HTTPException> {
    static void write(Response& response, const HTTPException& error) {
        response = error.to_response();
    }
};

}  // namespace pottle
