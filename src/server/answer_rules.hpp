// SPDX-License-Identifier: MIT
/// \file
/// AnswerRules: what the head of an answer over HTTP/2 or HTTP/3 says, and what may follow it: the
/// rules of HTTP that do not depend on framing (RFC 9110 6.4.1, 8.6; RFC 9113 8.1.1). HTTP/1.x has
/// them in its Writer.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/gateway/response.hpp>
#include <pottle/http/method.hpp>

#include <cstdint>
#include <optional>

namespace pottle::server {

/// For one answer at a time. A value.
class AnswerRules {
public:
    /// Makes ready for the answer to a request of that method.
    void begin(Method method) noexcept;

    /// Judges the head of a response whose body is `octets` long, all of it at hand.
    /// Errors: throws LogicError for a status outside 200-599.
    void decide_whole(const Response& response, std::uint64_t octets);
    /// Judges the head of a response whose content follows; `length` is its size when known.
    /// Returns: an error when the head contradicts itself.
    Result<> decide_streamed(const Response& response, std::optional<std::uint64_t> length);

    /// HEAD, 204, 205, 304: content must not be sent.
    bool suppresses_content() const noexcept { return suppress_; }
    /// What Content-Length says; the application's own field is not to be sent.
    std::optional<std::uint64_t> content_length() const noexcept { return content_length_; }
    /// Content-Type as it is to be sent; empty: the response's fields have one, or none is due.
    std::string_view content_type(const Response& response) const noexcept;

    /// Counts content. Returns: an error when it is more than announced.
    Result<> add(std::uint64_t size) noexcept;
    /// Returns: an error when less than announced was counted.
    Result<> finish() const noexcept;

private:
    void settle(int status);

    std::optional<std::uint64_t> content_length_;
    std::uint64_t remaining_ = 0;
    bool head_request_ = false;
    bool suppress_ = false;
    bool limited_ = false;  // content is sent, and its length is announced
};

}  // namespace pottle::server
