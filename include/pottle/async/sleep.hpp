// SPDX-License-Identifier: MIT
/// \file
/// sleep(): waits for time to pass. yield(): lets everything else that is ready run first.
#pragma once

#include <pottle/async/leaf.hpp>

#include <utility>

namespace pottle {
namespace async {

class [[nodiscard("co_await it")]] Sleep final : public Leaf, private Timer {
public:
    explicit Sleep(SteadyTime::duration duration) noexcept : duration_(duration) {}
    // NOLINTNEXTLINE(bugprone-use-after-move): the first initialiser moves the base alone
    Sleep(Sleep&& other) noexcept : Leaf(std::move(other)), Timer(), duration_(other.duration_) {}
    void await_resume() const { check(); }

private:
    bool arm() override;
    void disarm() noexcept override;
    void on_timer() noexcept override { complete(); }

    SteadyTime::duration duration_;
};

class [[nodiscard("co_await it")]] Yield final : public Leaf {
public:
    void await_resume() const {
        check();
        scope().check();
    }

private:
    bool arm() override {
        complete();
        return true;
    }
    void disarm() noexcept override {}
};

}  // namespace async

/// `co_await sleep(150ms)`. Resolution: 1 ms, never shorter. Cancel: safe.
inline async::Sleep sleep(SteadyTime::duration duration) noexcept {
    return async::Sleep(duration);
}

/// `co_await yield()` in a long computation: other work of this loop gets its turn, and a
/// cancellation is noticed.
inline async::Yield yield() noexcept {
    return {};
}

}  // namespace pottle
