// SPDX-License-Identifier: MIT
/// \file
/// TestResponse: what a client would have received.
#pragma once

#include <pottle/base/require.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace pottle {

/// A 1xx response that came before the answer.
struct TestInformational {
    int status = 0;
    Headers headers;
};

/// A request that the application promised the answer to (Request::make_push_promise()).
struct TestPushPromise {
    std::string path;
    Headers headers;
};

/// An answer in memory. A value.
struct TestResponse {
    int status = 0;
    Headers headers;   ///< with the Content-Type and Content-Length that the server would add
    std::string body;  ///< a streamed body is collected here; empty for HEAD
    Headers trailers{};
    std::vector<TestInformational> informational{};
    std::vector<TestPushPromise> push_promises{};
    std::vector<TestResponse> history{};  ///< the redirects that led here

    /// False when a streamed body was cut off: a real client would see the connection end early.
    bool complete = true;

    std::string_view text() const noexcept { return body; }
    /// First value of a field, or an empty text.
    std::string_view header(std::string_view name) const noexcept { return headers.get(name); }
    /// The body as a dynamic document. Errors: throws LogicError when it is not JSON.
    JsonValue json() const;
    /// The body as a T. Errors: throws LogicError when it does not fit.
    template <class T>
    T json() const {
        T value{};
        const DecodeResult result = pottle::json::decode(body, value);
        POTTLE_REQUIRE(result, "the body of the response is not of the wanted type");
        return value;
    }
};

}  // namespace pottle
