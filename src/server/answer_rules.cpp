// SPDX-License-Identifier: MIT
#include "answer_rules.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/http/status.hpp>

#include <charconv>

namespace pottle::server {

namespace {

/// The application's Content-Length fields.
struct Announced {
    std::uint32_t count = 0;
    std::optional<std::uint64_t> length;  // of the last one, when it is a number

    explicit Announced(const Headers& headers) {
        for (const Headers::Entry& entry : headers) {
            if (entry.name.size() != 14 || !ascii::iequals(entry.name, "content-length")) continue;
            ++count;
            std::uint64_t value = 0;
            const char* end = entry.value.data() + entry.value.size();
            const auto [stop, error] = std::from_chars(entry.value.data(), end, value);
            length = error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
        }
    }

    /// What a response without content says: never in a 204; what the application said in a 304 or
    /// in the answer to HEAD (RFC 9110 8.6).
    std::optional<std::uint64_t> of_suppressed(int status) const noexcept {
        if (status == 204) return std::nullopt;
        if (status == 205) return 0;
        return count == 1 ? length : std::nullopt;
    }
};

bool is_final_status(int status) noexcept {
    return status >= 200 && status <= 599;
}

}  // namespace

void AnswerRules::begin(Method method) noexcept {
    *this = AnswerRules{};
    head_request_ = method == Method::Head;
}

void AnswerRules::settle(int status) {
    suppress_ = head_request_ || !http::status_has_body(status) || status == 205;
}

void AnswerRules::decide_whole(const Response& response, std::uint64_t octets) {
    POTTLE_REQUIRE(is_final_status(response.status), "a response's status must be 200 to 599");
    settle(response.status);
    if (!suppress_) {
        content_length_ = octets;
        return;
    }
    content_length_ = Announced(response.headers).of_suppressed(response.status);
    if (head_request_ && !content_length_ && http::status_has_body(response.status))
        content_length_ = octets;
}

Result<> AnswerRules::decide_streamed(const Response& response,
                                      std::optional<std::uint64_t> length) {
    if (!is_final_status(response.status))
        return fail(Error::us(Errc::BadResponse, "a response's status must be 200 to 599"));
    const Announced announced(response.headers);
    if (announced.count > 0) {
        if (announced.count > 1 || !announced.length || (length && *length != *announced.length))
            return fail(Error::us(Errc::BadResponse, "Content-Length contradicts itself"));
        length = announced.length;
    }
    settle(response.status);
    content_length_ = length;
    if (suppress_ && !(head_request_ && http::status_has_body(response.status)))
        content_length_ = announced.of_suppressed(response.status);
    limited_ = !suppress_ && length.has_value();
    remaining_ = length.value_or(0);
    return {};
}

std::string_view AnswerRules::content_type(const Response& response) const noexcept {
    // A response without a representation has no type of it.
    if (response.status == 204 || response.status == 304) return {};
    if (!response.headers.empty() && response.headers.contains("content-type")) return {};
    return response.content_type();
}

Result<> AnswerRules::add(std::uint64_t size) noexcept {
    if (!limited_) return {};
    if (size > remaining_)
        return fail(Error::us(Errc::BadResponse, "more content than Content-Length says"));
    remaining_ -= size;
    return {};
}

Result<> AnswerRules::finish() const noexcept {
    if (limited_ && remaining_ > 0)
        return fail(Error::us(Errc::BadResponse, "less content than Content-Length says"));
    return {};
}

}  // namespace pottle::server
