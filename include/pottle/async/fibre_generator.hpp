// SPDX-License-Identifier: MIT
/// \file
/// generate_on_fibre(): synchronous code that yields, at any depth of calls, as a Generator. The
/// fibre stands still between the values, so nothing is made before it is asked for.
#pragma once

#include <pottle/async/fibre.hpp>
#include <pottle/async/generator.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace pottle {

namespace async::detail {

class Fibre;

/// A fibre that runs from pause to pause. A resource in the frame of the coroutine that awaits
/// step(); destroyed between two steps, it ends the body: pause() throws Cancelled.
class FibreSteps {
public:
    /// Lifetime: what `body` refers to must outlive this.
    FibreSteps(Callback body, ByteCount stack_size);
    FibreSteps(const FibreSteps&) = delete;
    FibreSteps& operator=(const FibreSteps&) = delete;
    ~FibreSteps();

    struct Step {
        Fibre* fibre;
        bool await_ready() const noexcept { return false; }
        template <class Parent>
        bool await_suspend(std::coroutine_handle<Parent> owner) {
            return await_suspend(owner, owner.promise());
        }
        bool await_suspend(std::coroutine_handle<> owner, PromiseBase& promise);
        bool await_resume() const noexcept;
    };
    /// `co_await step()`: true when the body has paused, false when it has ended.
    Step step() noexcept;
    /// Inside the body.
    void pause();

private:
    std::unique_ptr<Fibre> fibre_;
};

}  // namespace async::detail

/// What the function of generate_on_fibre() yields through.
template <class T>
class FibreYield {
public:
    /// Hands `value` over and returns when the next one is asked for.
    ///
    /// Errors: throws Cancelled when the generator has been destroyed; the function ends then.
    void operator()(T value) {
        value_.emplace(std::move(value));
        steps_->pause();
    }

private:
    template <class U, class Fn, class... Args>
    friend Generator<U> generate_on_fibre(FibreOptions options, Fn fn, Args... args);

    std::optional<T> value_;
    async::detail::FibreSteps* steps_ = nullptr;
};

/// `auto lines = generate_on_fibre<std::string>(options, [](FibreYield<std::string>& yield)
/// {...});`
///
/// Calls `fn(yield, args...)` on a stack of its own. It may await_sync() between the values.
/// Lifetime: function and arguments are moved into the generator and live as long as it does.
/// Errors: next() throws what `fn` throws.
/// Thread: the loop's own; the generator is destroyed there too.
/// Cancel: comes out of await_sync() as Cancelled, and out of the yield when the generator is
/// destroyed before its end.
/// Cost: a pooled stack, one heap call; two switches for each value.
template <class T, class Fn, class... Args>
Generator<T> generate_on_fibre(FibreOptions options, Fn fn, Args... args) {
    FibreYield<T> yield;
    async::detail::Outcome<void> outcome;
    auto body = [&] { outcome.record([&] { fn(yield, std::move(args)...); }); };
    async::detail::FibreSteps steps(async::detail::Callback(body), options.stack_size);
    yield.steps_ = &steps;
    while (co_await steps.step()) co_yield std::move(*yield.value_);
    outcome.take();
}

}  // namespace pottle
