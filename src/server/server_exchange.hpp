// SPDX-License-Identifier: MIT
/// \file
/// ServerExchange: what every protocol's exchange does alike: hand the request to the gateway, run
/// the task that comes back, send response(), turn failures into answers, count and log. A protocol
/// implements the primitives at the end.
///
///   state     meaning                                        leaves it when
///   Begun     begin() took the request's head                serve()
///   Running   the gateway's task runs                        it is done
///   Over      counted and logged; over() has been called     reset(), begin() again
///
/// Invariants:
/// 1. over() is called exactly once for each serve(), maybe before serve() returns, and nothing of
/// the exchange is used after it: the protocol may recycle or destroy it there.
/// 2. An answer that was begun is never replaced: after an error behind the head over() finds it
/// incomplete, and the protocol cuts it off.
/// 3. The primitives are called only between serve() and over().
#pragma once

#include "loop_context.hpp"
#include "member_timer.hpp"
#include "websocket_session.hpp"

#include <pottle/async/event.hpp>
#include <pottle/async/start.hpp>
#include <pottle/gateway/exchange.hpp>

#include <exception>
#include <memory>
#include <optional>

namespace pottle::server {

/// A piece of a request body, as a protocol has it at hand.
struct BodyEvent {
    enum class Kind : std::uint8_t { Nothing, Data, End, Error };
    Kind kind = Kind::Nothing;
    Bytes data = {};   ///< Data: 1 byte to 64 KiB
    Error error = {};  ///< Error: blamed on the peer, with a status
};

/// A resource that its protocol recycles or destroys.
class ServerExchange : public gateway::Exchange, private async::Completion, private WebsocketHost {
public:
    /// Serves the request that begin() took.
    void serve() noexcept;
    /// The same for one that asks for a websocket, over `duplex`, which outlives the exchange's
    /// use. A handshake with a mistake, the protocol's `checked` or one of the fields, is answered
    /// 400 or 426.
    void serve_websocket(Duplex& duplex, Result<> checked = {}) noexcept;
    /// True when the exchange has become a websocket: over() finds nothing more to send.
    bool is_websocket() const noexcept { return websocket_ && websocket_->accepted(); }
    /// The server stops: an open websocket is closed.
    void drain() noexcept {
        if (websocket_) websocket_->drain();
    }
    void cancel(CancelReason reason) noexcept { scope_->cancel(reason); }

    // What the connection tells.
    void on_input() noexcept { input_ready_.set(); }
    void on_output_drained() noexcept { output_drained_.set(); }

    /// It has more to send than the peer took so far.
    bool waits_for_reader() const noexcept { return waits_for_reader_; }
    /// For the access log: what the protocol sent of the content.
    void count_body(std::uint64_t bytes) noexcept { body_bytes_sent_ += bytes; }

    // gateway::Exchange
    const gateway::RequestHead& head() const noexcept override { return head_; }
    async::CancelScope& scope() noexcept override { return *scope_; }
    std::optional<std::string_view> body_in_hand() noexcept override { return in_hand_; }
    const Headers* trailers() const noexcept override { return trailers_.get(); }
    Task<Result<Bytes>> read() override;
    Result<> set_body_limit(ByteCount limit) noexcept override;
    Task<> send_informational(int status, Headers headers) override;
    Task<> send_head(std::optional<std::uint64_t> length) override;
    Task<> send_chunk(std::string chunk) override;
    Task<> finish(Headers trailers) override;

protected:
    explicit ServerExchange(LoopContext& context);
    /// A streamed body ends before the scope that it runs under.
    ~ServerExchange() { response_.reset(); }

    /// Takes over a request head. `facts` outlives the exchange's use.
    void begin(const gateway::RequestHead::Source& source, const gateway::ConnectionFacts& facts);
    /// Announces that the whole body stands at `body`, until the gateway's start() has returned.
    void set_body_in_hand(std::string_view body) noexcept;
    /// The end of the body brought trailer fields.
    void keep_trailers(http::Fields fields);
    /// Back to what it was before begin().
    void reset() noexcept;

    LoopContext& context() const noexcept { return context_; }
    /// Stops `timer` if it runs.
    void stop(async::Timer& timer) noexcept;

    // ---- What a protocol implements. Errors of the write_ functions: throw LogicError, or return
    // an error, when the application contradicts itself; a peer that is gone is told by broken()
    // alone.

