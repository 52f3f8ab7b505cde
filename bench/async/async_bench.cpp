// SPDX-License-Identifier: MIT
/// \file
/// What the parts of `async` cost: nanoseconds, and frames taken from the heap per operation (the
/// counter `heap`, which is 0 in the steady state). One operation is one await of the kind in the
/// name.
#include <pottle/async/channel.hpp>
#include <pottle/async/fibre.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/scope.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/start.hpp>
#include <pottle/async/timeout.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <array>
#include <memory>

#include <benchmark/benchmark.h>

namespace {

using namespace pottle;
using namespace pottle::async;
using benchmark::State;

[[gnu::noinline]] Task<long> finished(long value) {
    co_return value;
}

Task<long> chain(int depth) {
    if (depth == 0) co_return 1;
    co_return 1 + co_await chain(depth - 1);
}

Task<> later() {
    co_await yield();
}

/// Runs the loop of a benchmark inside a coroutine.
template <class Body>
void run(State& state, Body body, double operations = 1) {
    VirtualExecutor executor;
    executor.run(body(&state, 1000));  // fills the free lists
    const std::size_t before = async::detail::frame_heap_calls();
    executor.run(body(&state, 0));
    state.SetItemsProcessed(std::int64_t(double(state.iterations()) * operations));
    state.counters["heap"] = benchmark::Counter(double(async::detail::frame_heap_calls() - before),
                                                benchmark::Counter::kAvgIterations);
}

/// True while the benchmark goes on; a warm-up goes on for `warm_up` rounds.
class Rounds {
public:
    Rounds(State* state, int warm_up) : state_(*state), warm_up_(warm_up), warming_(warm_up > 0) {}
    bool next() { return warming_ ? warm_up_-- > 0 : state_.KeepRunning(); }

private:
    State& state_;
    int warm_up_;
    bool warming_;
};

void await_finished_child(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) benchmark::DoNotOptimize(co_await finished(1));
    });
}
BENCHMARK(await_finished_child);

void await_chain_of_100(State& state) {
    run(
        state,
        [](State* s, int warm_up) -> Task<> {
            Rounds rounds(s, warm_up);
            while (rounds.next()) benchmark::DoNotOptimize(co_await chain(100));
        },
        101);
}
BENCHMARK(await_chain_of_100);

void await_child_that_yields(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) co_await later();
    });
}
BENCHMARK(await_child_that_yields);

void await_yield(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) co_await yield();
    });
}
BENCHMARK(await_yield);

void timer_start_stop(State& state) {
    struct Idle final : Timer {
        void on_timer() noexcept override {}
    };
    static constexpr std::size_t kTimers = 100'000;
    auto timers = std::make_unique<std::array<Idle, kTimers>>();
    TimerWheel wheel{SteadyTime{}};
    std::uint32_t random = 1;
    const auto deadline = [&random] {
        random = random * 1664525u + 1013904223u;
        return SteadyTime{Milliseconds(1 + random % 60'000)};
    };
    for (Idle& timer : *timers) wheel.start(timer, deadline());
    std::size_t at = 0;
    for (auto _ : state) {
        Idle& timer = (*timers)[at];
        wheel.stop(timer);
        wheel.start(timer, deadline());
        at = at + 1 == kTimers ? 0 : at + 1;
    }
    for (Idle& timer : *timers) wheel.stop(timer);
}
BENCHMARK(timer_start_stop);

void sleep_no_time(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) co_await sleep(Seconds(0));
    });
}
BENCHMARK(sleep_no_time);

void timeout_of_finished_task(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) benchmark::DoNotOptimize(co_await timeout(Seconds(1), finished(1)));
    });
}
BENCHMARK(timeout_of_finished_task);

void scope_spawn_join(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) {
            Scope scope(co_await current_scope());
            scope.spawn(later);
            co_await scope.join();
        }
    });
}
BENCHMARK(scope_spawn_join);

void gather_of_three(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) co_await gather(finished(1), later(), finished(2));
    });
}
BENCHMARK(gather_of_three);

void channel_send_receive(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        Channel<int> channel(4);
        while (rounds.next()) {
            co_await channel.send(1);
            benchmark::DoNotOptimize(co_await channel.receive());
        }
    });
}
BENCHMARK(channel_send_receive);

void start_task(State& state) {
    struct Done final : Completion {
        int count = 0;
        void on_done(std::exception_ptr) noexcept override { ++count; }
    } done;
    VirtualExecutor executor;
    CancelScope scope(executor);
    for (auto _ : state) {
        start(later(), scope, done);
        executor.run_until_idle();
    }
}
BENCHMARK(start_task);

void run_fibre_and_return(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        Rounds rounds(s, warm_up);
        while (rounds.next()) benchmark::DoNotOptimize(co_await run_fibre([] { return 1; }));
    });
}
BENCHMARK(run_fibre_and_return);

void await_sync_finished(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        return run_fibre(
            [](State* inner, int warm) {
                Rounds rounds(inner, warm);
                while (rounds.next()) benchmark::DoNotOptimize(await_sync(finished(1)));
            },
            s, warm_up);
    });
}
BENCHMARK(await_sync_finished);

void await_sync_that_parks(State& state) {
    run(state, [](State* s, int warm_up) -> Task<> {
        return run_fibre(
            [](State* inner, int warm) {
                Rounds rounds(inner, warm);
                while (rounds.next()) await_sync(later());
            },
            s, warm_up);
    });
}
BENCHMARK(await_sync_that_parks);

}  // namespace

BENCHMARK_MAIN();
