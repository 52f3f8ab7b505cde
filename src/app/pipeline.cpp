// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include <algorithm>

namespace pottle::app {

namespace {
bool derives_from(const ErrorType& derived, const ErrorType& base) {
    return derived.key != base.key && base.catches_pointer(derived.throw_pointer);
}
}  // namespace

void ErrorTable::add(const ErrorHandler& handler) {
    std::vector<const ErrorHandler*>& list = handler.type ? by_type_ : by_status_;
    // As in Flask, the last handler for a status or a type stands.
    std::erase_if(list, [&](const ErrorHandler* other) {
        return handler.type ? other->type->key == handler.type->key
                            : other->status == handler.status;
    });
    list.push_back(&handler);
}

void ErrorTable::sort() {
    // Insertion, because "derives from" is only a partial order: each handler goes before the first
    // one that handles a base of its type.
    std::vector<const ErrorHandler*> sorted;
    for (const ErrorHandler* handler : by_type_) {
        const auto place = std::ranges::find_if(sorted, [&](const ErrorHandler* other) {
            return derives_from(*handler->type, *other->type);
        });
        sorted.insert(place, handler);
    }
    by_type_ = std::move(sorted);
}

const BoundHandler* ErrorTable::find(int status) const noexcept {
    for (const ErrorHandler* handler : by_status_)
        if (handler->status == status) return &handler->bound;
    return nullptr;
}

const BoundHandler* ErrorTable::find(const std::exception_ptr& error, const void*& object) const {
    for (const ErrorHandler* handler : by_type_)
        if ((object = handler->type->match(error))) return &handler->bound;
    return nullptr;
}

const BoundHandler* Pipeline::find_error_handler(int status) const noexcept {
    for (const Pipeline* pipeline = this; pipeline; pipeline = pipeline->parent)
        if (const BoundHandler* found = pipeline->errors.find(status)) return found;
    return nullptr;
}

const BoundHandler* Pipeline::find_error_handler(const std::exception_ptr& error,
                                                 const void*& object) const {
    for (const Pipeline* pipeline = this; pipeline; pipeline = pipeline->parent)
        if (const BoundHandler* found = pipeline->errors.find(error, object)) return found;
    return nullptr;
}

}  // namespace pottle::app
