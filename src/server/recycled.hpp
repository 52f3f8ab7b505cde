// SPDX-License-Identifier: MIT
/// \file
/// Recycled: a free list of exchanges. Making one costs some allocations, and a busy server needs
/// them all the time.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pottle::server {

/// A resource of one loop. T has reset().
template <class T>
class Recycled {
public:
    /// Lifetime: until put(); the caller owns it.
    template <class Maker>
    T& take(Maker make) {
        if (free_.empty()) return *make().release();
        T* object = free_.back().release();
        free_.pop_back();
        return *object;
    }
    void put(T& object) noexcept {
        object.reset();
        if (free_.size() < kKept)
            free_.emplace_back(&object);
        else
            delete &object;
    }

private:
    static constexpr std::size_t kKept = 1024;
    std::vector<std::unique_ptr<T>> free_;
};

}  // namespace pottle::server
