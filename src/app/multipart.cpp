// SPDX-License-Identifier: MIT
#include "multipart_body.hpp"
#include "request_context.hpp"
#include "spool.hpp"

#include <pottle/app/multipart.hpp>
#include <pottle/async/run_blocking.hpp>

namespace pottle {

MultipartError::~MultipartError() = default;

Multipart::Multipart(app::RequestContext& request)
    : body_(Shared<app::MultipartBody>::make(request)), part_(*body_) {}

Multipart::~Multipart() = default;

Task<FormPart*> Multipart::next() {
    co_return co_await body_->next_part() ? &part_ : nullptr;
}

std::string_view FormPart::name() const noexcept {
    const auto& name = body_.disposition().name;
    return name ? std::string_view(*name) : std::string_view();
}

std::optional<std::string_view> FormPart::filename() const noexcept {
    return body_.disposition().filename;
}

std::string_view FormPart::content_type() const noexcept {
    return headers().get("content-type");
}

const Headers& FormPart::headers() const noexcept {
    return body_.headers();
}

Task<std::optional<Bytes>> FormPart::next() {
    const std::string_view piece = co_await body_.next_piece();
    if (piece.empty()) co_return std::nullopt;
    co_return Bytes(piece);
}

Task<std::string> FormPart::text() {
    return body_.read_text();
}

Task<FileStorage> FormPart::store() {
    return body_.store();
}

Task<std::uint64_t> FormPart::save(std::string path) {
    const FileDescriptor file = co_await run_blocking(&app::create_file, std::move(path));
    std::uint64_t size = 0;
    std::string block;
    for (bool over = false; !over;) {
        const std::string_view piece = co_await body_.next_piece();
        over = piece.empty();
        block += piece;
        if (block.empty() || (!over && block.size() < app::kFileBlock)) continue;
        const std::size_t count = block.size();
        block = co_await run_blocking(&app::write_block, file.get(), std::move(block), size);
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
