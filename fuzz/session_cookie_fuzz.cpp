// SPDX-License-Identifier: MIT
/// \file
/// The documents of session cookies, signed: any of them is a session or none, in bounded memory;
/// a session is written back to the same members; every value can be asked for as every type.
#include <pottle/app/config.hpp>
#include <pottle/app/flash.hpp>
#include <pottle/app/session_interface.hpp>
#include <pottle/crypto/serializer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace pottle;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;

void require(bool holds) {
    if (!holds) std::abort();
}

const CookieSessions& sessions() {
    static const auto* const made = [] {
        Config config;
        config.set("SECRET_KEY", "secret");
        auto* sessions = new CookieSessions();
        sessions->configure(config);
        return sessions;
    }();
    return *made;
}

const crypto::UrlSafeTimedSerializer& signer() {
    static const crypto::UrlSafeTimedSerializer serializer(
        {"secret"}, {.salt = "cookie-session", .key_derivation = crypto::KeyDerivation::Hmac});
    return serializer;
}

void ask_for_everything(Session& session) {
    for (const std::string& key : session.keys()) {
        (void)session.get<int>(key);
        (void)session.get<std::string>(key);
        (void)session.get<Bytes>(key);
        (void)session.get<Uuid>(key);
        (void)session.get<std::chrono::sys_seconds>(key);
        (void)session.get<std::vector<std::tuple<int, std::string>>>(key);
        (void)session.get<JsonValue>(key);
    }
    (void)session.to_json();
    (void)get_flashed_messages(session);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Session foreign;
    require(!sessions().read(text, kNow, foreign));

    Session session;
    if (!sessions().read(signer().sign_document(text, kNow), kNow, session)) return 0;
    Session again;
    require(sessions().read(sessions().sign(session, kNow), kNow, again));
    require(again.document() == session.document());
    ask_for_everything(session);
    return 0;
}
