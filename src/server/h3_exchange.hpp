// SPDX-License-Identifier: MIT
/// \file
/// H3Exchange: one request and its answer on a stream of an HTTP/3 connection, or a websocket in
/// extended CONNECT (RFC 9220).
#pragma once

#include "answer_rules.hpp"
#include "duplex.hpp"
#include "server_exchange.hpp"

#include <pottle/http/request_fields.hpp>
#include <pottle/proto/h3/session.hpp>

#include <optional>
#include <string>

namespace pottle::server {

class H3Connection;

/// A resource, owned by its connection until it is over.
class H3Exchange final : public ServerExchange, private Duplex {
public:
    H3Exchange(H3Connection& connection, h3::StreamId stream);

    /// Takes over a request head. `early`: it came in 0-RTT packets.
    void begin(const http::RequestParts& parts, const gateway::ConnectionFacts& facts, bool end,
               bool early);
    /// Runs the gateway. `this` may be gone afterwards.
    void start() noexcept;

    using ServerExchange::read;
    h3::StreamId stream() const noexcept { return stream_; }
    bool started() const noexcept { return started_; }

    // What the connection tells.
    void on_body(std::string_view octets);
    /// Trailer fields came; on_end() follows.
    void on_trailers(http::Fields fields) { keep_trailers(fields); }
    void on_end() noexcept;
    /// The peer takes nothing more, or sends nothing more of an unfinished request: it is gone.
    void on_gone() noexcept;
    /// Octets were sent, and the stream is not congested.
    void on_sent() noexcept;

    /// Octets of the body that nobody took.
    std::size_t unread() const noexcept { return body_.size() - body_offset_; }
    bool request_complete() const noexcept { return body_ended_; }
    bool answer_complete() const noexcept { return answer_ended_; }
    bool gone() const noexcept { return gone_; }

private:
    // ServerExchange
    void write_whole(Response& response) override;
    Result<> write_head(std::optional<std::uint64_t> length) override;
    Result<> write_chunk(std::string&& chunk) override;
    void begin_file(std::uint64_t length) override;
    async::IoResult send_file_piece(int descriptor, std::uint64_t offset,
                                    std::size_t count) override;
    Result<> write_end(const Headers& trailers) override;
    void write_informational(int status, const Headers& headers) override;
    void flush() override;
    bool head_sent() const noexcept override { return head_sent_; }
    bool suppresses_content() const noexcept override { return rules_.suppresses_content(); }
    bool congested() const noexcept override;
    bool broken() const noexcept override { return gone_; }
    BodyEvent next_body_event() override;
    void before_waiting_for_body() override;
    async::IoResult::Kind fill_body() override;
    void keep_input() override {}
    Result<> limit_body(ByteCount limit) noexcept override;
    void abandon() noexcept override { gone_ = true; }
    void over() noexcept override;

    // Duplex: the websocket's octets are the bodies of request and response
    void accept(const Headers& fields) override;
    void observe(async::StreamObserver* observer) noexcept override { observer_ = observer; }
    async::IoResult read(std::span<char> into) noexcept override;
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override;

    bool over_limit() const noexcept;
    void write_answer_head(const Response& response, h3::EndStream end);

    H3Connection& connection_;
    const h3::StreamId stream_;
    std::string body_;
    std::size_t body_offset_ = 0;
    std::uint64_t received_ = 0;
    ByteCount body_limit_ = 0;
    std::optional<std::uint64_t> announced_;  // the request's Content-Length
    AnswerRules rules_;
    async::StreamObserver* observer_ = nullptr;
    bool wants_websocket_ = false;
    bool want_read_ = true;    // the observer waits for octets
    bool want_write_ = false;  // and for room
    bool awaits_continue_ = false;
    bool started_ = false;
    bool body_ended_ = false;
    bool head_sent_ = false;
    bool answer_ended_ = false;
    bool gone_ = false;
};

}  // namespace pottle::server
