// SPDX-License-Identifier: MIT
/// \file
/// A fibre is entered from whatever stack the loop (or another fibre) is on, and leaves to the
/// stack that entered it last.
///
/// Transitions: new -enter-> running -leave-> parked -enter-> running -body returns-> finished;
/// running -pause-> paused -enter-> running.
/// Invariants:
/// 1. Only the task that a parked fibre awaits enters it again; a paused fibre is entered by its
///    owner.
/// 2. A fibre is destroyed before it starts or when it has finished, never while it is parked. One
///    that is paused is abandoned first: pause() throws, and the body ends.
/// 3. While a task runs that the fibre starts, no fibre is current: a coroutine awaits, it does not
///    call await_sync().
#include "fibre_switch.hpp"
#include "stack_pool.hpp"

#include <pottle/async/detail/finished.hpp>
#include <pottle/async/detail/root.hpp>
#include <pottle/async/fibre.hpp>
#include <pottle/async/fibre_generator.hpp>

#include <boost/context/fiber.hpp>

namespace pottle::async::detail {

/// The fibre whose stack this thread is on. Set and restored at every change of stacks, so it is a
/// fact about the stack and no context that tasks could mix up.
static constinit thread_local Fibre* current = nullptr;

/// An awaitable that lives in the frame of run_on_fibre() or belongs to FibreSteps. Awaited once
/// for the whole body, or once for each step between pauses.
class Fibre {
public:
    Fibre(Callback body, std::size_t stack_size) noexcept : body_(body), stack_size_(stack_size) {}
    Fibre(const Fibre&) = delete;
    Fibre& operator=(const Fibre&) = delete;

    bool await_ready() const noexcept { return false; }
    template <class Parent>
    bool await_suspend(std::coroutine_handle<Parent> owner) {
        return step(owner, owner.promise());
    }
    void await_resume() const noexcept {}

    /// Runs the body until it ends, pauses or parks. Returns: whether it has parked.
    bool step(std::coroutine_handle<> owner, PromiseBase& promise);

    /// On this fibre: runs a coroutine to its end.
    void await(std::coroutine_handle<> handle, PromiseBase& promise);
    /// On this fibre: gives control to the owner until that awaits it again. Throws Cancelled when
    /// the owner is gone.
    void pause();
    /// Ends the body of a paused fibre, without the owner.
    void abandon();
    bool paused() const noexcept { return paused_; }

private:
    struct Stacks {
        Fibre* fibre;
        boost::context::stack_context allocate() {
            return fibre->stack_ = allocate_stack(fibre->stack_size_);
        }
        void deallocate(boost::context::stack_context& stack) noexcept { free_stack(stack); }
    };
    static Root resume_when_finished(Fibre& fibre, std::coroutine_handle<> handle,
                                     PromiseBase& promise);
    /// Whether the owner may go on.
    bool stands() const noexcept { return finished_ || paused_; }
    void create();
    boost::context::fiber run(boost::context::fiber caller);
    void enter();
    void leave();

    Callback body_;
    std::size_t stack_size_;
    std::coroutine_handle<> owner_;
    PromiseBase* promise_ = nullptr;
    boost::context::fiber self_;
    boost::context::fiber caller_;
    boost::context::stack_context stack_;
    HandledExceptions exceptions_;
    SanitizerSwitch sanitizers_;
    bool finished_ = false;
    bool paused_ = false;
    bool abandoned_ = false;
};

void Fibre::create() {
    self_ = boost::context::fiber(
        std::allocator_arg, Stacks{this},
        [this](boost::context::fiber&& caller) { return run(std::move(caller)); });
}

bool Fibre::step(std::coroutine_handle<> owner, PromiseBase& promise) {
    owner_ = owner;
    promise_ = &promise;
    if (!self_) create();
    enter();
    return !stands();
}

/// The bottom of the fibre's stack.
boost::context::fiber Fibre::run(boost::context::fiber caller) {
    sanitizers_.started();
    caller_ = std::move(caller);
    body_();
    finished_ = true;
    sanitizers_.end();
    return std::move(caller_);
}

void Fibre::enter() {
    Fibre* const outer = std::exchange(current, this);
    exceptions_.exchange();
    sanitizers_.enter(static_cast<char*>(stack_.sp) - stack_.size, stack_.size);
    self_ = std::move(self_).resume();
    sanitizers_.returned();
    exceptions_.exchange();
    current = outer;
}

void Fibre::leave() {
    sanitizers_.leave();
    caller_ = std::move(caller_).resume();
    sanitizers_.resumed();
}

Root Fibre::resume_when_finished(Fibre& fibre, std::coroutine_handle<> handle,
                                 PromiseBase& promise) {
    co_await Finished{handle, promise};
    fibre.enter();
    if (fibre.stands()) fibre.owner_.resume();
}

void Fibre::await(std::coroutine_handle<> handle, PromiseBase& promise) {
    if (abandoned_) throw Cancelled{CancelReason::Requested};
    current = nullptr;
    const bool parks = promise.start(handle, promise_->scope(), promise_, {});
    if (parks) resume_when_finished(*this, handle, promise).run(*promise_->scope());
    current = this;
    if (parks) leave();
}

void Fibre::pause() {
    if (!abandoned_) {
        paused_ = true;
        leave();
        paused_ = false;
    }
    if (abandoned_) throw Cancelled{CancelReason::Requested};
}

void Fibre::abandon() {
    abandoned_ = true;
    enter();
}

FibreSteps::FibreSteps(Callback body, ByteCount stack_size)
    : fibre_(std::make_unique<Fibre>(body, stack_size)) {}

FibreSteps::~FibreSteps() {
    if (fibre_->paused()) fibre_->abandon();
}

bool FibreSteps::Step::await_suspend(std::coroutine_handle<> owner, PromiseBase& promise) {
    return fibre->step(owner, promise);
}

bool FibreSteps::Step::await_resume() const noexcept {
    return fibre->paused();
}

FibreSteps::Step FibreSteps::step() noexcept {
    return {fibre_.get()};
}

void FibreSteps::pause() {
    fibre_->pause();
}

Task<> run_on_fibre(Callback body, ByteCount stack_size) {
    Fibre fibre(body, stack_size);
    co_await fibre;
}

void await_on_fibre(std::coroutine_handle<> handle, PromiseBase& promise) {
    POTTLE_REQUIRE(current,
                   "await_sync() was called outside a fibre: use co_await in a coroutine, or call "
                   "the function with run_fibre() (a route: with fibre(handler))");
    current->await(handle, promise);
}

}  // namespace pottle::async::detail
