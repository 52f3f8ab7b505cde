// SPDX-License-Identifier: MIT
/// \file
/// Session: what an application remembers of a client from one request to the next. By default in a
/// cookie that the client can read and cannot change, the same that Flask writes; other places are
/// session_interface.hpp.
#pragma once

#include <pottle/app/inject.hpp>
#include <pottle/app/needs.hpp>
#include <pottle/app/session_value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

class Signals;
struct FlashMessage;

/// Named values of one client. Handlers and hooks take it as `Session&`; it is opened when it is
/// first asked for, and saved behind the after_request hooks when it has changed.
///
///     app.get("/visits", [](Session& session) {
///         const int visits = session.get("visits", 0) + 1;
///         session.set("visits", visits);
///         return std::to_string(visits);
///     });
///
/// A resource of its request. Thread: its connection's loop.
/// Errors: without a SECRET_KEY the session is empty, and changing it throws LogicError.
class Session {
public:
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // ---- reading. A value of another type than asked for counts as missing: who may send it can
    // be an older version of the application.
    template <class T>
    std::optional<T> get(std::string_view key) const {
        const JsonValue* value = find(key);
        return value ? SessionValue<T>::from(*value) : std::nullopt;
    }
    template <class T>
    T get(std::string_view key, T fallback) const {
        std::optional<T> value = get<T>(key);
        return value ? std::move(*value) : std::move(fallback);
    }
    std::string get(std::string_view key, const char* fallback) const {
        return get<std::string>(key, fallback);
    }
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    bool empty() const { return members().empty(); }
    std::vector<std::string> keys() const;
    /// Everything as a plain document: for templates and debugging.
    JsonValue to_json() const;

    // ---- changing
    template <class T>
    void set(std::string_view key, const T& value) {
        if constexpr (std::is_convertible_v<const T&, std::string_view>)
            assign(key, JsonValue(std::string_view(value)));
        else
            assign(key, SessionValue<T>::to(value));
    }
    /// The value; set to `fallback` first when it is missing.
    template <class T>
    T setdefault(std::string_view key, T fallback) {
        if (std::optional<T> value = get<T>(key)) return std::move(*value);
        set(key, fallback);
        return fallback;
    }
    /// Returns: false when there was no such value.
    bool erase(std::string_view key);
    /// Takes a value out. Nothing, and nothing is changed, when it is missing.
    template <class T>
    std::optional<T> pop(std::string_view key) {
        std::optional<T> value = get<T>(key);
        if (value) erase(key);
        return value;
    }
    /// Forgets everything; the client is told to forget its cookie.
    void clear();

    // ---- lifetime
    /// Gives a session that is kept in a store another identifier: call it when somebody logs in,
    /// so that an identifier that was planted before is worth nothing. Nothing for cookies.
    void renew_id();
    /// A permanent session outlives the browser's, for PERMANENT_SESSION_LIFETIME; another one ends
    /// with the browser.
    bool permanent() const noexcept;
    void set_permanent(bool permanent = true);
    /// True when the client brought none that is valid.
    bool is_new() const noexcept { return is_new_; }
    /// Whether the request has looked at the session: the answer says "Vary: Cookie" then.
    bool accessed() const noexcept { return accessed_; }
    bool modified() const noexcept { return modified_; }

    // ---- for session interfaces
    /// The members in the tagged form of Flask's sessions; reading them here is no access.
    const JsonObject& document() const noexcept { return document_; }
    /// What was stored, as the client's. Neither access nor change.
    void restore(JsonObject document) noexcept;
    /// Makes every change throw LogicError with this sentence (a literal).
    void refuse_changes(const char* sentence) noexcept { refusal_ = sentence; }
    /// Throws what a change would throw.
    void require_changeable() const;
    /// The keys that were set or erased, each once, in the order of the first change.
    const std::vector<std::string>& changed_keys() const noexcept { return changed_keys_; }
    /// Which stored session this is, and which version of it: for who keeps sessions elsewhere.
    void set_origin(std::string id, std::uint64_t version);
    const std::string& id() const noexcept { return id_; }
    std::uint64_t version() const noexcept { return version_; }
    bool wants_new_id() const noexcept { return wants_new_id_; }
    /// clear() was called.
    bool cleared() const noexcept { return cleared_; }
    /// The limit of flash(): older messages give way.
    void set_max_flashes(std::size_t count) noexcept { max_flashes_ = count; }
    /// Who is told of flash(). Lifetime: as the application's.
    void set_signals(const Signals* signals) noexcept { signals_ = signals; }

private:
    friend void flash(Session& session, std::string_view message, std::string_view category);
    friend std::vector<FlashMessage> get_flashed_messages(
        Session& session, const std::vector<std::string>& categories);

    const JsonObject& members() const {
        accessed_ = true;
        return document_;
    }
    const JsonValue* find(std::string_view key) const { return members().find(key); }
    void assign(std::string_view key, JsonValue value);
    /// Notes a change of `key`.
    void touch(std::string_view key);

    JsonObject document_;
    std::vector<std::string> changed_keys_;
    std::optional<JsonArray> flashed_;  // what get_flashed_messages() took out in this request
    std::string id_;
    std::uint64_t version_ = 0;
    std::size_t max_flashes_ = 100;
    const Signals* signals_ = nullptr;
    const char* refusal_ = nullptr;
    bool is_new_ = true;
    bool modified_ = false;
    bool wants_new_id_ = false;
    bool cleared_ = false;
    mutable bool accessed_ = false;
};

template <>
struct Inject<Session&> {
    static constexpr Needs needs = Needs::Session;
    static Session& from(Request& request);
};

}  // namespace pottle
