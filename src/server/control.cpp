// SPDX-License-Identifier: MIT
#include "control.hpp"

#include <pottle/base/log.hpp>

#include <csignal>
#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {

std::string describe(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& failure) {
        return failure.what();
    } catch (const Cancelled&) {
        return "cancelled";
    } catch (...) {
        return "an exception of unknown type";
    }
}

}  // namespace

Control::Control(SharedState& shared, const Deployment& deployment,
                 std::vector<std::vector<Bind>> binds_of_loops,
                 std::vector<std::string> announcements)
    : shared_(shared),
      timeouts_(shared.options.timeouts),
      announcements_(std::move(announcements)),
      pool_({.threads = deployment.blocking_threads}),
      threads_({.count = binds_of_loops.size(), .first = net::LoopThreadsOptions::First::OwnThread},
               &pool_),
      signals_(control_loop_, {SIGINT, SIGTERM, SIGHUP, SIGUSR1}, *this),
      startup_(*this, &gateway::Gateway::startup),
      shutdown_(*this, &gateway::Gateway::shutdown),
      started_(*this, &Control::on_started),
      all_drained_(*this, &Control::on_all_drained),
      stopped_(*this, &Control::on_stopped),
      failed_(*this, &Control::on_failed),
      shutdown_wanted_(*this, &Control::on_shutdown_wanted),
      deadline_(*this, &Control::on_deadline),
      undrained_(binds_of_loops.size()) {
    for (std::size_t i = 0; i < binds_of_loops.size(); ++i)
        loops_.push_back(std::make_unique<ServerLoop>(threads_[i], i, shared_,
                                                      std::move(binds_of_loops[i]),
                                                      static_cast<LoopObserver&>(*this)));
}

Control::~Control() {
    shared_.gateway.set_stopper(nullptr);
    if (deadline_.active()) control_loop_.stop_timer(deadline_);
}

Exit Control::run() {
    shared_.gateway.set_stopper(this);
    threads_.start();
    threads_[0].post(startup_);
    control_loop_.run();
    pool_.close();  // lets jobs finish while their loops still run
    threads_.stop();
    threads_.join();
    return exit_;
}

// ---- lifespan, on loop 0

void Control::Lifespan::run() noexcept {
    scope_.emplace(control_.threads_[0]);
    try {
        async::start((control_.shared_.gateway.*phase_)(), *scope_, *this);
    } catch (...) {
        on_done(std::current_exception());
    }
}

void Control::Lifespan::on_done(std::exception_ptr error) noexcept {
    const bool starting = this == &control_.startup_;
    if (error) {
        if (starting)
            return control_.on_loop_failed("the application's startup failed: " + describe(error));
        log::error("the application's shutdown failed: " + describe(error));
    }
    control_.control_loop_.post(starting ? control_.started_ : control_.stopped_);
}

// ---- the state machine, on the control thread

void Control::on_started() noexcept {
    lifespan_open_ = true;
    if (state_ != State::Starting) return;
    if (stop_requested_) return begin_draining();
    state_ = State::Running;
    for (const auto& loop : loops_) loop->post_open();
    for (const std::string& line : announcements_) log::info(line);
}

void Control::on_signal(int signal) noexcept {
    switch (signal) {
        case SIGUSR1:
            if (shared_.access_log) shared_.access_log->reopen();
            return;
        case SIGHUP:
            return;  // a reload comes with supervised workers
        default:
            break;
    }
    if (std::exchange(stop_requested_, true)) force("a second signal");
    if (state_ == State::Running) begin_draining();  // Starting: once the startup is over
}

void Control::on_shutdown_wanted() noexcept {
    if (state_ == State::Running)
        begin_draining();
    else if (state_ == State::Starting)
        stop_requested_ = true;
}

void Control::begin_draining() noexcept {
    log::info(fmt::format("shutting down: waiting up to {} s for running requests",
                          timeouts_.graceful.count() / 1000));
    state_ = State::Draining;
    for (const auto& loop : loops_) loop->post_drain();
    allow(timeouts_.graceful);
}

void Control::allow(Milliseconds limit) noexcept {
    if (limit.count() > 0) return control_loop_.start_timer(deadline_, control_loop_.now() + limit);
    if (deadline_.active()) control_loop_.stop_timer(deadline_);  // zero: as long as it takes
}

void Control::on_deadline() noexcept {
    if (state_ == State::Draining && !std::exchange(aborted_, true)) {
        log::warning("requests still run after the graceful timeout: they are cancelled");
        for (const auto& loop : loops_) loop->post_abort();
        return allow(timeouts_.kill);
    }
    force(state_ == State::Draining ? "handlers that do not end"
                                    : "the application's shutdown does not end");
}

void Control::on_all_drained() noexcept {
    if (state_ == State::Stopping || state_ == State::Ended) return;
    state_ = State::Stopping;
    if (!lifespan_open_) return on_stopped();
    // The application's shutdown has the same time as its requests had.
    allow(timeouts_.graceful);
    threads_[0].post(shutdown_);
}

void Control::on_stopped() noexcept {
    state_ = State::Ended;
    control_loop_.stop();
}

void Control::on_failed() noexcept {
    {
        const std::scoped_lock lock(failure_mutex_);
        log::error(failure_);
        exit_ = failed_exit_;
    }
    if (state_ == State::Starting || state_ == State::Running) begin_draining();
}

void Control::force(const char* why) noexcept {
    log::error(fmt::format("ending at once: {}", why));
    log::flush();
    // Loops may be inside handlers: nothing of theirs can be destroyed. Sockets and files are the
    // system's to close.
    std::_Exit(static_cast<int>(Exit::Forced));
}

// ---- reports of the serving loops, on their threads

void Control::stop(const char* reason) noexcept {
    {
        const std::scoped_lock lock(failure_mutex_);
        if (!failure_.empty()) return;
        failure_ = reason;
        failed_exit_ = Exit::ApplicationFailed;
    }
    control_loop_.post(failed_);
}

void Control::shut_down() noexcept {
    if (!shutdown_posted_.exchange(true)) control_loop_.post(shutdown_wanted_);
}

void Control::on_loop_drained() noexcept {
    // Acquire-release: the last loop to arrive has seen the others' work done.
    if (undrained_.fetch_sub(1, std::memory_order_acq_rel) == 1) control_loop_.post(all_drained_);
}

void Control::on_loop_failed(std::string message) noexcept {
    {
        const std::scoped_lock lock(failure_mutex_);
        if (!failure_.empty()) return;  // the first one is reported
        failure_ = std::move(message);
    }
    control_loop_.post(failed_);
}

}  // namespace pottle::server
