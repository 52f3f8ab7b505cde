// SPDX-License-Identifier: MIT
/// \file
/// Control: the life of the process around its serving loops. It runs on the calling thread, on a
/// loop of its own, so that a handler that blocks its loop can neither delay a signal nor the end
/// of the process.
///
///   state      meaning                               goes to
///   Starting   the gateway's startup() on loop 0     Running; Stopping at a failure or a signal
///   Running    all loops accept                      Draining, at SIGINT or SIGTERM
///   Draining   loops wait for their connections      Stopping, with the last or after `graceful`
///   Stopping   the gateway's shutdown() on loop 0    Ended
///   Ended      run() returns
///
/// A second signal, and handlers that outlive `kill`, end it at once with Exit::Forced.
#pragma once

#include "server_loop.hpp"

#include <pottle/async/start.hpp>
#include <pottle/net/loop.hpp>
#include <pottle/net/loop_threads.hpp>
#include <pottle/net/signal_watcher.hpp>
#include <pottle/net/thread_pool.hpp>
#include <pottle/server/server.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace pottle::server {

class Control final : private LoopObserver, private net::SignalObserver, private gateway::Stopper {
public:
    Control(SharedState& shared, const Deployment& deployment,
            std::vector<std::vector<Bind>> binds_of_loops, std::vector<std::string> announcements);
    ~Control();
    Exit run();

private:
    enum class State : std::uint8_t { Starting, Running, Draining, Stopping, Ended };

    /// startup() or shutdown() of the gateway, on loop 0; reports to the control loop.
    class Lifespan final : public async::Job, private async::Completion {
    public:
        using Phase = Task<> (gateway::Gateway::*)();
        Lifespan(Control& control, Phase phase) noexcept : control_(control), phase_(phase) {}
        void run() noexcept override;
        void on_done(std::exception_ptr error) noexcept override;

    private:
        Control& control_;
        Phase phase_;
        std::optional<async::CancelScope> scope_;
    };

    // On the control thread.
    void on_signal(int signal) noexcept override;
    void on_started() noexcept;
    void begin_draining() noexcept;
    void on_all_drained() noexcept;
    void on_stopped() noexcept;
    void on_failed() noexcept;
    void on_shutdown_wanted() noexcept;
    void allow(Milliseconds limit) noexcept;
    void on_deadline() noexcept;
    [[noreturn]] void force(const char* why) noexcept;

    // On any thread.
    void stop(const char* reason) noexcept override;
    void shut_down() noexcept override;
    // On a serving loop's thread.
    void on_loop_drained() noexcept override;
    void on_loop_failed(std::string message) noexcept override;

    SharedState& shared_;
    const Timeouts& timeouts_;
    std::vector<std::string> announcements_;
    net::Loop control_loop_;
    net::ThreadPool pool_;
    net::LoopThreads threads_;
    std::vector<std::unique_ptr<ServerLoop>> loops_;
    net::SignalWatcher signals_;
    Lifespan startup_;
    Lifespan shutdown_;
    MemberJob<Control> started_, all_drained_, stopped_, failed_, shutdown_wanted_;
    MemberTimer<Control> deadline_;
    std::atomic<std::size_t> undrained_;
    std::atomic<bool> shutdown_posted_{false};  // shutdown_wanted_ is on its way, or was
    std::mutex
        failure_mutex_;  // guards failure_, written by a serving loop and read by the control loop
    std::string failure_;
    Exit failed_exit_ = Exit::StartupFailed;  // with failure_
    State state_ = State::Starting;
    Exit exit_ = Exit::Normal;
    bool lifespan_open_ = false;   // startup() succeeded, so shutdown() is due
    bool stop_requested_ = false;  // a signal came
    bool aborted_ = false;
};

}  // namespace pottle::server
