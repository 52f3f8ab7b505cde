// SPDX-License-Identifier: MIT
#include "memory_exchange.hpp"

#include <pottle/http/status.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace pottle::testing {

namespace {

Error too_large() {
    return Error::peer(Errc::BodyTooLarge, 413, "The request body is too large.");
}

Task<std::string> collect(StreamBody* body) {
    std::string all;
    while (std::string* chunk = co_await body->chunks().next()) all += *chunk;
    co_return all;
}

std::string read_file(const FileRange& range) {
    std::string text(range.length, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::pread(range.file->get(), text.data() + done, text.size() - done,
                                      static_cast<off_t>(range.offset + done));
        if (count < 0) throw std::system_error(errno, std::generic_category(), "pread");
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    text.resize(done);
    return text;
}

}  // namespace

MemoryExchange::MemoryExchange(const TestRequest& request, async::VirtualExecutor& executor)
    : request_(request), executor_(executor), scope_(executor) {
    connection_.scheme = request.scheme;
    connection_.client_address = request.client_address;

    std::vector<http::Field> fields{{"host", request.host}};
    const std::string length = std::to_string(request.body.size());
    if (!request.content_type.empty()) fields.push_back({"content-type", request.content_type});
    if (!request.body.empty()) fields.push_back({"content-length", length});
    for (const Headers::Entry& field : request.headers) fields.push_back({field.name, field.value});

    const std::string_view target = request.target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    head_.assign({.method = parse_method(request.method),
                  .version = request.version,
                  .method_text = request.method,
                  .target = target,
                  .path = target.substr(0, mark),
                  .query = target.substr(std::min(mark + 1, target.size())),
                  .authority = request.host,
                  .fields = fields},
                 connection_);
}

std::optional<std::string_view> MemoryExchange::body_in_hand() noexcept {
    if (!inside_start_ || (request_.body_piece != 0 && !request_.body.empty())) return std::nullopt;
    if (in_hand_.empty()) in_hand_ = request_.body;
    return in_hand_;
}

void MemoryExchange::leave_start() noexcept {
    inside_start_ = false;
    std::ranges::fill(in_hand_, '#');  // so that a view that was kept shows in the test's answer
}

Task<Result<Bytes>> MemoryExchange::read() {
    const std::size_t left = request_.body.size() - consumed_;
    const std::size_t piece = request_.body_piece ? request_.body_piece : std::size_t{64_KiB};
    const std::size_t count = std::min(left, piece);
    consumed_ += count;
    if (limit_ != 0 && consumed_ > limit_) co_return fail(too_large());
    co_return Bytes(request_.body.substr(consumed_ - count, count));
}

Result<> MemoryExchange::set_body_limit(ByteCount limit) noexcept {
    limit_ = limit;
    // The length is announced unless the body comes in pieces, as a chunked one does.
    if (limit != 0 && request_.body.size() > limit && request_.body_piece == 0)
        return fail(too_large());
    return {};
}

Task<> MemoryExchange::send_informational(int, Headers) {
    co_return;
}

Task<> MemoryExchange::send_head(std::optional<std::uint64_t> length) {
    sent_ = true;
    write_head(answer_, length);
    co_return;
}

Task<> MemoryExchange::send_chunk(std::string chunk) {
    answer_.body += chunk;
    co_return;
}

Task<> MemoryExchange::finish(Headers) {
    co_return;
}

void MemoryExchange::write_head(TestResponse& out, std::optional<std::uint64_t> length) const {
    out.status = response_.status;
    out.headers = response_.headers;
    if (!http::status_has_body(out.status)) return;
    if (!response_.content_type().empty())
        out.headers.set_default("content-type", response_.content_type());
    if (length) out.headers.set_default("content-length", std::to_string(*length));
}

std::string MemoryExchange::read_body() {
    Response::Body& body = response_.body();
    if (std::string* octets = std::get_if<std::string>(&body)) return std::move(*octets);
    if (const FileRange* range = std::get_if<FileRange>(&body)) return read_file(*range);
    return executor_.run(collect(&std::get<StreamBody>(body)), scope_);
}

TestResponse MemoryExchange::take_response() {
    if (!sent_) {
        const StreamBody* stream = std::get_if<StreamBody>(&response_.body());
        const auto announced = stream ? stream->length() : std::nullopt;
        const bool is_stream = stream != nullptr;
        std::string body = read_body();
        write_head(answer_, is_stream ? announced : std::optional<std::uint64_t>(body.size()));
        if (http::status_has_body(answer_.status)) answer_.body = std::move(body);
    }
    if (head_.method() == Method::Head) answer_.body.clear();
    return std::move(answer_);
}

}  // namespace pottle::testing
