// SPDX-License-Identifier: MIT
#include "tagged_json.hpp"

#include <pottle/app/session_interface.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/base/log.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/serializer.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::int64_t kLifetime = 31 * 24 * 3600;

Config config_with_key(const char* key = "secret") {
    Config config;
    config.set("SECRET_KEY", key);
    return config;
}

/// What `build` does to a session, as the value of its cookie.
template <class F>
std::string cookie_of(F build) {
    CookieSessions sessions;
    sessions.configure(config_with_key());
    Session session;
    build(session);
    return sessions.sign(session, kNow);
}

/// The members of a cookie in tagged form; "" when it is refused.
std::string document_of(std::string_view cookie, std::int64_t now = kNow,
                        const Config& config = config_with_key()) {
    CookieSessions sessions;
    sessions.configure(config);
    Session session;
    if (!sessions.read(cookie, now, session)) return {};
    return session.document().dump();
}

/// An application whose routes do what the tests need; `config` is set before it is frozen.
App shop(const std::vector<std::pair<const char*, JsonValue>>& config = {}) {
    App app("shop");
    app.config().set("SECRET_KEY", "secret");
    for (const auto& [key, value] : config) app.config().set(key, value);
    app.get("/plain", [] { return "plain"; });
    app.get("/read", [](Session& session) { return session.get("name", "nobody"); });
    app.get("/write", [](Session& session) { session.set("name", "Zo\u00eb"); });
    app.get("/permanent", [](Session& session) { session.set_permanent(); });
    app.get("/clear", [](Session& session) { session.clear(); });
    app.get("/take", [](Session& session) { return std::to_string(session.contains("name")); });
    app.get("/nothing", [](Session&) { return "untouched"; });
    return app;
}

Headers with_cookie(const TestResponse& response) {
    const std::string_view line = response.header("set-cookie");
    return {{"Cookie", line.substr(0, line.find(';'))}};
}

}  // namespace

// ---- format

TEST_CASE("Session: the golden vectors of Flask's cookie (SES-1, SES-2, SES-3, SES-4, SES-10)") {
    CHECK(cookie_of([](Session&) {}) == "e30.ZVPxAA.omt3PgL-M3J_8Whx6kOE7kEHzec");
    CHECK(cookie_of([](Session& s) { s.set("a", 1); }) ==
          "eyJhIjoxfQ.ZVPxAA.hG4LXFRbN7aPAMuhb5V_1Ol-cgU");
    CHECK(cookie_of([](Session& s) {
              s.set("user_id", 42);
              s.set("name", "Zo\u00eb");
          }) == "eyJ1c2VyX2lkIjo0MiwibmFtZSI6IlpvXHUwMGViIn0.ZVPxAA.QaKthN4mRmFtqa2crtExTNQ1nCM");
    CHECK(cookie_of([](Session& s) { flash(s, "hi"); }) ==
          "eyJfZmxhc2hlcyI6W3siIHQiOlsibWVzc2FnZSIsImhpIl19XX0.ZVPxAA."
          "l3pI3cWdrnc-xP46xR0ouE6ONag");
    CHECK(cookie_of([](Session& s) {
              s.set("x", JsonValue::object({{" t", JsonValue::array({1})}}));
          }) == "eyJ4Ijp7IiBkaSI6eyIgdF9fIjpbMV19fX0.ZVPxAA.cT4jC3vzgBUIcUEIa51JCK6TFrw");
    CHECK(cookie_of([](Session& s) {
              s.set("f", 1.5);
              s.set("n", JsonValue());
              s.set("l", JsonValue::array({1, JsonValue::array({2})}));
              s.set("z", true);
          }) ==
          "eyJmIjoxLjUsIm4iOm51bGwsImwiOlsxLFsyXV0sInoiOnRydWV9.ZVPxAA."
          "GkRPtWwuRIbTNUUuhBUUB92v8WI");
    CHECK(cookie_of([](Session& s) { s.set_permanent(); }) ==
          "eyJfcGVybWFuZW50Ijp0cnVlfQ.ZVPxAA.kuEXf1MzjvmRT9PfWxsHeodtXiI");
}

