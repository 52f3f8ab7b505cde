// SPDX-License-Identifier: MIT
/// \file
/// Semaphore: at most n coroutines of one loop at a time.
#pragma once

#include <pottle/async/detail/wait_list.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace pottle::async {

/// A resource; must outlive its permits and who waits. Fair: first come, first served. Thread: one
/// loop.
class Semaphore {
public:
    /// Gives the permit back when destroyed. Movable.
    class [[nodiscard("the permit is given back when this object dies")]] Permit {
    public:
        Permit() = default;
        Permit(Permit&& other) noexcept : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
        Permit& operator=(Permit&& other) noexcept {
            release();
            semaphore_ = std::exchange(other.semaphore_, nullptr);
            return *this;
        }
        ~Permit() { release(); }

        explicit operator bool() const noexcept { return semaphore_ != nullptr; }
        void release() noexcept {
            if (Semaphore* semaphore = std::exchange(semaphore_, nullptr)) semaphore->give_back();
        }

    private:
        friend class Semaphore;
        explicit Permit(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}
        Semaphore* semaphore_ = nullptr;
    };

    class [[nodiscard("co_await it")]] Acquire final : public detail::Waiter {
    public:
        explicit Acquire(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}
        Permit await_resume() const {
            check();
            return Permit(*semaphore_);
        }

    private:
        bool arm() override {
            if (semaphore_->take()) return false;
            semaphore_->waiting_.push(*this);
            return true;
        }
        Semaphore* semaphore_;
    };

    explicit Semaphore(std::size_t permits) noexcept : available_(permits) {}

    std::size_t available() const noexcept { return available_; }

    /// `auto permit = co_await semaphore.acquire();` Cancel: safe; no permit is lost.
    Acquire acquire() noexcept { return Acquire(*this); }
    std::optional<Permit> try_acquire() noexcept {
        if (!take()) return std::nullopt;
        return Permit(*this);
    }

private:
    bool take() noexcept {
        if (available_ == 0) return false;
        --available_;
        return true;
    }
    /// Hands the permit straight to who waits first, so that nobody can overtake.
    void give_back() noexcept {
        if (detail::Waiter* next = waiting_.pop())
            detail::WaitList::wake(*next);
        else
            ++available_;
    }

    std::size_t available_;
    detail::WaitList waiting_;
};

}  // namespace pottle::async
