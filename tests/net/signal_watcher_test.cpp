// SPDX-License-Identifier: MIT
#include "net_support.hpp"

#include <pottle/net/signal_watcher.hpp>

#include <csignal>

namespace pottle::net::test {

TEST_CASE("SignalWatcher: delivers its signals to the loop and leaves the mask as it was") {
    struct Recorder final : SignalObserver {
        void on_signal(int signal) noexcept override { seen.push_back(signal); }
        std::vector<int> seen;
    };
    sigset_t before;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
    {
        Loop loop;
        Recorder recorder;
        const SignalWatcher watcher(loop, {SIGUSR1, SIGHUP}, recorder);
        // To this thread: to the process it could reach one that does not block it.
        ::pthread_kill(::pthread_self(), SIGHUP);
        REQUIRE(run_until(loop, [&] { return recorder.seen.size() == 1; }));
        ::pthread_kill(::pthread_self(), SIGUSR1);
        REQUIRE(run_until(loop, [&] { return recorder.seen.size() == 2; }));
        CHECK(recorder.seen == std::vector{SIGHUP, SIGUSR1});
    }
    sigset_t after;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
    CHECK(::sigismember(&after, SIGHUP) == ::sigismember(&before, SIGHUP));
    CHECK(::sigismember(&after, SIGUSR1) == ::sigismember(&before, SIGUSR1));
}

TEST_CASE("SignalWatcher: may be destroyed by its observer") {
    struct Destroyer final : SignalObserver {
        void on_signal(int) noexcept override {
            ++calls;
            watcher.reset();
        }
        std::unique_ptr<SignalWatcher> watcher;
        int calls = 0;
    };
    Loop loop;
    Destroyer destroyer;
    destroyer.watcher = std::make_unique<SignalWatcher>(
        loop, std::initializer_list<int>{SIGUSR1, SIGUSR2}, destroyer);
    ::pthread_kill(::pthread_self(), SIGUSR1);
    REQUIRE(run_until(loop, [&] { return destroyer.calls == 1; }));
    CHECK_FALSE(destroyer.watcher);
}

}  // namespace pottle::net::test