TEST_CASE("Session: a long payload is compressed, and read back (SES-1)") {
    const std::string document = R"({"k":")" + std::string(100, 'a') + R"("})";
    CHECK(document_of(".eJyrVspWslJKpANQqgUAaH8oCg.ZVPxAA.35qOoRCaRaUGvdV56r-jJrUNUCY") ==
          document);
    const std::string ours = cookie_of([](Session& s) { s.set("k", std::string(100, 'a')); });
    CHECK(ours.starts_with("."));
    CHECK(document_of(ours) == document);
}

TEST_CASE("Session: a cookie is refused when changed, too old or from the future (SES-5)") {
    const std::string cookie = "eyJhIjoxfQ.ZVPxAA.hG4LXFRbN7aPAMuhb5V_1Ol-cgU";
    CHECK(document_of(cookie) == R"({"a":1})");
    CHECK(document_of(cookie, kNow + kLifetime) == R"({"a":1})");
    CHECK(document_of(cookie, kNow + kLifetime + 1).empty());
    CHECK(document_of(cookie, kNow - 1).empty());
    CHECK(document_of("eyJhIjoyfQ.ZVPxAA.hG4LXFRbN7aPAMuhb5V_1Ol-cgU").empty());
    CHECK(document_of(cookie.substr(0, cookie.size() - 1)).empty());
    CHECK(document_of("eyJhIjoxfQ.AyLvnx8ZSVH5AZ1qMRpmlR3I6wc").empty());
    for (const char* text : {"", ".", "..", "...", "e30", "e30.ZVPxAA"})
        CHECK(document_of(text).empty());
}

TEST_CASE("Session: old keys still open a session, and the current one signs (SES-6)") {
    Config config = config_with_key("new");
    config.set("SECRET_KEY_FALLBACKS", JsonValue::array({"older", "old"}));
    CHECK(document_of("eyJhIjoxfQ.ZVPxAA.AyLvnx8ZSVH5AZ1qMRpmlR3I6wc", kNow, config) ==
          R"({"a":1})");
    CHECK(document_of("eyJhIjoxfQ.ZVPxAA.MURRRJpDg3aWu7ejt2QVczD6Tmg", kNow, config) ==
          R"({"a":1})");
    CHECK(document_of("eyJhIjoxfQ.ZVPxAA.hG4LXFRbN7aPAMuhb5V_1Ol-cgU", kNow, config).empty());
    CookieSessions sessions;
    sessions.configure(config);
    Session session;
    session.set("a", 1);
    CHECK(sessions.sign(session, kNow) == "eyJhIjoxfQ.ZVPxAA.MURRRJpDg3aWu7ejt2QVczD6Tmg");
}

TEST_CASE("Session: salt, derivation and hash of the signature can be others (SES-7)") {
    CookieSessions other({.salt = "shop",
                          .key_derivation = crypto::KeyDerivation::Concat,
                          .hash = crypto::Hash::Sha256});
    other.configure(config_with_key());
    Session session;
    session.set("a", 1);
    const std::string cookie = other.sign(session, kNow);
    CHECK(document_of(cookie).empty());
    Session again;
    CHECK(other.read(cookie, kNow, again));
    CHECK(again.get<int>("a") == 1);
}

TEST_CASE(
    "Session: a signed cookie that is a bomb, no object or too deep is a new session "
    "(SES-5)") {
    const crypto::UrlSafeTimedSerializer signer(
        {"secret"}, {.salt = "cookie-session", .key_derivation = crypto::KeyDerivation::Hmac});
    const std::string bomb =
        signer.sign_document(R"({"k":")" + std::string(4'000'000, 'a') + R"("})", kNow);
    CHECK(bomb.size() < 8000);
    CHECK(document_of(bomb).empty());
    for (const char* text : {"[]", "1", "null", "\"x\"", "", "{", R"({" t":[1]})", R"({" d":"x"})",
                             R"({" di":{"a":1}})", R"({" di":1})"})
        CHECK(document_of(signer.sign_document(text, kNow)).empty());
    CHECK(document_of(signer.sign_document(
                          R"({"a":)" + std::string(80, '[') + std::string(80, ']') + "}", kNow))
              .empty());
}

// ---- values

