// SPDX-License-Identifier: MIT
/// \file
/// Shared<T>: a counted reference. In place of std::shared_ptr in headers that every application
/// includes: <memory> costs each translation unit a fifth of its compile time. For the same reason
/// the count uses the compilers' own atomic functions: <atomic> costs a tenth.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <utility>

namespace pottle {

/// A reference to a T that lives until the last one is gone. A value, one pointer. T may be
/// incomplete where references are only declared or moved.
///
/// Thread: as std::shared_ptr: the count is atomic, a reference itself belongs to one thread.
template <class T>
class Shared {
public:
    Shared() = default;
    template <class... Args>
    static Shared make(Args&&... args) {
        return Shared(new Box{1, T(std::forward<Args>(args)...)});
    }
    Shared(const Shared& other) noexcept : box_(other.box_) {
        // Relaxed: whoever copies holds a reference, so the object cannot end meanwhile.
        if (box_) __atomic_fetch_add(&box_->count, 1U, __ATOMIC_RELAXED);
    }
    Shared(Shared&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
    Shared& operator=(Shared other) noexcept {
        std::swap(box_, other.box_);
        return *this;
    }
    ~Shared() {
        // Acquire-release: what other threads did with the object comes before its destruction.
        if (box_ && __atomic_fetch_sub(&box_->count, 1U, __ATOMIC_ACQ_REL) == 1) delete box_;
    }

    explicit operator bool() const noexcept { return box_ != nullptr; }
    T* get() const noexcept { return box_ ? &box_->value : nullptr; }
    T& operator*() const noexcept { return box_->value; }
    T* operator->() const noexcept { return &box_->value; }

private:
    struct Box {
        std::uint32_t count;
        T value;
    };
    explicit Shared(Box* box) noexcept : box_(box) {}

    Box* box_ = nullptr;
};

}  // namespace pottle
