// SPDX-License-Identifier: MIT
#include <pottle/app/session_store.hpp>
#include <pottle/async/gather.hpp>
#include <pottle/async/virtual_executor.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Name {
    std::string text;
    static constexpr Needs needs = Needs::Session;
    static Name from_request(Request& request) { return {request.session().get("name", "nobody")}; }
};

App shop(std::size_t max_sessions = 100, ByteCount max_document = 1_KiB) {
    App app("shop");
    // doc: set-up
    auto& store = app.use<MemorySessionStore>(max_sessions);
    app.use_session_interface<ServerSessions>(store, max_document);
    // doc: end
    app.get("/show", [](Session& session) { return session.to_json().dump(); });
    app.get("/set/<key>/<value>", [](std::string key, std::string value, Session& session) {
        session.set(key, value);
        return "set";
    });
    app.get("/slow/<key>", [](std::string key, Session& session) -> Task<std::string> {
        co_await sleep(1s);
        session.set(key, session.get(key, 0) + 1);
        co_return "done";
    });
    app.get("/large", [](Session& session) { session.set("large", std::string(2000, 'x')); });
    app.get("/login", [](Session& session) {
        session.renew_id();
        session.set("user", 1);
        return session.id();
    });
    app.get("/logout", [](Session& session) { session.clear(); });
    return app;
}

std::size_t stored(TestClient& client) {
    return client.app().extension<MemorySessionStore>().size();
}

}  // namespace

TEST_CASE(
    "MemorySessionStore: stores what has the expected version, and forgets in time (U-14, "
    "SES-28)") {
    async::VirtualExecutor executor;
    MemorySessionStore store(2);
    const auto set = [&](const char* id, std::uint64_t expected, const char* text) {
        return executor.run(
            store.compare_and_set(id, expected, StoredSession{text, expected + 1}, 100, 200));
    };
    const auto get = [&](const char* id, std::int64_t now = 100) {
        const auto found = executor.run(store.load(id, now));
        return found ? found->document : std::string("-");
    };
    CHECK(set("a", 0, "one"));
    CHECK_FALSE(set("a", 0, "two"));
    CHECK(set("a", 1, "two"));
    CHECK_FALSE(set("a", 1, "three"));
    CHECK_FALSE(set("missing", 1, "x"));
    CHECK(get("a") == "two");
    CHECK(get("a", 199) == "two");
    // Full: what was not used for the longest time gives way.
    CHECK(set("b", 0, "b"));
    CHECK(get("a") == "two");
    CHECK(set("c", 0, "c"));
    CHECK(get("b") == "-");
    CHECK(get("a", 200) == "-");
    CHECK(store.size() == 1);
    CHECK_FALSE(executor.run(store.remove("c", 2)));
    CHECK(store.size() == 1);
    CHECK(executor.run(store.remove("c", 1)));
    CHECK(executor.run(store.remove("c", 1)));
    CHECK(store.size() == 0);
}

TEST_CASE("ServerSessions: the client holds an identifier, the store the session (SES-28)") {
    TestClient client(shop());
    CHECK(client.get("/show").text() == "{}");
    CHECK(stored(client) == 0);
    (void)client.get("/set/name/stout");
    CHECK(stored(client) == 1);
    const std::string id = client.cookie("session").value();
    CHECK(id.size() == 43);
    CHECK(client.get("/show").text() == R"({"name":"stout"})");
    (void)client.get("/set/more/ale");
    CHECK(client.cookie("session") == id);
    CHECK(client.get("/show").text() == R"({"name":"stout","more":"ale"})");
    const TestResponse out = client.get("/logout");
    CHECK(out.header("set-cookie").starts_with("session=; Expires=Thu, 01 Jan 1970"));
    CHECK(out.header("vary") == "Cookie");
    CHECK(stored(client) == 0);
}