TEST_CASE("Session: values of every kind come back as what they were (SES-12)") {
    using Time = std::chrono::sys_seconds;
    struct Address {
        std::string street;
        int number;
    };
    Session session;
    const Uuid uuid = *Uuid::parse("12345678-9abc-def0-1234-56789abcdef0");
    session.set("bool", true);
    session.set("int", -5);
    session.set("uint", std::uint64_t{1} << 63);
    session.set("double", 2.5);
    session.set("text", "a");
    session.set("list", std::vector<int>{1, 2});
    session.set("none", std::optional<int>());
    session.set("tuple", std::tuple(1, std::string("x")));
    session.set("pair", std::pair(true, uuid));
    session.set("octets", Bytes(std::string_view("\0\xff", 2)));
    session.set("uuid", uuid);
    session.set("time", Time(Seconds(1577934245)));
    session.set("struct", Address{"Main St", 5});
    CHECK(session.get<bool>("bool") == true);
    CHECK(session.get<int>("int") == -5);
    CHECK(session.get<std::uint64_t>("uint") == std::uint64_t{1} << 63);
    CHECK(session.get<double>("double") == 2.5);
    CHECK(session.get<std::string>("text") == "a");
    CHECK(session.get<std::vector<int>>("list") == std::vector{1, 2});
    CHECK(session.get<std::optional<int>>("none") ==
          std::optional<std::optional<int>>{std::optional<int>()});
    CHECK((session.get<std::tuple<int, std::string>>("tuple") == std::tuple(1, "x")));
    CHECK((session.get<std::pair<bool, Uuid>>("pair") == std::pair(true, uuid)));
    CHECK(session.get<Bytes>("octets") == Bytes(std::string_view("\0\xff", 2)));
    CHECK(session.get<Uuid>("uuid") == uuid);
    CHECK(session.get<Time>("time") == Time(Seconds(1577934245)));
    CHECK(session.get<Address>("struct").value().number == 5);
    CHECK(session.document().dump() ==
          R"({"bool":true,"int":-5,"uint":9223372036854775808,"double":2.5,"text":"a",)"
          R"("list":[1,2],"none":null,"tuple":{" t":[1,"x"]},)"
          R"("pair":{" t":[true,{" u":"123456789abcdef0123456789abcdef0"}]},)"
          R"("octets":{" b":"AP8="},"uuid":{" u":"123456789abcdef0123456789abcdef0"},)"
          R"("time":{" d":"Thu, 02 Jan 2020 03:04:05 GMT"},)"
          R"("struct":{"street":"Main St","number":5}})");
}

TEST_CASE("Session: a value of another type than asked for counts as missing (SES-12)") {
    Session session;
    session.set("n", 300);
    session.set("s", "text");
    session.set("t", std::tuple(1, 2));
    CHECK_FALSE(session.get<std::string>("n"));
    CHECK_FALSE(session.get<bool>("n"));
    CHECK_FALSE(session.get<std::int8_t>("n"));
    CHECK_FALSE(session.get<unsigned>("s"));
    CHECK_FALSE(session.get<Uuid>("s"));
    CHECK_FALSE(session.get<Bytes>("s"));
    CHECK_FALSE(session.get<std::vector<int>>("s"));
    CHECK_FALSE(session.get<std::tuple<int>>("t"));
    CHECK_FALSE((session.get<std::tuple<int, std::string>>("t")));
    CHECK(session.get("n", "fallback") == "fallback");
    CHECK(session.get("missing", 7) == 7);
}

TEST_CASE("tagged JSON: objects that look like tags are wrapped and unwrapped (SES-11)") {
    const char* plain_documents[] = {
        R"({" t":[1]})", R"({" di":{" t":1}})", R"({" m":{" b":2}})",        R"({" x":1})",
        R"({})",         R"({" t":1,"a":2})",   R"([{" u":null},{" d":[]}])"};
    for (const char* text : plain_documents) {
        const JsonValue plain = JsonValue::parse(text).value();
        CHECK(app::to_plain(app::to_tagged(plain)) == plain);
    }
    CHECK(app::to_tagged(JsonValue::parse(R"({" di":{" t":1}})").value()).dump() ==
          R"({" di":{" di__":{" di":{" t__":1}}}})");
}

