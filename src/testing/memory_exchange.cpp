// SPDX-License-Identifier: MIT
#include "memory_exchange.hpp"

#include <pottle/http/status.hpp>

#include <algorithm>

namespace pottle::testing {

namespace {

/// What a generator gives until it ends or fails; `all` is empty until the first chunk.
Task<> collect(StreamBody* body, std::optional<std::string>* all) {
    while (std::string* chunk = co_await body->chunks().next()) {
        if (!*all) all->emplace();
        **all += *chunk;
    }
    if (!*all) all->emplace();
}

}  // namespace

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

Task<> MemoryExchange::send_head(std::optional<std::uint64_t> length) {
    sent_ = true;
    write_head(length);
    co_return;
}

Task<> MemoryExchange::send_chunk(std::string chunk) {
    answer_.body += chunk;
    co_return;
}

Task<> MemoryExchange::finish(Headers trailers) {
    answer_.trailers = std::move(trailers);
    co_return;
}

std::string MemoryExchange::read_body(std::exception_ptr& failure) {
    if (std::string* octets = response_.octets()) return std::move(*octets);
    if (const FileRange* range = response_.file()) return read_file(*range);
    std::optional<std::string> all;
    try {
        executor_.run(collect(response_.stream(), &all), scope());
    } catch (const LogicError&) {
        throw;  // of the executor: the generator waits for what will not happen
    } catch (...) {
        failure = std::current_exception();
        if (all) answer_.complete = false;
    }
    return std::move(all).value_or("");
}

TestResponse MemoryExchange::take_response(std::exception_ptr failure) {
    if (sent_) {
        answer_.complete = !failure;
    } else if (!failure) {
        const StreamBody* stream = response_.stream();
        const auto announced = stream ? stream->length() : std::nullopt;
        const bool is_stream = stream != nullptr;
        std::string body = read_body(failure);
        if (!failure || !answer_.complete) {
            write_head(is_stream ? announced : std::optional<std::uint64_t>(body.size()));
            if (http::status_has_body(answer_.status)) answer_.body = std::move(body);
            answer_.trailers = std::move(response_.trailers);
            failure = {};
        }
    }
    if (failure && !sent_) {
        answer_.status = 500;
        answer_.headers = Headers{{"content-type", "text/plain; charset=utf-8"}};
        answer_.body = "Internal Server Error\n";
    }
    if (head().method() == Method::Head) answer_.body.clear();
    return std::move(answer_);
}

}  // namespace pottle::testing
