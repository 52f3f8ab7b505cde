// SPDX-License-Identifier: MIT
/// \file
/// Arena: the memory of one rendering. Values made by a template (texts, lists, loop variables,
/// macros) live here and are given back together, so that a Value is copied like a number.
#pragma once

#include <pottle/base/bytes.hpp>

#include <cstddef>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace pottle::templating {

/// Bump allocator with a limit. A resource; not shared between threads.
///
/// Errors: throws TemplateError (Limit) when more than the limit is asked for in all.
class Arena {
public:
    /// `limit` in bytes over the arena's life.
    static constexpr std::size_t kFirstBlock = 4 * 1024;

    /// The first block that is taken from the heap has `first_block` bytes, the next ones more.
    explicit Arena(ByteCount limit, std::size_t first_block = kFirstBlock) noexcept
        : limit_(limit), first_block_(first_block) {}
    /// Begins with `size` bytes of the owner's at `first`, which do not count.
    Arena(ByteCount limit, char* first, std::size_t size) noexcept
        : next_(first), end_(first + size), limit_(limit) {}
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
        const std::size_t padding = (0 - reinterpret_cast<std::size_t>(next_)) & (alignment - 1);
        if (size + padding > static_cast<std::size_t>(end_ - next_)) [[unlikely]]
            return allocate_slow(size, alignment);
        char* const at = next_ + padding;
        next_ = at + size;
        return at;
    }

    /// Makes a T whose destructor, if it has one that does something, runs with the arena's.
    template <class T, class... Args>
    T* make(Args&&... args) {
        if constexpr (std::is_trivially_destructible_v<T>) {
            return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
        } else {
            auto* const owner = static_cast<Owner*>(allocate(sizeof(Owner), alignof(Owner)));
            T* const made = new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
            *owner = {owners_, made, [](void* object) { static_cast<T*>(object)->~T(); }};
            owners_ = owner;
            return made;
        }
    }
    template <class T>
    T* make_array(std::size_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        return static_cast<T*>(allocate(product(count, sizeof(T)), alignof(T)));
    }

    /// A copy that lives as long as the arena.
    std::string_view copy(std::string_view text);
    /// Room for `size` characters, to be filled by the caller.
    char* characters(std::size_t size) { return static_cast<char*>(allocate(size, 1)); }

    /// What nobody has room for.
    static constexpr std::size_t kTooMuch = static_cast<std::size_t>(-1) / 2;
    /// a * b, or kTooMuch where that is more: sizes of templates' own making must not wrap.
    static std::size_t product(std::size_t a, std::size_t b) noexcept {
        std::size_t size = 0;
        return __builtin_mul_overflow(a, b, &size) || size > kTooMuch ? kTooMuch : size;
    }

    std::size_t used() const noexcept { return taken_; }

private:
    struct Block {
        Block* previous;
        std::size_t size;
    };
    struct Owner {
        Owner* previous;
        void* object;
        void (*destroy)(void*);
    };
    void* allocate_slow(std::size_t size, std::size_t alignment);

    char* next_ = nullptr;
    char* end_ = nullptr;
    Block* blocks_ = nullptr;
    Owner* owners_ = nullptr;
    std::size_t taken_ = 0;  ///< from the heap
    std::size_t limit_;
    std::size_t first_block_ = kFirstBlock;
};

}  // namespace pottle::templating