TEST_CASE("tagged JSON: the plain document of tagged values (SES-11)") {
    const auto plain = [](const char* text) {
        return app::to_plain(JsonValue::parse(text).value()).dump();
    };
    CHECK(plain(R"({" t":[1,{" t":[]}]})") == "[1,[]]");
    CHECK(plain(R"({" b":"YWJj"})") == R"("abc")");
    CHECK(plain(R"({" m":"<b>"})") == R"("<b>")");
    CHECK(plain(R"({" u":"123456789abcdef0123456789abcdef0"})") ==
          R"("12345678-9abc-def0-1234-56789abcdef0")");
    CHECK(plain(R"({" d":"Thu, 02 Jan 2020 03:04:05 GMT"})") ==
          R"("Thu, 02 Jan 2020 03:04:05 GMT")");
    // Unknown tags, and tags around something else, survive as plain maps.
    for (const char* text : {R"({" x":1})", R"({" t":1})", R"({" b":"!"})", R"({" u":"12"})",
                             R"({" m":1})", R"({" di":[]})"})
        CHECK(plain(text) == text);
}

TEST_CASE("Session: what a Flask application wrote goes back as it came (SES-11, SES-12)") {
    const char* document =
        R"({"a":{" t":[1,{" b":"AA=="}]},"m":{" m":"<i>"},"u":{" x":1},"d":{" di":{" t__":0}}})";
    Session session;
    session.restore(std::move(JsonValue::parse(document).value().as_object()));
    session.set("n", 1);
    session.erase("n");
    CHECK(session.document().dump() == document);
    CHECK(session.get<std::string>("m") == "<i>");
    CHECK(session.to_json().dump() == R"({"a":[1,"\u0000"],"m":"<i>","u":{" x":1},"d":{" t":0}})");
}

TEST_CASE("Session: a session whose one key is a tag is wrapped as a whole (SES-11)") {
    const std::string cookie = cookie_of([](Session& s) { s.set(" t", 1); });
    CHECK(crypto::decode_base64url(cookie.substr(0, cookie.find('.'))) == R"({" di":{" t__":1}})");
    CHECK(document_of(cookie) == R"({" t":1})");
}

TEST_CASE("Session: pop, setdefault, erase and keys") {
    Session session;
    CHECK_FALSE(session.pop<int>("a"));
    CHECK_FALSE(session.modified());
    CHECK(session.setdefault("a", 1) == 1);
    CHECK(session.setdefault("a", 2) == 1);
    session.set("b", 2);
    CHECK(session.keys() == std::vector<std::string>{"a", "b"});
    CHECK(session.pop<int>("a") == 1);
    CHECK_FALSE(session.erase("a"));
    CHECK(session.erase("b"));
    CHECK(session.empty());
    CHECK(session.changed_keys() == std::vector<std::string>{"a", "b"});
}

// ---- behaviour

TEST_CASE("Session: without SECRET_KEY it is empty and refuses changes (SES-20)") {
    App app = shop({{"SECRET_KEY", nullptr}});
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK(client.get("/read", Headers{{"Cookie", "session=e30.ZVPxAA.x"}}).text() == "nobody");
    CHECK_THROWS_WITH_AS(client.get("/write"), doctest::Contains("because no SECRET_KEY is set"),
                         LogicError);
    TestClient quiet(shop({{"SECRET_KEY", nullptr}}));
    CHECK(quiet.get("/write").status == 500);
}

TEST_CASE("Session: is sent when it has changed, and only then (SES-21, SES-25)") {
    TestClient client(shop());
    client.executor().set_unix_now(kNow);
    const TestResponse written = client.get("/write");
    CHECK(written.header("set-cookie") ==
          "session=eyJuYW1lIjoiWm9cdTAwZWIifQ.ZVPxAA.XsGaRflUusQyDkh4VqfDZYEb3Lc; HttpOnly; "
          "Path=/");
    const TestResponse read = client.get("/read", with_cookie(written));
    CHECK(read.text() == "Zo\u00eb");
    CHECK_FALSE(read.headers.contains("set-cookie"));
    CHECK_FALSE(client.get("/plain", with_cookie(written)).headers.contains("set-cookie"));
}

