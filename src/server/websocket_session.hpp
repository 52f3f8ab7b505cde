// SPDX-License-Identifier: MIT
/// \file
/// WebsocketSession: one websocket of the server: joins a Duplex, the proto/ws machine and what the
/// gateway makes of it. It lives inside of the exchange of its handshake; how a protocol starts
/// one: duplex.hpp.
///
/// Reading goes on while the queue has room: control frames are answered and the client's close is
/// seen although no handler receives. Sending is collected until control returns to the loop.
///
/// Invariants:
/// 1. What the client sent before its end is received before Closed is, and may be answered: our
///    close frame waits for the queue to be empty and for the message in the handler's hands.
/// 2. At most one close frame is sent, and nothing behind it (RFC 6455 5.5.1).
/// 3. serve() ends only when no timer, no job and no callback refers to the session any more.
/// 4. Input never lies in the loop's shared buffer when control returns to the loop.
#pragma once

#include "duplex.hpp"
#include "input.hpp"
#include "loop_context.hpp"
#include "member_job.hpp"
#include "member_timer.hpp"
#include "websocket_output.hpp"
#include "websocket_queue.hpp"

#include <pottle/async/event.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/websocket.hpp>
#include <pottle/proto/ws/deflate.hpp>
#include <pottle/proto/ws/handshake.hpp>
#include <pottle/proto/ws/reader.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace pottle::server {

/// Told of the one moment of a websocket that its exchange must know.
class WebsocketHost {
public:
    /// The handshake was accepted: the handler's time limit ends, the answer is counted and logged.
    virtual void on_websocket_accepted() noexcept = 0;

protected:
    ~WebsocketHost() = default;
};

/// A resource of its exchange. Thread: its loop's.
class WebsocketSession final : public gateway::Websocket, private async::StreamObserver {
public:
    /// All of them outlive the session. Precondition: ws::check_handshake() found nothing.
    WebsocketSession(LoopContext& context, gateway::Exchange& handshake, Duplex& duplex,
                     WebsocketHost& host);
    ~WebsocketSession();

    /// Runs what Gateway::start_websocket() gave, and then the end of the websocket. An exception
    /// before accept() comes out; behind it, it closes with 1011.
    Task<> serve(Task<> application);
    /// The server stops: closes with WebsocketOptions::shutdown_code.
    void drain() noexcept;

    // gateway::Websocket
    bool accepted() const noexcept override { return accepted_; }
    bool closed() const noexcept override;
    void accept(std::string_view subprotocol, const Headers& headers) override;
    bool try_receive(WebsocketMessage& message) override;
    void queue(WebsocketMessage::Kind kind, std::string_view data) override;
    bool queue(const Shared<const gateway::SharedMessage>& message) override;
    bool send_now(const Shared<const gateway::SharedMessage>& message) override;
    ByteCount unsent() const noexcept override { return output_.size(); }
    bool congested() const noexcept override;
    void close(std::uint16_t code, std::string_view reason) override;

private:
    struct End {
        std::uint16_t code;
        std::string reason;
    };

    const WebsocketOptions& options() const noexcept { return context_.options().websocket; }
    [[noreturn]] void throw_closed() const override;

    // async::StreamObserver
    void on_readable() noexcept override;
    void on_writable() noexcept override { write_output(); }
    void on_peer_closed() noexcept override;

    void use_deflate(const ws::DeflateParameters& parameters);
    /// Runs `work` in a callback: a defect of ours ends this websocket and nothing else.
    void guard(void (WebsocketSession::*work)()) noexcept;

    // Receiving.
    void pump();
    void schedule_pump() noexcept;
    bool parse();
    bool has_room() const noexcept;
    void take_message(WebsocketMessage::Kind kind);
    void answer_ping(std::string_view payload);

    // Sending.
    void append_message(WebsocketMessage::Kind kind, std::string_view data);
    std::string_view frame_of(const gateway::SharedMessage& message);
    bool compresses(std::size_t size) const noexcept;
    void count_sent() noexcept;
    void schedule_flush() noexcept;
    void flush() noexcept;
    void write_output() noexcept;
    void write_what_fits();

    // Ending.
    std::uint16_t code_for(const std::exception_ptr& error) const;
    void application_over(std::uint16_t code);
    Task<> close_down();
    void peer_closed(std::uint16_t code, std::string_view reason);
    /// Nothing can be sent any more.
    void lose() noexcept;
    /// Invariant 1: the application is not done with what came before the end.
    bool settling() const noexcept { return !queue_.empty() || in_hand_; }
    void settle();
    void send_close(std::uint16_t code, std::string_view reason);
    void end(std::uint16_t code, std::string_view reason);
    void end_ourselves(std::uint16_t code, std::string_view reason, CancelReason why);
    bool over() const noexcept;
    void check_over() noexcept;
    void start_grace(CancelReason reason) noexcept;
    void wake_all() noexcept;

    // Timers.
    void start(async::Timer& timer, Milliseconds delay) noexcept;
    void stop(async::Timer& timer) noexcept;
    void watch_client() noexcept;
    void check_client();
    void on_alive_timer() noexcept { guard(&WebsocketSession::check_client); }
    void on_send_timer() noexcept { lose(); }
    void on_close_timer() noexcept { lose(); }
    void on_grace_over() noexcept { handshake().scope().cancel(grace_reason_); }

    // What every message needs stands together.
    LoopContext& context_;
    Duplex& duplex_;
    WebsocketOutput output_;
    ws::Deflater* deflater_ = nullptr;  // the loop's or the own one; null: not agreed on
    SteadyTime last_seen_{};            // bytes of the client, or our ping
    SteadyTime last_message_{};         // in either direction
    std::unique_ptr<End> end_;          // what Closed says
    CancelReason grace_reason_ = CancelReason::Disconnected;
    bool accepted_ = false;
    bool refused_ = false;  // close() before accept()
    bool in_hand_ = false;  // a receiver has a message and did not ask for another
    bool paused_ = false;   // reading stopped because the queue was full
    bool awaits_pong_ = false;
    bool owes_pong_ = false;  // for last_ping_
    bool flush_scheduled_ = false;
    bool pump_scheduled_ = false;
    bool application_over_ = false;
    bool close_sent_ = false;
    bool close_received_ = false;
    bool failed_ = false;      // by the client's mistake: its close frame is not waited for
    bool peer_ended_ = false;  // without a close frame
    bool lost_ = false;
    MemberJob<WebsocketSession> flush_job_;
    WebsocketQueue queue_;
    Input input_;
    ws::Reader reader_;
    MemberJob<WebsocketSession> pump_job_;
    MemberTimer<WebsocketSession> alive_timer_, send_timer_, close_timer_, grace_timer_;
    WebsocketHost& host_;
    std::unique_ptr<End> own_close_;  // what close() said
    std::string last_ping_;           // unanswered because the client does not read
    std::unique_ptr<ws::Inflater> own_inflater_;
    std::unique_ptr<ws::Deflater> own_deflater_;
    ws::DeflateParameters deflate_;
    async::Event over_;
};

}  // namespace pottle::server
