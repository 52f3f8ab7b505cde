// SPDX-License-Identifier: MIT
/// \file
/// H2Stream: one request and its answer on an HTTP/2 connection. Recycled by the LoopContext.
#pragma once

#include "answer_rules.hpp"
#include "duplex.hpp"
#include "received_body.hpp"
#include "server_exchange.hpp"

#include <pottle/proto/h2/session.hpp>

namespace pottle::server {

class H2Connection;
class H2Stream;

/// The bytes of a websocket on an HTTP/2 stream: content both ways behind an extended CONNECT (RFC
/// 8441 5).
class H2Tunnel final : public Duplex {
public:
    explicit H2Tunnel(H2Stream& owner) noexcept : owner_(owner) {}

    // Duplex
    void accept(const Headers& fields) override;
    void observe(async::StreamObserver* observer) noexcept override { observer_ = observer; }
    async::IoResult read(std::span<char> into) noexcept override;
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override;

    // What the stream tells.
    void on_input() noexcept;
    void on_gone() noexcept;
    /// A write that did not fit may go on. Not from inside a call of the session.
    void on_writable() noexcept;
    bool waits() const noexcept { return waits_; }
    void reset() noexcept;

private:
    H2Stream& owner_;
    async::StreamObserver* observer_ = nullptr;
    bool waits_ = false;  // write() said WouldBlock
    bool gone_ = false;   // told of the peer's end
};

/// A resource. From begin() to over() it belongs to one connection.
class H2Stream final : public ServerExchange, private h2::StreamOwner {
public:
    explicit H2Stream(LoopContext& context) : ServerExchange(context), tunnel_(*this) {}
    ~H2Stream() = default;

    /// Takes over a request. `facts` outlives the stream's use.
    void begin(H2Connection& connection, h2::Stream& stream, const http::RequestParts& parts,
               const gateway::ConnectionFacts& facts);
    /// Back to the free list's state.
    void reset() noexcept;

    using ServerExchange::set_body_in_hand;
    /// In the place of serve(), for an extended CONNECT of a websocket.
    void serve_tunnel(bool ended);
    H2Tunnel& tunnel() noexcept { return tunnel_; }
    H2Connection& connection() const noexcept { return *connection_; }
    /// The stream's part of `stream`, which belongs to the server.
    static H2Stream& of(h2::Stream& stream) noexcept {
        return static_cast<H2Stream&>(*stream.owner);
    }
    h2::Stream& stream() const noexcept { return *stream_; }

    // What the connection tells.
    /// Content came. Returns: false when nobody will read it.
    bool on_data(std::string_view data);
    void on_body_end() noexcept;
    void on_trailers(http::Fields fields);
    bool awaits_continue() const noexcept { return awaits_continue_; }
    void on_reset() noexcept;
    std::size_t unread() const noexcept { return body_.unread(); }
    ReceivedBody& body() noexcept { return body_; }

    // gateway::Exchange
    bool push(std::string_view path, const Headers& headers) override;

private:
    // h2::StreamOwner
    void on_sent(std::size_t queued) noexcept override;

    // ServerExchange
    void write_whole(Response& response) override;
    Result<> write_head(std::optional<std::uint64_t> length) override;
    Result<> write_chunk(std::string&& chunk) override;
    void begin_file(std::uint64_t) override {}
    async::IoResult send_file_piece(int descriptor, std::uint64_t offset,
                                    std::size_t count) override;
    Result<> write_end(const Headers& trailers) override;
    void write_informational(int status, const Headers& headers) override;
    void flush() override;
    bool head_sent() const noexcept override { return stream_->head_sent; }
    bool suppresses_content() const noexcept override { return rules_.suppresses_content(); }
    bool congested() const noexcept override;
    bool broken() const noexcept override;
    BodyEvent next_body_event() override;
    void before_waiting_for_body() override;
    async::IoResult::Kind fill_body() override;
    void keep_input() override {}
    Result<> limit_body(ByteCount limit) noexcept override { return body_.set_limit(limit); }
    void abandon() noexcept override;
    void over() noexcept override;

    void write_answer_head(const Response& response, h2::EndStream end);

    H2Connection* connection_ = nullptr;
    h2::Stream* stream_ = nullptr;
    AnswerRules rules_;
    ReceivedBody body_;
    H2Tunnel tunnel_;
    bool awaits_continue_ = false;
};

}  // namespace pottle::server