TEST_CASE(
    "ServerSessions: a cookie that names nothing is a new session under another identifier "
    "(SES-28)") {
    TestClient client(shop());
    for (const char* id :
         {"short", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        client.set_cookie("session", id);
        CHECK(client.get("/set/a/b").status == 200);
        CHECK(client.cookie("session") != id);
        client.cookies().clear();
    }
}

TEST_CASE("ServerSessions: requests that change a session at once do not undo each other (U-14)") {
    TestApp test_app(shop());
    TestClient client(test_app);
    (void)client.get("/set/name/stout");
    // Both have the session open before either saves it.
    TestConnection one = client.request("GET", "/slow/one");
    TestConnection two = client.request("GET", "/slow/two");
    CHECK(one.as_response().status == 200);
    CHECK(two.as_response().status == 200);
    CHECK(client.get("/show").text() == R"({"name":"stout","one":1,"two":1})");
}

TEST_CASE(
    "ServerSessions: a session that was ended stays ended when a slow request saves it "
    "(U-14)") {
    TestApp test_app(shop());
    TestClient client(test_app);
    (void)client.get("/set/name/stout");
    TestConnection slow = client.request("GET", "/slow/one");
    (void)client.get("/logout");
    const TestResponse late = slow.as_response();
    CHECK(late.header("set-cookie").starts_with("session=; Expires=Thu, 01 Jan 1970"));
    CHECK(stored(client) == 0);
}

TEST_CASE("ServerSessions: renew_id() moves the session to another identifier (U-14)") {
    TestClient client(shop());
    (void)client.get("/set/name/stout");
    const std::string planted = client.cookie("session").value();
    (void)client.get("/login");
    CHECK(client.cookie("session") != planted);
    CHECK(client.get("/show").text() == R"({"name":"stout","user":1})");
    client.set_cookie("session", planted);
    CHECK(client.get("/show").text() == "{}");
    CHECK(stored(client) == 1);
}

TEST_CASE("ServerSessions: one that is too large is an error and changes nothing (U-14)") {
    TestClient client(shop());
    (void)client.get("/set/name/stout");
    CHECK(client.get("/large").status == 500);
    CHECK(client.get("/show").text() == R"({"name":"stout"})");
}

TEST_CASE("SessionInterface: one of the application's own opens and saves (SES-28, APP-7)") {
    class InAField final : public SessionInterface {
    public:
        void configure(const Config&) override {}
        Task<> open(Request& request, Session& session) override {
            const std::string user(request.headers().get("x-user"));
            if (!user.empty()) session.restore({{"user", user}});
            return {};
        }
        Task<> save(Request&, Session& session, Response& response) override {
            if (session.modified()) response.headers.set("X-Session", session.document().dump());
            return {};
        }
        bool wants_untouched(const Request&) const noexcept override { return false; }
    };
    App app("test");
    app.use_session_interface<InAField>();
    app.get("/", [](Session& session) {
        session.set("seen", true);
        return session.get("user", "nobody");
    });
    TestClient client(std::move(app));
    const TestResponse response = client.get("/", Headers{{"X-User", "ann"}});
    CHECK(response.text() == "ann");
    CHECK(response.header("x-session") == R"({"user":"ann","seen":true})");
    CHECK(client.get("/").text() == "nobody");
}

TEST_CASE(
    "SessionInterface: reading a stored session without having opened it names the cure "
    "(SES-28)") {
    App app = shop();
    app.get("/early", [](Request& request) { return request.session().get("name", ""); });
    app.get("/awaited", [](Request& request) -> Task<std::string> {
        co_await request.open_session();
        co_return request.session().get("name", "");
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    (void)client.get("/set/name/stout");
    CHECK_THROWS_WITH_AS(client.get("/early"), doctest::Contains("take Session& as a parameter"),
                         LogicError);
    CHECK(client.get("/awaited").text() == "stout");
}

TEST_CASE("SessionInterface: a parameter's own type has the session opened for it (SES-28)") {
    App app = shop();
    app.get("/name", [](Name name) { return name.text; });
    TestClient client(std::move(app));
    CHECK(client.get("/name").text() == "nobody");
    (void)client.get("/set/name/stout");
    CHECK(client.get("/name").text() == "stout");
}

TEST_CASE("ServerSessions: a request that empties its session leaves what others put in (U-14)") {
    App app = shop();
    app.get("/take/<key>", [](std::string key, Session& session) -> Task<std::string> {
        co_await sleep(1s);
        session.erase(key);
        co_return "taken";
    });
    app.get("/forget", [](Session& session) -> Task<std::string> {
        co_await sleep(1s);
        session.clear();
        co_return "forgotten";
    });
    TestApp test_app(std::move(app));
    TestClient client(test_app);
    (void)client.get("/set/notice/hello");
    const std::string id = client.cookie("session").value();
    TestConnection slow = client.request("GET", "/take/notice");
    (void)client.get("/set/user/ann");
    const TestResponse taken = slow.as_response();
    CHECK(taken.text() == "taken");
    CHECK_FALSE(taken.header("set-cookie").starts_with("session=;"));
    client.set_cookie("session", id);
    CHECK(client.get("/show").text() == R"({"user":"ann"})");

    // clear() means the whole session, and what others put in meanwhile.
    TestConnection forgets = client.request("GET", "/forget");
    (void)client.get("/set/more/x");
    CHECK(forgets.as_response().header("set-cookie").starts_with("session=;"));
    CHECK(stored(client) == 0);
}

TEST_CASE("ServerSessions: only a cookie of its own name is looked at (SES-21)") {
    App app("shop");
    auto& store = app.use<MemorySessionStore>();
    auto& sessions = app.use_session_interface<ServerSessions>(store);
    app.get("/",
            [&](Request& request) { return std::to_string(sessions.wants_untouched(request)); });
    TestClient client(std::move(app));
    CHECK(client.get("/", Headers{{"Cookie", "mysession=a; sessions=b"}}).text() == "0");
    CHECK(client.get("/", Headers{{"Cookie", "mysession=a; session=b"}}).text() == "1");
}
