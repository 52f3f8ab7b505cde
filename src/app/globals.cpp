// SPDX-License-Identifier: MIT
#include <pottle/app/globals.hpp>

namespace pottle {

Globals::Entry* Globals::find(const app::TypeKey& key) const noexcept {
    for (Entry* entry = first_; entry; entry = entry->next)
        if (&entry->key == &key) return entry;
    return nullptr;
}

void Globals::replace(Entry* entry) noexcept {
    for (Entry** place = &first_; *place; place = &(*place)->next) {
        if (&(*place)->key != &entry->key) continue;
        Entry* old = std::exchange(*place, (*place)->next);
        delete old;
        break;
    }
    entry->next = std::exchange(first_, entry);
}

void Globals::clear() noexcept {
    while (first_) delete std::exchange(first_, first_->next);
}

}  // namespace pottle
