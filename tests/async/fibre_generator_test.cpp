// SPDX-License-Identifier: MIT
#include <pottle/async/fibre_generator.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::async;

namespace {

/// Sets a flag when a stack is unwound.
struct Witness {
    bool& gone;
    ~Witness() { gone = true; }
};

Task<int> later(int value) {
    co_await sleep(Milliseconds(1));
    co_return value;
}

Task<std::vector<int>> all(Generator<int> numbers) {
    std::vector<int> taken;
    while (int* const number = co_await numbers.next()) taken.push_back(*number);
    co_return taken;
}

Task<int> first(Generator<int> numbers) {
    co_return *co_await numbers.next();
}

[[gnu::noinline]] void yield_deep(FibreYield<int>& yield, int depth) {
    volatile char frame[128] = {};
    frame[0] = char(depth);
    if (depth) yield_deep(yield, depth - 1);
    yield(depth + frame[1]);
}

}  // namespace

TEST_CASE("generate_on_fibre: yields from any depth of calls, and may wait in between") {
    VirtualExecutor executor;
    CHECK(executor.run(all(generate_on_fibre<int>({}, yield_deep, 3))) ==
          std::vector<int>{0, 1, 2, 3});
    CHECK(executor.run(all(generate_on_fibre<int>({}, [](FibreYield<int>& yield) {
        for (int i = 0; i < 3; ++i) yield(await_sync(later(i)));
    }))) == std::vector<int>{0, 1, 2});
}

TEST_CASE("generate_on_fibre: next() throws what the function throws") {
    VirtualExecutor executor;
    CHECK_THROWS_AS(executor.run(all(generate_on_fibre<int>({},
                                                            [](FibreYield<int>& yield) {
                                                                yield(1);
                                                                throw std::runtime_error("second");
                                                            }))),
                    std::runtime_error);
}

TEST_CASE("generate_on_fibre: a generator that is abandoned unwinds its stack") {
    VirtualExecutor executor;
    bool gone = false;
    const auto endless = [](FibreYield<int>& yield, bool* flag) {
        const Witness witness{*flag};
        for (int i = 0;; ++i) yield(i);
    };
    CHECK(executor.run(first(generate_on_fibre<int>({}, endless, &gone))) == 0);
    CHECK(gone);
}

TEST_CASE("generate_on_fibre: an abandoned function that goes on cannot wait or yield") {
    VirtualExecutor executor;
    int refused = 0;
    const auto stubborn = [](FibreYield<int>& yield, int* count) {
        try {
            yield(1);
        } catch (const Cancelled&) {
            ++*count;
        }
        try {
            await_sync(later(1));
        } catch (const Cancelled&) {
            ++*count;
        }
        yield(2);
        ++*count;
    };
    CHECK(executor.run(first(generate_on_fibre<int>({}, stubborn, &refused))) == 1);
    CHECK(refused == 2);
}

TEST_CASE("generate_on_fibre: one that was never asked does not run") {
    bool ran = false;
    {
        auto unused =
            generate_on_fibre<int>({}, [](FibreYield<int>&, bool* flag) { *flag = true; }, &ran);
    }
    CHECK_FALSE(ran);
}
