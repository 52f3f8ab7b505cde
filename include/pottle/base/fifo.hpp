// SPDX-License-Identifier: MIT
/// \file
/// Fifo: a queue in a vector. What was taken is forgotten when it is the larger half: a queue that
/// is never quite empty does not grow. In place of std::deque, which holds half a KiB when it is
/// empty.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace pottle {

/// A value. T moves without throwing; what was taken is a moved-from T until it is forgotten.
template <class T>
class Fifo {
public:
    bool empty() const noexcept { return first_ == items_.size(); }
    std::size_t size() const noexcept { return items_.size() - first_; }

    // Precondition of these: not empty.
    T& front() noexcept { return items_[first_]; }
    T& back() noexcept { return items_.back(); }
    T pop() noexcept {
        T taken = std::move(items_[first_++]);
        if (empty()) clear();
        return taken;
    }

    void push(T item) {
        if (first_ > kFewItems && first_ > items_.size() / 2) {
            items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
        items_.push_back(std::move(item));
    }

    /// Gives memory for more than some items back.
    void clear() noexcept {
        items_.clear();
        if (items_.capacity() > kFewItems) items_ = std::vector<T>();
        first_ = 0;
    }

private:
    static constexpr std::size_t kFewItems = 2;

    std::vector<T> items_;
    std::size_t first_ = 0;  // taken before it
};

}  // namespace pottle
