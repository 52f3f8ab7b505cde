// SPDX-License-Identifier: MIT
/// \file
/// Context: the variables that a rendering is given. By reference for a call that renders at once,
/// owned for a page that is rendered after its handler has returned.
#pragma once

#include <pottle/templating/object.hpp>
#include <pottle/templating/value.hpp>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pottle::templating {

/// `{"todos", todos}`: a name and a view of its value, for the length of a call.
struct Named {
    std::string_view name;
    Value value;

    template <class T>
    Named(std::string_view variable, const T& data) : name(variable), value(Value::of(data)) {}
};

/// Names and values. A value that is moved; of a name that is set twice the later value counts.
class Context {
public:
    Context() = default;
    Context(std::initializer_list<Named> variables);
    Context(Context&& other) noexcept;
    Context& operator=(Context&& other) noexcept;
    ~Context();

    /// Sets a variable to a view of `value`: of `Value::of(data)`, or of something in an arena.
    void set(std::string_view name, const Value& value);
    /// Moves `data` in and sets the variable to a view of it.
    template <class T>
    void own(std::string_view name, T data) {
        if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, Value>) {
            set(name, Value::of(data));
        } else if constexpr (std::is_same_v<T, const char*>) {
            own(name, std::string(data));
        } else {
            T* const kept = new T(std::move(data));
            keep(kept, [](void* object) { delete static_cast<T*>(object); });
            set(name, Value::of(*kept));
        }
    }
    /// Makes an Object of the context's own, and a variable that shows it.
    template <class T, class... Args>
    void emplace(std::string_view name, Args&&... args) {
        T* const kept = new T(std::forward<Args>(args)...);
        keep(kept, [](void* object) { delete static_cast<T*>(object); });
        set(name, Value::object(kept));
    }
    /// Shows a variable that is set to imported templates as well, which otherwise see globals
    /// only: for what belongs to the whole rendering (Flask's `request`).
    void share(std::string_view name);
    /// Takes over all of `other`, whose variables count before the ones that are here.
    void append(Context&& other);
    /// The members of a struct, or the keys of a map, become variables. By reference.
    template <class T>
    void add_members(const T& data) {
        add_scope(Value::of(data));
    }
    /// The same for data that moves in.
    template <class T>
    void own_members(T data) {
        T* const kept = new T(std::move(data));
        keep(kept, [](void* object) { delete static_cast<T*>(object); });
        add_scope(Value::of(*kept));
    }

    /// Missing when there is none.
    Value find(std::string_view name) const;
    /// Of those that are shared.
    Value find_shared(std::string_view name) const;
    /// Every variable once, in no particular order.
    void each(void* opaque, void (*visit)(void*, std::string_view, const Value&)) const;
    bool empty() const noexcept { return entries_.empty(); }
    /// Whether a variable is a function that awaits.
    bool has_async_functions() const noexcept;

private:
    struct Entry {
        std::string name;  ///< empty: `value` is a struct or map of variables
        Value value;
        bool is_shared = false;
    };
    struct Box {
        void* object;
        void (*destroy)(void*);
    };
    void keep(void* object, void (*destroy)(void*));
    void add_scope(const Value& value);

    std::vector<Entry> entries_;
    std::vector<Box> boxes_;
};

}  // namespace pottle::templating
