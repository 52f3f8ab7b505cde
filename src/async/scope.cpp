// SPDX-License-Identifier: MIT
#include <pottle/async/scope.hpp>
#include <pottle/base/log.hpp>

namespace pottle {

struct Scope::State {
    async::detail::Group group;
    bool orphaned = false;

    explicit State(async::CancelScope& parent) noexcept : group(parent) {}
    static void* operator new(std::size_t size) { return async::detail::allocate_frame(size); }
    static void operator delete(void* state, std::size_t size) noexcept {
        async::detail::free_frame(state, size);
    }
};

Scope::Scope(async::CancelScope& parent) : state_(new State(parent)) {}

Scope::~Scope() {
    if (running() == 0) {
        delete state_;
        return;
    }
    log::error("a Scope was destroyed before its tasks were joined; they are cancelled");
    state_->orphaned = true;
    cancel();
}

async::detail::Group::All Scope::join() noexcept {
    return state_->group.all();
}

std::size_t Scope::running() const noexcept {
    return state_->group.running();
}

async::CancelScope& Scope::cancel_scope() noexcept {
    return state_->group.scope();
}

void Scope::begin(State& state) noexcept {
    state.group.task_begins();
}

void Scope::fail(State& state) noexcept {
    state.group.task_fails(std::current_exception());
}

void Scope::end(State& state) noexcept {
    state.group.task_ends();
    if (state.orphaned && state.group.running() == 0) delete &state;
}

}  // namespace pottle
