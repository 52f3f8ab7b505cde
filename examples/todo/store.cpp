// SPDX-License-Identifier: MIT
#include "todos.hpp"

namespace todo {

std::vector<Todo> Store::list(long offset, long limit) const {
    const std::lock_guard lock(mutex_);
    std::vector<Todo> page;
    for (const auto& [id, todo] : todos_) {
        if (offset-- > 0) continue;
        if (limit-- <= 0) break;
        page.push_back(todo);
    }
    return page;
}

std::optional<Todo> Store::find(long id) const {
    const std::lock_guard lock(mutex_);
    const auto found = todos_.find(id);
    if (found == todos_.end()) return std::nullopt;
    return found->second;
}

Todo Store::add(const NewTodo& todo) {
    const std::lock_guard lock(mutex_);
    if (todos_.size() == capacity_) throw ListFull();
    ++version_;
    const long id = ++last_id_;
    return todos_[id] = Todo{id, todo.title, static_cast<int>(todo.priority), false};
}

std::optional<Todo> Store::change(long id, const Change& change) {
    const std::lock_guard lock(mutex_);
    const auto found = todos_.find(id);
    if (found == todos_.end()) return std::nullopt;
    ++version_;
    Todo& todo = found->second;
    if (change.title) todo.title = *change.title;
    if (change.priority) todo.priority = static_cast<int>(*change.priority);
    if (change.done) todo.done = *change.done;
    return todo;
}

bool Store::remove(long id) {
    const std::lock_guard lock(mutex_);
    ++version_;
    return todos_.erase(id) == 1;
}

long Store::version() const {
    const std::lock_guard lock(mutex_);
    return version_;
}

}  // namespace todo
