// SPDX-License-Identifier: MIT
#include "request_context.hpp"
#include "spool.hpp"

#include <pottle/app/multipart.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/http/charset.hpp>
#include <pottle/http/media_type.hpp>

#include <cerrno>
#include <system_error>

#include <fcntl.h>

namespace pottle {

namespace {

/// Written to disk at once, so that a hop to the pool is paid for once in a while.
constexpr std::size_t kBlock = 256 * 1024;
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

FileDescriptor create_file(const std::string& path) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) throw std::system_error(errno, std::generic_category(), path);
    return file;
}

/// Returns: the empty string with the block's capacity, to be filled again.
std::string write_block(int descriptor, std::string block, std::uint64_t offset) {
    app::write_all(descriptor, block, offset);
    block.clear();
    return block;
}

}  // namespace

MultipartError::~MultipartError() = default;

Multipart::Multipart(app::RequestContext& request)
    : request_(request),
      reader_(require_boundary(request), limits_of(request.form_limits())),
      part_(*this),
      in_memory_(request.has_body()) {
    if (in_memory_) input_ = request.body_text();
}

Multipart::~Multipart() = default;

Task<bool> Multipart::fill() {
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

Task<Multipart::Event> Multipart::next_event() {
    while (true) {
        const Event event = reader_.next(input_);
        if (event.kind == Event::Kind::Error) raise(event.error);
        if (event.kind != Event::Kind::NeedMore) co_return event;
        if (co_await fill()) continue;
        if (const Result<> end = reader_.finish(); !end) raise(end.error());
        co_return Event{.kind = Event::Kind::End};
    }
}

Task<std::string_view> Multipart::next_piece() {
    if (part_.over_) co_return std::string_view();
    const Event event = co_await next_event();
    if (event.kind == Event::Kind::Data) co_return event.data;
    part_.over_ = true;
    co_return std::string_view();
}

Task<FormPart*> Multipart::next() {
    while (!part_.over_) co_await next_piece();
    if (over_) co_return nullptr;
    const Event event = co_await next_event();
    if (event.kind == Event::Kind::End) {
        over_ = true;
        while (co_await fill()) input_ = {};  // an epilogue: read, so that the connection can stay
        co_return nullptr;
    }
    part_.headers_.clear();
    for (const http::Field& field : reader_.fields()) part_.headers_.add(field.name, field.value);
    part_.disposition_ = http::parse_content_disposition(part_.headers_.get("content-disposition"))
                             .value_or(http::ContentDisposition{});
    part_.over_ = false;
    co_return &part_;
}

Shared<app::Spool>& Multipart::spool() {
    if (!spool_) spool_ = Shared<app::Spool>::make();
    return spool_;
}

Task<std::optional<Bytes>> FormPart::next() {
    const std::string_view piece = co_await multipart_.next_piece();
    if (piece.empty()) co_return std::nullopt;
    co_return Bytes(piece);
}

Task<std::string> FormPart::text() {
    const ByteCount limit = multipart_.request_.form_limits().memory;
    std::string text;
    while (true) {
        const std::string_view piece = co_await multipart_.next_piece();
        if (piece.empty()) break;
        if (limit != 0 && text.size() + piece.size() > limit)
            throw MultipartError(413, "A field of the form is larger than allowed.");
        text += piece;
    }
    const auto type = http::parse_media_type(content_type());
    const auto charset = type ? type->parameter("charset") : std::nullopt;
    co_return http::decode_text(std::move(text), charset.value_or("utf-8"));
}

Task<FileStorage> FormPart::store() {
    FileStorage::Parts parts{.name = std::string(name()),
                             .filename = std::string(filename().value_or("")),
                             .headers = headers_};
    const ByteCount limit = multipart_.request_.form_limits().spool;
    const bool crowded = multipart_.kept_ >= limit * kKeptFiles;
    Shared<app::Spool> spool;
    std::string block;
    while (true) {
        const std::string_view piece = co_await multipart_.next_piece();
        if (piece.empty()) break;
        parts.size += piece.size();
        block += piece;
        if (!spool && (crowded || block.size() > limit)) {
            spool = multipart_.spool();
            parts.offset = spool->size();
        }
        if (spool && block.size() >= kBlock) block = co_await spool->append(std::move(block));
    }
    if (spool) {
        co_await spool->append(std::move(block));
    } else {
        multipart_.kept_ += block.size();
        parts.memory = std::move(block);
    }
    co_return FileStorage(std::move(parts), std::move(spool));
}

Task<std::uint64_t> FormPart::save(std::string path) {
    const FileDescriptor file = co_await run_blocking(&create_file, std::move(path));
    std::uint64_t size = 0;
    std::string block;
    for (bool over = false; !over;) {
        const std::string_view piece = co_await multipart_.next_piece();
        over = piece.empty();
        block += piece;
        if (block.empty() || (!over && block.size() < kBlock)) continue;
        const std::size_t count = block.size();
        block = co_await run_blocking(&write_block, file.get(), std::move(block), size);
        size += count;
    }
    co_return size;
}

Multipart& Inject<Multipart&>::from(Request& request) {
    app::RequestContext& context = app::RequestContext::of(request);
    auto& multipart = context.parsed().multipart;
    if (!multipart) multipart.emplace(context);
    return *multipart;
}

}  // namespace pottle
