// SPDX-License-Identifier: MIT
#include <pottle/base/fifo.hpp>

#include <memory>

#include <doctest/doctest.h>

using pottle::Fifo;

TEST_CASE("Fifo: gives back in the order of coming") {
    Fifo<int> queue;
    int next = 0;
    for (int i = 0; i < 100; ++i) {
        queue.push(i);
        if (i % 3 == 0) CHECK(queue.pop() == next++);
    }
    CHECK(queue.front() == next);
    CHECK(queue.back() == 99);
    while (!queue.empty()) CHECK(queue.pop() == next++);
    CHECK(next == 100);
    queue.push(1);
    CHECK(queue.size() == 1);
}

TEST_CASE("Fifo: one that is never empty does not grow") {
    struct Counted {
        explicit Counted(int& places) : count(&places) { ++*count; }
        Counted(Counted&& other) noexcept : count(other.count) { ++*count; }
        Counted& operator=(Counted&&) noexcept = default;
        ~Counted() { --*count; }
        int* count;
    };
    int places = 0;  // those of items that were taken count as well
    Fifo<Counted> queue;
    queue.push(Counted(places));
    for (int i = 0; i < 10'000; ++i) {
        queue.push(Counted(places));
        (void)queue.pop();
        CHECK(places < 10);
    }
}
