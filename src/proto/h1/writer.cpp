// SPDX-License-Identifier: MIT
/// \file
/// The writer's state machine: what a head must say and what may follow it. The text of heads is
/// put together in response_head.cpp.
#include "head_facts.hpp"
#include "response_head.hpp"

#include <pottle/base/require.hpp>
#include <pottle/http/request_fields.hpp>
#include <pottle/http/status.hpp>
#include <pottle/proto/h1/writer.hpp>

#include <charconv>

namespace pottle::h1 {

namespace {

constexpr std::size_t kLongestChunkLine = 16 + 2;

char* put_chunk_line(char* at, std::uint64_t size) noexcept {
    at = std::to_chars(at, at + 16, size, 16).ptr;
    return put(at, "\r\n");
}

/// 1*DIGIT, or nothing.
std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return length;
}

bool is_final_status(int status) noexcept {
    return status >= 200 && status <= 599;
}

}  // namespace

void Writer::begin(const RequestFacts& request) noexcept {
    state_ = State::Head;
    body_ = BodyKind::None;
    remaining_ = 0;
    version_ = request.version;
    head_request_ = request.method == Method::Head;
    keep_alive_ = request.keep_alive && keep_alive_;
    suppress_ = false;
    chunk_open_ = false;
}

Result<> Writer::write_informational(std::string& out, int status, const Headers& headers) {
    POTTLE_REQUIRE(state_ == State::Head, "a 1xx response belongs in front of the final one");
    if (status < 100 || status > 199)
        return fail(Error::us(Errc::BadResponse, "an informational status must be 1xx"));
    if (version_ == HttpVersion::Http10) return {};  // RFC 9110 15.2: must not be sent
    HeadPlan plan;
    plan.status = status;
    append_head(out, plan, FieldSummary(&headers), {}, {});
    return {};
}

/// Settles what `status` and the request say about content and connection. 205 has none either, but
/// says so with a length of 0 (RFC 9110 15.3.6).
void Writer::settle(int status, bool wants_close) noexcept {
    suppress_ = head_request_ || !http::status_has_body(status) || status == 205;
    if (wants_close) keep_alive_ = false;
}

void Writer::write_response(std::string& out, const ResponseHead& head, std::string_view content,
                            std::string_view preset) {
    POTTLE_REQUIRE(state_ == State::Head, "a response without a request, or a second one");
    POTTLE_REQUIRE(is_final_status(head.status), "a response's status must be 200 to 599");
    const FieldSummary fields(head.headers);
    settle(head.status, fields.wants_close);
    HeadPlan plan = plan_head(head, fields);
    if (!suppress_) {
        plan.content_length = content.size();
    } else {
        plan.content_length = suppressed_length(head.status, fields);
        if (head_request_ && !plan.content_length && http::status_has_body(head.status))
            plan.content_length = content.size();
        content = {};
    }
    append_head(out, plan, fields, preset, content);
    state_ = State::Done;
}

Result<> Writer::write_head(std::string& out, const ResponseHead& head,
                            std::optional<std::uint64_t> length, std::string_view preset) {
    POTTLE_REQUIRE(state_ == State::Head, "a response without a request, or a second one");
    if (!is_final_status(head.status))
        return fail(Error::us(Errc::BadResponse, "a response's status must be 200 to 599"));
    const FieldSummary fields(head.headers);
    if (fields.content_lengths > 0) {
        const auto announced = parse_length(fields.content_length);
        if (fields.content_lengths > 1 || !announced || (length && *length != *announced))
            return fail(Error::us(Errc::BadResponse, "Content-Length contradicts itself"));
        length = announced;
    }

    settle(head.status, fields.wants_close);
    if (suppress_)
        body_ = BodyKind::None;
    else if (length)
        body_ = BodyKind::Length;
    else if (version_ == HttpVersion::Http10)
        body_ = BodyKind::UntilClose;  // RFC 9112 6.3 rule 8
    else
        body_ = BodyKind::Chunked;
    if (body_ == BodyKind::UntilClose) keep_alive_ = false;
    remaining_ = length.value_or(0);

    HeadPlan plan = plan_head(head, fields);
    plan.chunked = body_ == BodyKind::Chunked;
    plan.content_length = length;
    if (suppress_ && !(head_request_ && http::status_has_body(head.status)))
        plan.content_length = suppressed_length(head.status, fields);
    append_head(out, plan, fields, preset, {});
    state_ = State::Body;
    return {};
}

/// The Content-Length of a response without content: never in a 204; what the application said in
/// a 304 or in the answer to HEAD (RFC 9110 8.6).
std::optional<std::uint64_t> Writer::suppressed_length(int status,
                                                       const FieldSummary& fields) noexcept {
    if (status == 204) return std::nullopt;
    if (status == 205) return 0;
    if (fields.content_lengths != 1) return std::nullopt;
    return parse_length(fields.content_length);
}

HeadPlan Writer::plan_head(const ResponseHead& head, const FieldSummary& fields) const noexcept {
    HeadPlan plan;
    plan.status = head.status;
    // A response without a representation has no type of it.
    if (!fields.has_content_type && head.status != 204 && head.status != 304)
        plan.content_type = head.content_type;
    // RFC 9112 9.3: persistence is the default of HTTP/1.1, and must be told in HTTP/1.0.
    plan.close = !keep_alive_ && version_ != HttpVersion::Http10;
    plan.keep_alive = keep_alive_ && version_ == HttpVersion::Http10;
    return plan;
}

Result<> Writer::open_chunk(std::string& out, std::uint64_t size) {
    POTTLE_REQUIRE(state_ == State::Body, "content without a head in front of it");
    switch (body_) {
        case BodyKind::None:
        case BodyKind::UntilClose:
            return {};
        case BodyKind::Length:
            if (size > remaining_) {
                keep_alive_ = false;
                return fail(Error::us(Errc::BadResponse, "more content than Content-Length says"));
            }
            remaining_ -= size;
            return {};
        case BodyKind::Chunked:
            if (size == 0) return {};  // an empty chunk would end the content
            append_bounded(out, kLongestChunkLine,
                           [&](char* at) noexcept { return put_chunk_line(at, size); });
            chunk_open_ = true;
            return {};
    }
    return {};
}

void Writer::close_chunk(std::string& out) {
    if (chunk_open_) out.append("\r\n");
    chunk_open_ = false;
}

Result<> Writer::write_chunk(std::string& out, std::string_view content) {
    POTTLE_TRY(open_chunk(out, content.size()));
    if (!suppress_) out.append(content);
    close_chunk(out);
    return {};
}

Result<> Writer::finish(std::string& out, const Headers* trailers) {
    POTTLE_REQUIRE(state_ == State::Body, "finish() without a streamed response");
    state_ = State::Done;
    if (body_ == BodyKind::Length && remaining_ > 0) {
        // RFC 9112 8: the peer learns of it by the connection's end.
        keep_alive_ = false;
        return fail(Error::us(Errc::BadResponse, "less content than Content-Length says"));
    }
    if (body_ != BodyKind::Chunked) return {};
    const std::size_t bound = 5 + FieldSummary(trailers).bytes;
    append_bounded(out, bound, [&](char* at) noexcept {
        at = put(at, "0\r\n");
        if (trailers != nullptr) {
            for (const Headers::Entry& entry : *trailers)
                if (!http::is_forbidden_trailer(entry.name))
                    at = put_field(at, entry.name, entry.value);
        }
        return put(at, "\r\n");
    });
    return {};
}

}  // namespace pottle::h1
