// SPDX-License-Identifier: MIT
/// \file
/// TestResponse: what a client would have received.
#pragma once

#include <pottle/http/headers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// An answer in memory. A value.
struct TestResponse {
    int status = 0;
    Headers headers;   ///< with the Content-Type and Content-Length that the server would add
    std::string body;  ///< a streamed body is collected here; empty for HEAD

    std::string_view text() const noexcept { return body; }
    /// First value of a field, or an empty text.
    std::string_view header(std::string_view name) const noexcept { return headers.get(name); }
};

}  // namespace pottle
