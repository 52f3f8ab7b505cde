// SPDX-License-Identifier: MIT
/// \file
/// Globals: the bag that Flask calls `g`: what hooks and handlers of one request hand to each
/// other, found by type.
#pragma once

#include <pottle/app/type_key.hpp>
#include <pottle/base/require.hpp>

#include <utility>

namespace pottle {

/// At most one value of each type. A resource that belongs to its request and ends with it; empty,
/// it costs one pointer.
class Globals {
public:
    Globals() = default;
    Globals(const Globals&) = delete;
    Globals& operator=(const Globals&) = delete;
    ~Globals() {
        if (first_) clear();
    }

    /// Makes the value of type T, in place of one that was there.
    /// Lifetime: the reference is valid until the type is set again or the request ends.
    template <class T, class... Args>
    T& set(Args&&... args) {
        auto* entry = new Value<T>(std::forward<Args>(args)...);
        replace(entry);
        return entry->value;
    }
    /// The value of type T, or nullptr.
    template <class T>
    T* find() noexcept {
        Entry* entry = find(app::type_key<T>);
        return entry ? &static_cast<Value<T>*>(entry)->value : nullptr;
    }
    /// The value of type T. Errors: throws LogicError when nobody has set one.
    template <class T>
    T& get() {
        T* value = find<T>();
        POTTLE_REQUIRE(value, "request.g holds no value of this type");
        return *value;
    }

private:
    struct Entry {
        explicit Entry(const app::TypeKey& type) noexcept : key(type) {}
        virtual ~Entry() = default;
        const app::TypeKey& key;
        Entry* next = nullptr;
    };
    template <class T>
    struct Value final : Entry {
        template <class... Args>
        explicit Value(Args&&... args)
            : Entry(app::type_key<T>), value(std::forward<Args>(args)...) {}
        T value;
    };

    Entry* find(const app::TypeKey& key) const noexcept;
    void replace(Entry* entry) noexcept;
    void clear() noexcept;

    Entry* first_ = nullptr;  // newest first
};

}  // namespace pottle