TEST_CASE(
    "Session: a permanent one has an expiry and is refreshed by every answer (SES-21, "
    "SES-22)") {
    TestClient client(shop());
    client.executor().set_unix_now(kNow);
    const TestResponse first = client.get("/permanent");
    CHECK(first.header("set-cookie") ==
          "session=eyJfcGVybWFuZW50Ijp0cnVlfQ.ZVPxAA.kuEXf1MzjvmRT9PfWxsHeodtXiI; "
          "Expires=Fri, 15 Dec 2023 22:13:20 GMT; HttpOnly; Path=/");
    client.executor().set_unix_now(kNow + 3600);
    for (const char* path : {"/plain", "/read", "/missing"}) {
        const TestResponse later = client.get(path, with_cookie(first));
        CHECK(later.header("set-cookie").find("Expires=Fri, 15 Dec 2023 23:13:20 GMT") !=
              std::string_view::npos);
        CHECK(later.header("vary") == "Cookie");
    }
    TestClient still(shop({{"SESSION_REFRESH_EACH_REQUEST", false}}));
    still.executor().set_unix_now(kNow + 3600);
    CHECK_FALSE(still.get("/read", with_cookie(first)).headers.contains("set-cookie"));
    CHECK_FALSE(still.get("/plain", with_cookie(first)).headers.contains("vary"));
}

TEST_CASE("Session: one that was emptied removes its cookie, with the same attributes (SES-23)") {
    TestClient client(shop({{"SESSION_COOKIE_DOMAIN", "example.org"},
                            {"SESSION_COOKIE_PATH", "/shop"},
                            {"SESSION_COOKIE_SECURE", true},
                            {"SESSION_COOKIE_SAMESITE", "lax"}}));
    const TestResponse written = client.get("/write");
    CHECK(client.get("/clear", with_cookie(written)).header("set-cookie") ==
          "session=; Domain=example.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; "
          "Secure; HttpOnly; Path=/shop; SameSite=Lax");
    CHECK_FALSE(client.get("/clear").headers.contains("set-cookie"));
}

TEST_CASE("Session: the answer varies on the cookie when the session was looked at (SES-24)") {
    TestClient client(shop());
    CHECK(client.get("/read").header("vary") == "Cookie");
    CHECK(client.get("/take").header("vary") == "Cookie");
    CHECK(client.get("/write").header("vary") == "Cookie");
    CHECK_FALSE(client.get("/nothing").headers.contains("vary"));
    CHECK_FALSE(client.get("/plain").headers.contains("vary"));
}

TEST_CASE("Session: Cookie joins the fields that the answer varies on already (SES-24)") {
    App app = shop();
    app.get("/one", [](Session& session, Response& response) {
        response.headers.set("Vary", "Accept-Language");
        return session.get("name", "");
    });
    app.get("/two", [](Session& session, Response& response) {
        response.headers.set("Vary", "accept, COOKIE");
        return session.get("name", "");
    });
    TestClient client(std::move(app));
    CHECK(client.get("/one").headers.get_all("vary") ==
          std::vector<std::string_view>{"Accept-Language, Cookie"});
    CHECK(client.get("/two").headers.get_all("vary") ==
          std::vector<std::string_view>{"accept, COOKIE"});
}

TEST_CASE("Session: every SESSION_COOKIE setting shows in the field (SES-25)") {
    TestClient client(shop({{"SESSION_COOKIE_NAME", "sid"},
                            {"SESSION_COOKIE_HTTPONLY", false},
                            {"SESSION_COOKIE_PARTITIONED", true},
                            {"SESSION_COOKIE_SAMESITE", "None"},
                            {"APPLICATION_ROOT", "/app"}}));
    const TestResponse written = client.get("/write");
    const std::string_view line = written.header("set-cookie");
    CHECK(line.starts_with("sid="));
    CHECK(line.ends_with("; Secure; Path=/app; SameSite=None; Partitioned"));
}

TEST_CASE("Session: a SESSION_COOKIE_SAMESITE that is none stops the application (SES-25)") {
    CHECK_THROWS_WITH_AS(TestClient(shop({{"SESSION_COOKIE_SAMESITE", "maybe"}})),
                         doctest::Contains("\"Lax\", \"Strict\" or \"None\""), ConfigError);
}

