// SPDX-License-Identifier: MIT
#include "multipart_body.hpp"

#include "request_context.hpp"

#include <pottle/app/multipart.hpp>
#include <pottle/http/charset.hpp>
#include <pottle/http/media_type.hpp>

namespace pottle::app {

namespace {

/// All small files of one form together; what comes after goes to disk whatever its size.
constexpr std::size_t kKeptFiles = 4;  // times the limit of one file

std::string require_boundary(const Request& request) {
    if (auto boundary = http::multipart_boundary(request.content_type()))
        return std::move(*boundary);
    throw MultipartError(415,
                         "The Content-Type of this request must be multipart/form-data with a "
                         "boundary.");
}

http::MultipartLimits limits_of(const FormLimits& form) {
    http::MultipartLimits limits;
    limits.parts = form.parts ? form.parts : ~std::size_t{0};
    return limits;
}

[[noreturn]] void raise(const Error& error) {
    throw MultipartError(error.status, std::string(error.text));
}

}  // namespace

MultipartBody::MultipartBody(RequestContext& request)
    : request_(request),
      reader_(require_boundary(request), limits_of(request.form_limits())),
      in_memory_(request.has_body()) {
    if (in_memory_) input_ = request.body_text();
}

Task<bool> MultipartBody::fill() {
    if (in_memory_) co_return false;
    std::optional<Bytes> chunk = co_await request_.body_stream().next();
    if (!chunk) co_return false;
    std::string next;
    if (input_.empty()) {
        next = std::move(*chunk).release();
    } else {
        next.reserve(input_.size() + chunk->size());
        next.append(input_).append(chunk->view());
    }
    buffer_ = std::move(next);
    input_ = buffer_;
    co_return true;
}

Task<MultipartBody::Event> MultipartBody::next_event() {
    while (true) {
        const Event event = reader_.next(input_);
        if (event.kind == Event::Kind::Error) raise(event.error);
        if (event.kind != Event::Kind::NeedMore) co_return event;
        if (co_await fill()) continue;
        if (const Result<> end = reader_.finish(); !end) raise(end.error());
        co_return Event{.kind = Event::Kind::End};
    }
}

Task<std::string_view> MultipartBody::next_piece() {
    if (part_over_) co_return std::string_view();
    const Event event = co_await next_event();
    if (event.kind == Event::Kind::Data) co_return event.data;
    part_over_ = true;
    co_return std::string_view();
}

Task<bool> MultipartBody::next_part() {
    while (!part_over_) co_await next_piece();
    if (over_) co_return false;
    const Event event = co_await next_event();
    if (event.kind == Event::Kind::End) {
        over_ = true;
        while (co_await fill()) input_ = {};  // an epilogue: read, so that the connection can stay
        co_return false;
    }
    headers_.clear();
    for (const http::Field& field : reader_.fields()) headers_.add(field.name, field.value);
    disposition_ = http::parse_content_disposition(headers_.get("content-disposition"))
                       .value_or(http::ContentDisposition{});
    part_over_ = false;
    co_return true;
}

Task<std::string> MultipartBody::read_text() {
    const ByteCount limit = request_.form_limits().memory;
    std::string text;
    while (true) {
        const std::string_view piece = co_await next_piece();
        if (piece.empty()) break;
        if (limit != 0 && text.size() + piece.size() > limit)
            throw MultipartError(413, "A field of the form is larger than allowed.");
        text += piece;
    }
    const auto type = http::parse_media_type(headers_.get("content-type"));
    const auto charset = type ? type->parameter("charset") : std::nullopt;
    co_return http::decode_text(std::move(text), charset.value_or("utf-8"));
}

Task<FileStorage> MultipartBody::store() {
    FileStorage::Parts parts{.name = disposition_.name.value_or(""),
                             .filename = disposition_.filename.value_or(""),
                             .headers = headers_};
    const ByteCount limit = request_.form_limits().spool;
    const bool crowded = kept_ >= limit * kKeptFiles;
    Shared<app::Spool> spool;
    std::string block;
    while (true) {
        const std::string_view piece = co_await next_piece();
        if (piece.empty()) break;
        parts.size += piece.size();
        block += piece;
        if (!spool && (crowded || block.size() > limit)) {
            if (!spool_) spool_ = Shared<Spool>::make();
            spool = spool_;
            parts.offset = spool->size();
        }
        if (spool && block.size() >= kFileBlock) block = co_await spool->append(std::move(block));
    }
    if (spool) {
        co_await spool->append(std::move(block));
    } else {
        kept_ += block.size();
        parts.memory = std::move(block);
    }
    co_return FileStorage(std::move(parts), std::move(spool));
}

}  // namespace pottle::app
