// SPDX-License-Identifier: MIT
#include "h2_stream.hpp"

#include "h2_connection.hpp"

#include <pottle/base/require.hpp>

#include <cerrno>
#include <utility>

#include <unistd.h>

namespace pottle::server {

namespace {
/// Read from a file at once: the read may wait for the disk.
constexpr std::size_t kFileRead = 64 * 1024;
}  // namespace

void H2Stream::begin(H2Connection& connection, h2::Stream& stream, const http::RequestParts& parts,
                     const gateway::ConnectionFacts& facts) {
    connection_ = &connection;
    stream_ = &stream;
    stream.owner = this;
    ServerExchange::begin({.method = parts.method,
                           .version = HttpVersion::Http2,
                           .method_text = parts.method_text,
                           .target = parts.target,
                           .path = parts.path,
                           .query = parts.query,
                           .authority = parts.authority,
                           .fields = parts.fields},
                          facts);
    rules_.begin(parts.method);
    body_.begin(context().options().h1.body, parts.content_length);
    awaits_continue_ = parts.expect_continue && !stream.remote_closed;
}

void H2Stream::reset() noexcept {
    ServerExchange::reset();
    connection_ = nullptr;
    stream_ = nullptr;
    tunnel_.reset();
    body_.clear();
}

// ---- receiving

bool H2Stream::on_data(std::string_view data) {
    const bool kept = body_.push(data);
    on_input();
    tunnel_.on_input();
    return kept;
}

void H2Stream::on_reset() noexcept {
    tunnel_.on_gone();
    cancel(CancelReason::Disconnected);
}

void H2Stream::serve_tunnel(bool ended) {
    body_.begin(0, {});  // messages have limits of their own
    if (ended) body_.finish();
    serve_websocket(tunnel_);
}

void H2Stream::on_body_end() noexcept {
    body_.finish();
    on_input();
    tunnel_.on_input();
}

void H2Stream::on_trailers(http::Fields fields) {
    keep_trailers(fields);
    on_body_end();
}

BodyEvent H2Stream::next_body_event() {
    BodyEvent event = body_.next();
    if (event.kind == BodyEvent::Kind::Data) connection_->consumed(*stream_, event.data.size());
    return event;
}

void H2Stream::before_waiting_for_body() {
    if (!std::exchange(awaits_continue_, false)) return;
    static const Headers kNoFields;
    write_informational(100, kNoFields);
}

/// The session pushes content here: nothing is to be fetched, but it may have come while the
/// handler left its turn to others.
async::IoResult::Kind H2Stream::fill_body() {
    return body_.ready() ? async::IoResult::Kind::Done : async::IoResult::Kind::WouldBlock;
}

// ---- sending

void H2Stream::write_answer_head(const Response& response, h2::EndStream end) {
    connection_->session().send_head(*stream_,
                                     {.status = response.status,
                                      .content_type = rules_.content_type(response),
                                      .content_length = rules_.content_length(),
                                      .headers = &response.headers,
                                      .preset = context().preset_fields()},
                                     end, connection_->out());
}

void H2Stream::write_whole(Response& response) {
    std::string& octets = *response.octets();
    rules_.decide_whole(response, octets.size());
    if (rules_.suppresses_content() || octets.empty())
        return write_answer_head(response, h2::EndStream::Yes);
    write_answer_head(response, h2::EndStream::No);
    count_body(octets.size());
    connection_->session().send_data(*stream_, std::move(octets), h2::EndStream::Yes,
                                     connection_->may_write(), connection_->out());
}

Result<> H2Stream::write_head(std::optional<std::uint64_t> length) {
    POTTLE_REQUIRE(!head_sent(), "the response's head is sent once");
    POTTLE_TRY(rules_.decide_streamed(response_, length));
    write_answer_head(response_, h2::EndStream::No);
    return {};
}

Result<> H2Stream::write_chunk(std::string&& chunk) {
    if (rules_.suppresses_content()) return {};
    POTTLE_TRY(rules_.add(chunk.size()));
    count_body(chunk.size());
    connection_->session().send_data(*stream_, std::move(chunk), h2::EndStream::No,
                                     connection_->may_write(), connection_->out());
    connection_->wrote();
    return {};
}

async::IoResult H2Stream::send_file_piece(int descriptor, std::uint64_t offset, std::size_t count) {
    std::string piece;
    int error = 0;
    piece.resize_and_overwrite(count < kFileRead ? count : kFileRead, [&](char* at, std::size_t n) {
        ssize_t got = 0;
        do {
            got = ::pread(descriptor, at, n, static_cast<off_t>(offset));
        } while (got < 0 && errno == EINTR);
        if (got < 0) error = errno;
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    });
    if (piece.empty())
        return async::IoResult::failed(Error::system(error, "a file became shorter or unreadable"));
    const std::size_t size = piece.size();
    if (const Result<> written = write_chunk(std::move(piece)); !written)
        return async::IoResult::failed(written.error());
    return async::IoResult::done(size);
}

Result<> H2Stream::write_end(const Headers& trailers) {
    POTTLE_TRY(rules_.finish());
    h2::Session& session = connection_->session();
    if (trailers.empty() || rules_.suppresses_content())
        session.send_data(*stream_, {}, h2::EndStream::Yes, connection_->may_write(),
                          connection_->out());
    else
        session.send_trailers(*stream_, trailers, connection_->out());
    connection_->wrote();
    return {};
}

void H2Stream::write_informational(int status, const Headers& headers) {
    connection_->session().send_informational(*stream_, status, headers, connection_->out());
    connection_->wrote();
}

void H2Stream::flush() {
    connection_->wrote();
}

bool H2Stream::push(std::string_view path, const Headers& headers) {
    return connection_->push(*this, path, headers);
}

bool H2Stream::congested() const noexcept {
    return !broken() && (stream_->queue.size() > context().options().send_high_water ||
                         connection_->holds_too_much());
}

bool H2Stream::broken() const noexcept {
    return stream_->was_reset || connection_->broken();
}

void H2Stream::on_sent(std::size_t queued) noexcept {
    if (queued > context().options().send_high_water / 2) return;
    on_output_drained();
    if (tunnel_.waits()) connection_->tunnel_drained();
}

// ---- ending

void H2Stream::abandon() noexcept {
    connection_->session().reset(*stream_, h2::ErrorCode::Cancel, connection_->out());
}

void H2Stream::over() noexcept {
    connection_->exchange_over(*this);
}

}  // namespace pottle::server
