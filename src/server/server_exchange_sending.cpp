// SPDX-License-Identifier: MIT
/// \file
/// The sending half of ServerExchange: what the application sends itself, and response() in its
/// three forms.
#include "server_exchange.hpp"

#include <pottle/base/require.hpp>
#include <pottle/http/token.hpp>

#include <stdexcept>
#include <utility>

namespace pottle::server {

namespace {
/// One piece of a file; bounded so that one fast reader does not hold the loop.
constexpr std::size_t kFilePiece = 1024 * 1024;
}  // namespace

Task<> ServerExchange::send_informational(int status, Headers headers) {
    POTTLE_REQUIRE(status >= 100 && status <= 199 && status != 101,
                   "an informational response has a status from 100 to 199 and not 101");
    write_informational(status, headers);
    co_await drained();
}

Task<> ServerExchange::send_head(std::optional<std::uint64_t> length) {
    POTTLE_REQUIRE(!head_sent(), "the response's head is sent once");
    const Result<> written = write_head(length);
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    flush();
    co_await drained();
}

Task<> ServerExchange::send_chunk(std::string chunk) {
    POTTLE_REQUIRE(head_sent(), "a response's content has its head in front of it");
    if (chunk.empty()) {
        flush();  // the head may stand in the batch
        co_return;
    }
    const Result<> written = write_chunk(std::move(chunk));
    POTTLE_REQUIRE(written, "the response's body is longer than its Content-Length");
    co_await drained();
}

Task<> ServerExchange::finish(Headers trailers) {
    POTTLE_REQUIRE(head_sent(), "a response ends behind its head");
    // RFC 9110 6.5.1: only to a client that says that it takes them.
    if (!trailers.empty() && !http::list_contains(head_.get("te"), "trailers")) trailers.clear();
    const Result<> written = write_end(trailers);
    POTTLE_REQUIRE(written, "the response's body is shorter than its Content-Length");
    co_await drained();
}

Task<> ServerExchange::drained() {
    while (congested()) co_await output_drains();
    if (broken()) {
        cancel(CancelReason::Disconnected);
        throw Cancelled{CancelReason::Disconnected};
    }
}

Task<> ServerExchange::output_drains() {
    output_drained_.clear();
    waits_for_reader_ = true;
    co_await output_drained_.wait();
    waits_for_reader_ = false;
}

Task<> ServerExchange::send_response() {
    if (auto* stream = response_.stream()) {
        co_await send_stream(*stream);
    } else if (auto* file = response_.file()) {
        co_await send_file(std::move(*file));
    } else if (!response_.trailers.empty()) {
        co_await send_with_trailers(std::move(*response_.octets()));
    } else {
        write_whole(response_);
        stop(handler_timer_);
        flush();
        co_await drained();
    }
}

/// Without a length, so that HTTP/1.1 sends it in chunks, behind which trailers have a place.
Task<> ServerExchange::send_with_trailers(std::string octets) {
    co_await send_head({});
    if (!suppresses_content()) co_await send_chunk(std::move(octets));
    co_await finish(std::move(response_.trailers));
}

Task<> ServerExchange::send_stream(StreamBody& body) {
    // While the connection has too much to send already, nothing is asked of the handler.
    if (congested()) co_await drained();
    // The head waits for the first chunk: one write for both, and an exception before it can still
    // become a 500.
    std::string* chunk = co_await body.chunks().next();
    const Result<> written = write_head(body.length());
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    while (chunk && !suppresses_content()) {
        co_await send_chunk(std::move(*chunk));
        chunk = co_await body.chunks().next();
    }
    co_await finish(std::move(response_.trailers));
}

Task<> ServerExchange::send_file(FileRange range) {
    const Result<> written = write_head(range.length);
    POTTLE_REQUIRE(written, "the response's head cannot be sent: it contradicts itself");
    stop(handler_timer_);
    if (suppresses_content()) range.length = 0;
    if (range.length > 0) begin_file(range.length);
    flush();
    while (range.length > 0) {
        co_await drained();
        const std::size_t piece = range.length < kFilePiece ? range.length : kFilePiece;
        const async::IoResult result = send_file_piece(range.file->get(), range.offset, piece);
        if (result.kind == async::IoResult::Kind::WouldBlock) {
            co_await output_drains();
            continue;
        }
        if (result.kind == async::IoResult::Kind::Failed) {
            if (result.error.blame == Blame::Peer) throw Cancelled{CancelReason::Disconnected};
            // It became shorter or unreadable: the announced length cannot be kept (RFC 9112 8).
            throw std::runtime_error("a file could not be sent to its end");
        }
        range.offset += result.count;
        range.length -= result.count;
    }
    co_await finish(std::move(response_.trailers));
}

}  // namespace pottle::server
