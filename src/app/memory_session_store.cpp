// SPDX-License-Identifier: MIT
#include <pottle/app/session_store.hpp>

#include <list>
#include <mutex>
#include <unordered_map>

namespace pottle {

SessionStore::~SessionStore() = default;

/// Sessions by identifier, and in the order of their last use.
class MemorySessionStore::Table {
public:
    explicit Table(std::size_t max_sessions) : max_sessions_(max_sessions) {}

    std::optional<StoredSession> load(const std::string& id, std::int64_t now) {
        const std::lock_guard lock(mutex_);
        Entry* entry = find(id, now);
        if (!entry) return std::nullopt;
        return entry->session;
    }

    bool compare_and_set(std::string id, std::uint64_t expected, StoredSession session,
                         std::int64_t now, std::int64_t expires) {
        const std::lock_guard lock(mutex_);
        Entry* entry = find(id, now);
        if ((entry ? entry->session.version : 0) != expected) return false;
        if (entry) {
            entry->session = std::move(session);
            entry->expires = expires;
            return true;
        }
        if (by_use_.size() >= max_sessions_) erase(std::prev(by_use_.end()));
        by_use_.push_front({std::move(id), std::move(session), expires});
        by_id_.emplace(by_use_.front().id, by_use_.begin());
        return true;
    }

    bool remove(const std::string& id, std::uint64_t expected) {
        const std::lock_guard lock(mutex_);
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return true;
        if (expected != 0 && found->second->session.version != expected) return false;
        erase(found->second);
        return true;
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return by_use_.size();
    }

private:
    struct Entry {
        std::string id;
        StoredSession session;
        std::int64_t expires;
    };
    using Place = std::list<Entry>::iterator;

    /// Makes the entry the newest; forgets it when it has expired.
    Entry* find(const std::string& id, std::int64_t now) {
        const auto found = by_id_.find(id);
        if (found == by_id_.end()) return nullptr;
        const Place place = found->second;
        if (place->expires <= now) {
            erase(place);
            return nullptr;
        }
        by_use_.splice(by_use_.begin(), by_use_, place);
        return &*place;
    }

    void erase(Place place) {
        by_id_.erase(place->id);
        by_use_.erase(place);
    }

    const std::size_t max_sessions_;
    mutable std::mutex mutex_;  // guards what follows: every loop comes here
    std::list<Entry> by_use_;   // the newest first
    std::unordered_map<std::string_view, Place> by_id_;  // views of the entries' own identifiers
};

MemorySessionStore::MemorySessionStore(std::size_t max_sessions)
    : table_(std::make_unique<Table>(max_sessions)) {}
MemorySessionStore::~MemorySessionStore() = default;

Task<std::optional<StoredSession>> MemorySessionStore::load(std::string id, std::int64_t now) {
    co_return table_->load(id, now);
}

Task<bool> MemorySessionStore::compare_and_set(std::string id, std::uint64_t expected,
                                               StoredSession session, std::int64_t now,
                                               std::int64_t expires) {
    co_return table_->compare_and_set(std::move(id), expected, std::move(session), now, expires);
}

Task<bool> MemorySessionStore::remove(std::string id, std::uint64_t expected) {
    co_return table_->remove(id, expected);
}

std::size_t MemorySessionStore::size() const {
    return table_->size();
}

}  // namespace pottle