    /// Sends head and octets of `response` (response(), or an error page) and ends the answer. It
    /// may stay in the connection's batch until control returns to the connection, or flush().
    virtual void write_whole(Response& response) = 0;
    /// Sends status and fields of response(). It may stay in the batch until flush().
    virtual Result<> write_head(std::optional<std::uint64_t> length) = 0;
    /// Sends content; not called with an empty chunk. Does nothing when suppresses_content().
    virtual Result<> write_chunk(std::string&& chunk) = 0;
    /// Announces that `length` octets follow by send_file_piece().
    virtual void begin_file(std::uint64_t length) = 0;
    /// Sends up to `count` bytes of a file. WouldBlock: on_output_drained() says when to try again.
    /// A failure that is not the peer's is the file's.
    virtual async::IoResult send_file_piece(int descriptor, std::uint64_t offset,
                                            std::size_t count) = 0;
    virtual Result<> write_end(const Headers& trailers) = 0;
    /// Does nothing after the head, or when the client's protocol has no 1xx.
    virtual void write_informational(int status, const Headers& headers) = 0;
    /// Writes what is collected in the batch.
    virtual void flush() = 0;

    virtual bool head_sent() const noexcept = 0;
    /// HEAD, 204, 304: content of this response must not be sent. Valid after write_head().
    virtual bool suppresses_content() const noexcept = 0;
    /// More than send_high_water waits for the peer; on_output_drained() is called when it is less.
    virtual bool congested() const noexcept = 0;
    /// Nothing can be sent any more.
    virtual bool broken() const noexcept = 0;

    /// Takes the next piece of the body, if one is here. Data is owned; the end is told once.
    virtual BodyEvent next_body_event() = 0;
    /// The handler waits for the body and nothing of it is here: send 100 Continue, return flow
    /// control credit.
    virtual void before_waiting_for_body() = 0;
    /// Reads more from the transport, where the body is pulled from it. Done: ask next_body_event()
    /// again. WouldBlock: on_input() is called when there is more. End, Failed: it will never be
    /// complete.
    virtual async::IoResult::Kind fill_body() = 0;
    /// The handler has got the end of the body or a piece of it: input must not lie in shared
    /// memory any more.
    virtual void keep_input() = 0;
    virtual Result<> limit_body(ByteCount limit) noexcept = 0;

    /// After this answer the connection is not used again, where that is the unit of failure
    /// (HTTP/1.x).
    virtual void close_after_response() noexcept {}
    /// The exchange became a task: it will outlast the connection's turn.
    virtual void task_started() noexcept {}
    /// It was cancelled because nobody is there to answer.
    virtual void abandon() noexcept = 0;
    /// The exchange is over; see invariant 1.
    virtual void over() noexcept = 0;

private:
    gateway::Outcome start();
    void refuse_handshake(const Error& error);
    void refuse_untouched() noexcept;
    void on_websocket_accepted() noexcept override;
    bool answer_inline();
    void run(Task<> rest);
    Task<> drive(Task<> rest);
    Task<> send_response();
    Task<> send_with_trailers(std::string octets);
    Task<> send_stream(StreamBody& body);
    Task<> send_file(FileRange range);
    Task<> drained();
    Task<> output_drains();
    Task<bool> body_arrives();
    void keep_unread_body();
    void end(std::exception_ptr error) noexcept;
    void answer_failure(std::exception_ptr error);
    void answer_error(int status, std::string_view text);
    void settle() noexcept;
    void leave() noexcept;
    void count_and_log(int status) noexcept;
    void on_done(std::exception_ptr error) noexcept override;
    void on_handler_timeout() noexcept { cancel(CancelReason::TimedOut); }

    LoopContext& context_;
    gateway::RequestHead head_;
    std::optional<async::CancelScope> scope_;
    std::unique_ptr<WebsocketSession> websocket_;
    std::optional<std::string_view> in_hand_;
    std::unique_ptr<Headers> trailers_;
    Bytes kept_body_;  // a body in hand that outlived start()
    async::Event input_ready_;
    async::Event output_drained_;
    MemberTimer<ServerExchange> handler_timer_;
    std::uint64_t body_bytes_sent_ = 0;
    SteadyTime started_{};
    unsigned reads_ = 0;
    std::optional<Error> body_error_;
    bool body_over_ = false;
    bool admitted_ = false;  // counted as active
    bool waits_for_reader_ = false;
};

}  // namespace pottle::server
