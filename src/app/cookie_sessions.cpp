// SPDX-License-Identifier: MIT
#include "tagged_json.hpp"

#include <pottle/app/config.hpp>
#include <pottle/app/request.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/async/executor.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/serializer.hpp>
#include <pottle/http/cookies.hpp>

namespace pottle {

namespace {

constexpr const char* kNoKey =
    "the session cannot be changed because no SECRET_KEY is set: "
    "app.config().set(\"SECRET_KEY\", ...) or POTTLE_SECRET_KEY in the environment";

std::int64_t now_of(Request& request) {
    return request.exchange().scope().executor().unix_now();
}

std::optional<std::string_view> find_cookie(Request& request, std::string_view name) {
    for (const http::Field& field : request.head().fields()) {
        if (field.name != "cookie") continue;
        const auto value = http::find_cookie(field.value, name);
        // What is signed needs no quotes; a client may send some all the same.
        if (value && value->starts_with('"')) return request.cookies().find(name);
        if (value) return value;
    }
    return std::nullopt;
}

/// Whether a Cookie field may hold a permanent session: looks without verifying, so that a request
/// that has no use for its session does not pay for a signature.
bool may_be_permanent(std::string_view field, std::string_view name) {
    const std::optional<std::string_view> value = http::find_cookie(field, name);
    if (!value) return false;
    const std::optional<std::string> document =
        crypto::decode_base64url(value->substr(0, value->find('.')));
    // Compressed, or no session at all: opening it tells.
    return !document || document->empty() || document->contains("_permanent");
}

}  // namespace

CookieSessions::CookieSessions(SessionSigning signing) : signing_(std::move(signing)) {}
CookieSessions::~CookieSessions() = default;

void CookieSessions::configure(const Config& config) {
    cookie_ = SessionCookieSettings::from(config);
    const auto key = config.get<std::optional<std::string>>("SECRET_KEY");
    if (!key || key->empty()) return;
    // SES-6: the current key signs; the last of the old ones is tried next.
    auto keys = config.get<std::optional<std::vector<std::string>>>("SECRET_KEY_FALLBACKS")
                    .value_or(crypto::SecretKeys());
    keys.push_back(*key);
    serializer_ = std::make_unique<const crypto::UrlSafeTimedSerializer>(
        keys, crypto::SerializerOptions{.salt = signing_.salt,
                                        .key_derivation = signing_.key_derivation,
                                        .hash = signing_.hash,
                                        .max_document = signing_.max_document,
                                        .compress_above = signing_.compress_above});
}

std::string CookieSessions::sign(const Session& session, std::int64_t now) const {
    POTTLE_REQUIRE(serializer_, "sessions are signed with a SECRET_KEY, and none is set");
    const JsonObject& members = session.document();
    constexpr JsonDumpOptions kFlask{.escape_ascii = true};
    // A session of one member can look like a tagged value.
    if (members.size() == 1 && app::is_session_tag(members.begin()->key))
        return serializer_->sign_document(app::wrap_members(members).dump(kFlask), now);
    return serializer_->sign_document(members.dump(kFlask), now);
}

bool CookieSessions::read(std::string_view value, std::int64_t now, Session& session) const {
    if (!serializer_) return false;
    const Result<std::string> text =
        serializer_->unsign_document(value, now, cookie_.lifetime.count());
    if (!text) return false;
    Result<JsonValue> document = JsonValue::parse(*text);
    if (!document) return false;
    JsonObject* members = app::find_members(*document);
    if (!members) return false;
    session.restore(std::move(*members));
    return true;
}

Task<> CookieSessions::open(Request& request, Session& session) {
    if (!serializer_) {
        session.refuse_changes(kNoKey);
        return {};
    }
    if (const auto cookie = find_cookie(request, cookie_.name))
        read(*cookie, now_of(request), session);
    return {};
}

Task<> CookieSessions::save(Request& request, Session& session, Response& response) {
    if (!serializer_) return {};
    const bool sends = session.document().empty() ? session.modified()  // SES-23
                                                  : cookie_.should_send(session);
    if (session.accessed() || sends) response.add_vary("Cookie");
    if (!sends) return {};
    if (session.document().empty()) {
        cookie_.send_removal(response);
    } else {
        const std::int64_t now = now_of(request);
        cookie_.send(response, cookie_.make(session, sign(session, now), now));
    }
    return {};
}

bool CookieSessions::wants_untouched(const Request& request) const noexcept {
    // SES-21: a permanent session is refreshed by every request that carries it.
    if (!serializer_ || !cookie_.refresh_each_request) return false;
    for (const http::Field& field : request.head().fields())
        if (field.name == "cookie" && may_be_permanent(field.value, cookie_.name)) return true;
    return false;
}

}  // namespace pottle
