// SPDX-License-Identifier: MIT
#include "tagged_json.hpp"

#include <pottle/app/config.hpp>
#include <pottle/app/request.hpp>
#include <pottle/app/session_store.hpp>
#include <pottle/async/executor.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/random.hpp>
#include <pottle/http/multi_dict.hpp>

#include <stdexcept>

namespace pottle {

namespace {

constexpr std::size_t kIdOctets = 32;
/// A session that this many others change meanwhile is not a browser's.
constexpr int kMaxAttempts = 16;
constexpr std::uint64_t kAnyVersion = 0;

std::int64_t now_of(Request& request) {
    return request.exchange().scope().executor().unix_now();
}

/// Nothing else is asked of the store: a cookie can hold anything.
bool is_id(std::string_view text) {
    const auto octets = crypto::decode_base64url(text);
    return octets && octets->size() == kIdOctets;
}

/// The stored members with this request's changes.
JsonObject merge(std::string_view stored, const Session& session) {
    Result<JsonValue> document = JsonValue::parse(stored);
    JsonObject members =
        document && document->is_object() ? std::move(document->as_object()) : JsonObject();
    for (const std::string& key : session.changed_keys()) {
        if (const JsonValue* value = session.document().find(key))
            members[key] = *value;
        else
            members.erase(key);
    }
    return members;
}

}  // namespace

void ServerSessions::configure(const Config& config) {
    cookie_ = SessionCookieSettings::from(config);
}

Task<> ServerSessions::open(Request& request, Session& session) {
    const auto id = request.cookies().find(cookie_.name);
    if (!id || !is_id(*id)) return {};
    return load(std::string(*id), session, now_of(request));
}

Task<> ServerSessions::load(std::string id, Session& session, std::int64_t now) {
    const std::optional<StoredSession> stored = co_await store_.load(id, now);
    if (!stored) co_return;
    Result<JsonValue> document = JsonValue::parse(stored->document);
    if (!document || !document->is_object()) co_return;
    session.restore(std::move(document->as_object()));
    session.set_origin(std::move(id), stored->version);
}

Task<> ServerSessions::save(Request& request, Session& session, Response& response) {
    const bool is_removed = session.document().empty() && session.modified();
    const bool is_sent = !session.document().empty() && cookie_.should_send(session);
    if (session.accessed() || is_removed || is_sent) response.add_vary("Cookie");
    if (is_removed) return remove(session, response, now_of(request));
    if (is_sent) return store(session, response, now_of(request));
    return {};
}

Task<> ServerSessions::remove(Session& session, Response& response, std::int64_t now) {
    if (!session.id().empty()) {
        // clear() ends the session. One that lost its last value may have got others meanwhile.
        if (session.cleared())
            co_await store_.remove(session.id(), kAnyVersion);
        else if (co_await write(session, session.id(), now))
            co_return cookie_.send(response, cookie_.make(session, session.id(), now));
    }
    cookie_.send_removal(response);
}

Task<> ServerSessions::store(Session& session, Response& response, std::int64_t now) {
    const bool is_known = !session.id().empty() && !session.wants_new_id();
    const std::string id = is_known ? session.id() : crypto::random_token(kIdOctets);
    if (!is_known && !session.id().empty()) {
        co_await store_.remove(session.id(), kAnyVersion);
        session.set_origin(id, 0);
    }
    if (co_await write(session, id, now))
        cookie_.send(response, cookie_.make(session, id, now));
    else
        cookie_.send_removal(response);
}

Task<bool> ServerSessions::write(Session& session, std::string id, std::int64_t now) {
    const std::int64_t expires = now + cookie_.lifetime.count();
    std::uint64_t version = session.version();
    JsonObject members = session.document();
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
        if (members.empty()) {
            if (co_await store_.remove(id, version)) co_return false;
        } else {
            StoredSession next{members.dump(), version + 1};
            if (next.document.size() > max_document_)
                throw std::length_error("the session is larger than the limit of ServerSessions");
            if (co_await store_.compare_and_set(id, version, std::move(next), now, expires))
                co_return true;
        }
        // Another request was faster: its session, with our changes.
        const std::optional<StoredSession> stored = co_await store_.load(id, now);
        if (!stored) co_return false;
        version = stored->version;
        members = merge(stored->document, session);
    }
    throw std::runtime_error("the session was changed by others each time it was to be saved");
}

bool ServerSessions::wants_untouched(const Request& request) const noexcept {
    if (!cookie_.refresh_each_request) return false;
    for (const http::Field& field : request.head().fields())
        if (field.name == "cookie" && http::find_cookie(field.value, cookie_.name)) return true;
    return false;
}

}  // namespace pottle