TEST_CASE(
    "Session: hooks see and change it, and it is saved behind them, also after errors "
    "(SES-26)") {
    App app("shop");
    app.config().set("SECRET_KEY", "secret");
    app.before_request([](Session& session) { session.set("before", 1); });
    app.after_request([](Session& session, Response&) { session.set("after", 1); });
    app.get("/", [](Session& session) { return session.to_json().dump(); });
    app.get("/fail", []() -> std::string { throw std::runtime_error("no"); });
    TestClient client(std::move(app));
    client.executor().set_unix_now(kNow);
    const TestResponse response = client.get("/");
    CHECK(response.text() == R"({"before":1})");
    for (const char* path : {"/", "/fail", "/missing"}) {
        const TestResponse answer = client.get(path);
        const std::string_view line = answer.header("set-cookie");
        const std::string_view value = line.substr(8, line.find(';') - 8);
        CHECK(document_of(value) == R"({"before":1,"after":1})");
        CHECK(answer.headers.get_all("set-cookie").size() == 1);
    }
}

TEST_CASE("Session: its cookie is found among others, and in quotes (CK-3)") {
    App app = shop();
    app.get("/", [](Session& session) { return session.to_json().dump(); });
    TestClient client(std::move(app));
    client.executor().set_unix_now(kNow);
    const std::string value = cookie_of([](Session& s) { s.set("a", 1); });
    for (const std::string& field :
         {"xsession=1; session=" + value + "; session=2", "session=\"" + value + "\"; b=1"})
        CHECK(client.get("/", Headers{{"Cookie", field}}).text() == R"({"a":1})");
    CHECK(client.get("/", Headers{{"Cookie", "session=2; session=" + value}}).text() == "{}");
}

TEST_CASE("Session: request.session() and coroutines use the same one (SES-26)") {
    App app = shop();
    app.get("/both", [](Session& session, Request& request) -> Task<std::string> {
        session.set("a", 1);
        co_await sleep(1s);
        request.session().set("b", 2);
        co_return session.to_json().dump();
    });
    app.get("/late", [](Request& request) -> Task<std::string> {
        co_await sleep(1s);
        co_await request.open_session();
        request.session().set("late", true);
        co_return "ok";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/both").text() == R"({"a":1,"b":2})");
    CHECK(client.get("/both").headers.get_all("set-cookie").size() == 1);
    CHECK(client.get("/late").headers.contains("set-cookie"));
}

TEST_CASE(
    "Session: a cookie over MAX_COOKIE_SIZE is logged, or refused where that is asked for "
    "(U-14)") {
    const auto app_with = [](bool strict) {
        App app = shop({{"SESSION_COOKIE_STRICT_SIZE", strict}});
        app.get("/large", [](Session& session) {
            std::string text;
            for (unsigned i = 0, x = 1; i < 8000; ++i, x = x * 1664525 + 1013904223)
                text += static_cast<char>('!' + (x >> 24) % 90);
            session.set("large", text);
        });
        return app;
    };
    static std::string logged;
    log::set_sink([](void*, log::Level, std::string_view line) { logged += line; }, nullptr);
    TestClient lenient(app_with(false));
    CHECK(lenient.get("/large").headers.contains("set-cookie"));
    CHECK(logged.find("MAX_COOKIE_SIZE is 4093") != std::string::npos);
    TestClient strict(app_with(true));
    const TestResponse refused = strict.get("/large");
    CHECK(refused.status == 500);
    CHECK_FALSE(refused.headers.contains("set-cookie"));
    log::set_sink(nullptr, nullptr);
    CHECK(strict.get("/write").headers.contains("set-cookie"));
}

TEST_CASE("Session: a permanent one is refreshed whatever cookies stand before it (SES-21)") {
    TestClient client(shop());
    Headers cookie = with_cookie(client.get("/permanent"));
    const std::string own(cookie.get("cookie"));
    client.cookies().clear();
    for (const char* before :
         {"mysession=x; ", "xsession=e30.a; ", "a=session; ", "session2=e30; "}) {
        CAPTURE(before);
        const TestResponse response = client.get("/plain", Headers{{"Cookie", before + own}});
        CHECK(response.header("set-cookie").starts_with("session="));
        client.cookies().clear();
    }
    CHECK(client.get("/plain", Headers{{"Cookie", "session=e30.a; my" + own}})
              .header("set-cookie")
              .empty());
}
