// SPDX-License-Identifier: MIT
/// \file
/// The to-do list: what it stores, and the blueprint that serves it as JSON.
#pragma once

#include <pottle/pottle.hpp>
#include <pottle/reflect/constraints.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace todo {

// doc: data
struct Todo {
    long id;
    std::string title;
    int priority;
    bool done;
};
struct NewTodo {
    pottle::Text<1, 80> title;
    pottle::Int<1, 5, 3> priority;  // from 1 to 5, 3 when it is not given
};
struct Change {
    std::optional<pottle::Text<1, 80>> title;
    std::optional<pottle::Int<1, 5>> priority;
    std::optional<bool> done;
};
struct Paging {
    pottle::Int<0, 1'000'000, 0> offset;
    pottle::Int<1, 100, 20> limit;
};
// doc: end

/// Thrown when the list is full; the application answers 409.
class ListFull : public std::exception {
public:
    const char* what() const noexcept override { return "the list is full"; }
};

// doc: store
/// The to-dos of everybody, in memory. Handlers run on several loops at once, so it locks.
class Store {
public:
    explicit Store(std::size_t capacity = 10'000) : capacity_(capacity) {}

    std::vector<Todo> list(long offset, long limit) const;
    std::optional<Todo> find(long id) const;
    Todo add(const NewTodo& todo);
    std::optional<Todo> change(long id, const Change& change);
    bool remove(long id);
    /// Another number after every change.
    long version() const;

private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<long, Todo> todos_;
    long last_id_ = 0;
    long version_ = 0;
};
// doc: end

pottle::Blueprint todos();

pottle::App create_app();

}  // namespace todo
