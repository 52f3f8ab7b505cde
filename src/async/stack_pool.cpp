// SPDX-License-Identifier: MIT
#include "stack_pool.hpp"

#include "sanitizers.hpp"

#include <vector>

#include <boost/context/protected_fixedsize_stack.hpp>

#if POTTLE_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace pottle::async::detail {

namespace {

using boost::context::protected_fixedsize_stack;
using boost::context::stack_context;

/// Kept per thread: 64 stacks of 256 KiB are 16 MiB, of which only touched pages take memory.
constexpr std::size_t kKept = 64;

struct Pool {
    std::vector<stack_context> free;
    Pool() { free.reserve(kKept); }
    ~Pool() {
        for (stack_context& stack : free) protected_fixedsize_stack().deallocate(stack);
    }
};

Pool& pool() {
    thread_local Pool instance;
    return instance;
}

}  // namespace

stack_context allocate_stack(std::size_t size) {
    protected_fixedsize_stack system(size);
    auto& free = pool().free;
    // The newest is the one whose pages are in the cache; other sizes are rare.
    for (auto stack = free.rbegin(); stack != free.rend(); ++stack) {
        if (stack->size < size || stack->size > 2 * size + 64 * 1024) continue;
        const stack_context found = *stack;
        free.erase(std::next(stack).base());
#if POTTLE_ASAN
        __asan_unpoison_memory_region(static_cast<char*>(found.sp) - found.size, found.size);
#endif
        return found;
    }
    return system.allocate();
}

void free_stack(stack_context& stack) noexcept {
    auto& free = pool().free;
    if (free.size() < kKept)
        free.push_back(stack);
    else
        protected_fixedsize_stack().deallocate(stack);
}

}  // namespace pottle::async::detail
