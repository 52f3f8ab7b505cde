// SPDX-License-Identifier: MIT
/// \file
/// SessionInterface: where sessions come from and go to. The default keeps them in signed cookies
/// (CookieSessions); server_sessions.hpp keeps them in a store.
#pragma once

#include <pottle/app/session.hpp>
#include <pottle/async/task.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/crypto/signer.hpp>
#include <pottle/http/cookies.hpp>

#include <memory>
#include <string>

namespace pottle {

class Config;
class Response;

namespace crypto {
class UrlSafeTimedSerializer;
}

/// What the configuration says about the cookie of a session. A value.
struct SessionCookieSettings {
    std::string name = "session";
    std::string domain{};  ///< empty: the host that set it
    std::string path = "/";
    bool http_only = true;
    bool secure = false;
    bool partitioned = false;
    SameSite same_site = SameSite::Unset;
    Seconds lifetime{std::chrono::hours(31 * 24)};  ///< of permanent ones; no signature is older
    bool refresh_each_request = true;  ///< a permanent cookie is sent again with every answer
    ByteCount max_size = 4093;         ///< of name, value and attributes; 0: any
    bool refuse_oversize = false;      ///< a larger one is an error and not a warning

    /// Errors: throws ConfigError for a SESSION_COOKIE_SAMESITE that is none.
    static SessionCookieSettings from(const Config& config);

    /// The cookie that carries `value`, with an expiry when the session is permanent.
    SetCookie make(const Session& session, std::string value, std::int64_t now) const;
    /// Adds it to the answer. Errors: throws std::length_error when it is oversize and that is
    /// refused.
    void send(Response& response, const SetCookie& cookie) const;
    /// Adds the cookie that makes the client forget its session.
    void send_removal(Response& response) const;
    /// True when a session like this one is to be sent again although nobody changed it.
    bool should_send(const Session& session) const noexcept {
        return session.modified() || (session.permanent() && refresh_each_request);
    }
};

/// Opens and saves sessions. One object serves all loops of an application.
class SessionInterface {
public:
    SessionInterface() = default;
    SessionInterface(const SessionInterface&) = delete;
    SessionInterface& operator=(const SessionInterface&) = delete;
    virtual ~SessionInterface();

    /// Called once, when the application is frozen.
    virtual void configure(const Config& config) = 0;

    /// Gives `session`, which is new and empty, what the request's client has.
    /// Returns: an empty task when that is done, or one that will do it.
    virtual Task<> open(Request& request, Session& session) = 0;

    /// Stores what changed and tells the client, behind the after_request hooks of every request
    /// whose session was opened. Returns: as open().
    virtual Task<> save(Request& request, Session& session, Response& response) = 0;

    /// True when a session that nobody asked for must be opened and saved all the same.
    virtual bool wants_untouched(const Request& request) const noexcept = 0;
};

/// How the cookie is signed. The defaults are Flask's, so that applications can share sessions.
struct SessionSigning {
    std::string salt = "cookie-session";
    crypto::KeyDerivation key_derivation = crypto::KeyDerivation::Hmac;
    crypto::Hash hash = crypto::Hash::Sha1;
    ByteCount max_document = 256_KiB;  ///< of the session once it is inflated
    /// Smaller sessions are not tried to be compressed. Flask tries all; hardly any of this size
    /// shrinks, and trying would double what a request with a session costs.
    ByteCount compress_above = 64;
};

/// Sessions in the client's cookie, in the format of Flask and Quart: signed with SECRET_KEY,
/// verified with it and SECRET_KEY_FALLBACKS; whoever holds the cookie can read it. What does not
/// verify, is too old or malformed is a new session.
class CookieSessions final : public SessionInterface {
public:
    explicit CookieSessions(SessionSigning signing = {});
    ~CookieSessions() override;

    void configure(const Config& config) override;
    Task<> open(Request& request, Session& session) override;
    Task<> save(Request& request, Session& session, Response& response) override;
    bool wants_untouched(const Request& request) const noexcept override;

    // ---- for tests, which make and read cookies of their own
    const SessionCookieSettings& cookie() const noexcept { return cookie_; }
    /// Errors: throws LogicError without a SECRET_KEY.
    std::string sign(const Session& session, std::int64_t now) const;
    /// Returns: false when `value` is not a valid session.
    bool read(std::string_view value, std::int64_t now, Session& session) const;

private:
    SessionSigning signing_;
    SessionCookieSettings cookie_;
    std::unique_ptr<const crypto::UrlSafeTimedSerializer> serializer_;  // null without a key
};

}  // namespace pottle
