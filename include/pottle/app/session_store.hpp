// SPDX-License-Identifier: MIT
/// \file
/// Sessions that stay on the server: a store that keeps them, and the SessionInterface that gives
/// the client nothing but an identifier.
#pragma once

#include <pottle/app/session_interface.hpp>
#include <pottle/async/task.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace pottle {

/// A session at rest.
struct StoredSession {
    std::string document;       ///< its members as tagged JSON
    std::uint64_t version = 0;  ///< counts the changes; the first is 1
};

/// Keeps sessions by identifier. What it stores must survive as long as it says; that it can also
/// forget is part of the contract: an application sees a new session then.
///
/// Thread: called from every loop at once.
class SessionStore {
public:
    SessionStore() = default;
    SessionStore(const SessionStore&) = delete;
    SessionStore& operator=(const SessionStore&) = delete;
    virtual ~SessionStore();

    /// The session, unless there is none or it has expired. `now`, `expires`: Unix seconds.
    virtual Task<std::optional<StoredSession>> load(std::string id, std::int64_t now) = 0;
    /// Stores `session` when what stands there has the version `expected` (0: when nothing does).
    /// Returns: false, and nothing is changed, otherwise.
    virtual Task<bool> compare_and_set(std::string id, std::uint64_t expected,
                                       StoredSession session, std::int64_t now,
                                       std::int64_t expires) = 0;
    /// Forgets what has the version `expected` (0: whatever stands there).
    /// Returns: false, and nothing is changed, when something of another version stands there.
    virtual Task<bool> remove(std::string id, std::uint64_t expected) = 0;
};

/// A store in the memory of one process, for one machine and for tests.
class MemorySessionStore final : public SessionStore {
public:
    /// Beyond `max_sessions`, what was not used for the longest time is forgotten.
    explicit MemorySessionStore(std::size_t max_sessions = 100'000);
    ~MemorySessionStore() override;

    Task<std::optional<StoredSession>> load(std::string id, std::int64_t now) override;
    Task<bool> compare_and_set(std::string id, std::uint64_t expected, StoredSession session,
                               std::int64_t now, std::int64_t expires) override;
    Task<bool> remove(std::string id, std::uint64_t expected) override;

    std::size_t size() const;

private:
    class Table;
    std::unique_ptr<Table> table_;
};

/// Sessions in a store; the cookie holds 256 random bits that name one. Requests that change the
/// same session at once do not undo each other: who comes later takes the stored session and makes
/// its own changes, key by key, to that. Session::clear() alone ends all of it.
///
///     auto& store = app.use<MemorySessionStore>();
///     app.use_session_interface<ServerSessions>(store);
class ServerSessions final : public SessionInterface {
public:
    /// `store` must outlive it. `max_document`: bytes of one session; saving more is an error.
    explicit ServerSessions(SessionStore& store, ByteCount max_document = 256_KiB)
        : store_(store), max_document_(max_document) {}

    void configure(const Config& config) override;
    Task<> open(Request& request, Session& session) override;
    Task<> save(Request& request, Session& session, Response& response) override;
    bool wants_untouched(const Request& request) const noexcept override;

private:
    Task<> load(std::string id, Session& session, std::int64_t now);
    Task<> store(Session& session, Response& response, std::int64_t now);
    Task<> remove(Session& session, Response& response, std::int64_t now);
    /// Stores `session`, or what becomes of it together with the changes of others; removes what
    /// becomes empty so.
    /// Returns: false when nothing is stored: somebody has removed it meanwhile, or it is empty.
    Task<bool> write(Session& session, std::string id, std::int64_t now);

    SessionStore& store_;
    ByteCount max_document_;
    SessionCookieSettings cookie_;
};

}  // namespace pottle
