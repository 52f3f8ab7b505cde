// SPDX-License-Identifier: MIT
#include "conditional.hpp"

#include <pottle/app/http_exception.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/crypto/random.hpp>
#include <pottle/http/conditional.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/range.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace pottle::app {

namespace {

http::Validators validators_of(const Response& response) {
    http::Validators validators;
    if (const auto etag = response.headers.find("etag"))
        validators.entity_tag = http::parse_entity_tag(*etag);
    if (const auto date = response.headers.find("last-modified"))
        validators.last_modified = http::parse_http_date(*date);
    return validators;
}

http::Conditions conditions_of(const RequestHeaders& headers) {
    return {.if_match = headers.find("if-match"),
            .if_none_match = headers.find("if-none-match"),
            .if_modified_since = headers.find("if-modified-since"),
            .if_unmodified_since = headers.find("if-unmodified-since")};
}

void make_not_modified(Response& response) {
    response.status = 304;
    response.set_body(std::string());
    response.headers.remove("content-length");
    response.headers.remove("content-disposition");
}

/// Size of what stands in memory or in a file; nothing for a stream, which has no parts.
std::optional<std::uint64_t> size_of(const Response& response) {
    if (const std::string* octets = response.octets()) return octets->size();
    if (const FileRange* file = response.file()) return file->length;
    return std::nullopt;
}

void keep_one(Response& response, const ByteRange& range, std::uint64_t size) {
    response.status = 206;
    response.headers.set("content-range", http::content_range(range, size));
    response.headers.remove("content-length");
    if (std::string* octets = response.octets()) {
        *octets = octets->substr(range.first, range.length);
        return;
    }
    FileRange& file = *response.file();
    file.offset += range.first;
    file.length = range.length;
}

std::string read_piece(Shared<const FileDescriptor> file, std::uint64_t offset, std::size_t size) {
    std::string piece(size, '\0');
    ssize_t count = 0;
    do {
        count = ::pread(file->get(), piece.data(), size, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw std::system_error(errno, std::generic_category(), "read");
    // Fewer bytes than announced would look like a whole answer (RFC 9112 8).
    if (count == 0) throw std::runtime_error("a file became shorter while it was sent");
    piece.resize(static_cast<std::size_t>(count));
    return piece;
}

struct Part {
    std::string head;
    ByteRange range;
};

Generator<std::string> send_parts(FileRange file, std::vector<Part> parts, std::string end) {
    constexpr std::uint64_t kPiece = 64 * 1024;
    for (Part& part : parts) {
        co_yield std::move(part.head);
        while (part.range.length > 0) {
            std::string piece =
                co_await run_blocking(&read_piece, file.file, file.offset + part.range.first,
                                      std::min(part.range.length, kPiece));
            part.range.first += piece.size();
            part.range.length -= piece.size();
            co_yield std::move(piece);
        }
    }
    co_yield std::move(end);
}

/// multipart/byteranges (RFC 9110 14.6).
void keep_several(Response& response, const std::vector<ByteRange>& ranges, std::uint64_t size) {
    const std::string boundary = ascii::hex(crypto::random_octets(16));
    const std::string type(response.headers.get("content-type", response.content_type()));
    std::vector<Part> parts;
    std::uint64_t length = 0;
    for (const ByteRange& range : ranges) {
        parts.push_back({fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n",
                                     boundary, type, http::content_range(range, size)),
                         range});
        length += parts.back().head.size() + range.length;
    }
    std::string end = fmt::format("\r\n--{}--\r\n", boundary);
    length += end.size();

    if (const std::string* octets = response.octets()) {
        std::string body;
        body.reserve(length);
        for (const Part& part : parts)
            body.append(part.head).append(*octets, part.range.first, part.range.length);
        response.set_body(body + end);
    } else {
        const FileRange file = *response.file();
        response.set_body(StreamBody(send_parts(file, std::move(parts), std::move(end)), length));
    }
    response.status = 206;
    response.headers.remove("content-length");
    response.headers.remove("content-type");
    response.set_content_type("multipart/byteranges; boundary=" + boundary);
}

void apply_range(const Request& request, Response& response, const http::Validators& current) {
    const auto size = size_of(response);
    if (!size) return;
    response.headers.set_default("accept-ranges", "bytes");
    const auto field = request.headers().find("range");
    // RFC 9110 14.2: a range of anything but GET is ignored.
    if (!field || request.method() != Method::Get) return;
    if (const auto condition = request.headers().find("if-range");
        condition && !http::if_range_holds(*condition, current))
        return;
    const http::RangeRequest wanted = http::parse_range(*field, *size);
    if (wanted.kind == http::RangeRequest::Kind::Ignored) return;
    if (wanted.kind == http::RangeRequest::Kind::NotSatisfiable)
        abort(416, {}, Headers{{"content-range", http::content_range_unsatisfied(*size)}});
    if (wanted.ranges.size() == 1) return keep_one(response, wanted.ranges[0], *size);
    // Parts that overlap would multiply the work: the whole is less then (RFC 9110 14.2).
    std::uint64_t total = 0;
    for (const ByteRange& range : wanted.ranges) total += range.length;
    if (total <= *size) keep_several(response, wanted.ranges, *size);
}

}  // namespace

void apply_conditions(const Request& request, Response& response) {
    const bool reads = request.method() == Method::Get || request.method() == Method::Head;
    // RFC 9110 13.2.1: an answer that is not a success has no conditions.
    if (!reads || response.status != 200) return;
    const http::Validators current = validators_of(response);
    switch (http::evaluate(request.method(), conditions_of(request.headers()), current)) {
        case http::Precondition::Holds:
            return apply_range(request, response, current);
        case http::Precondition::NotModified:
            return make_not_modified(response);
        case http::Precondition::Failed:
            abort(412);
    }
}

}  // namespace pottle::app
