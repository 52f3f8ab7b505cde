// SPDX-License-Identifier: MIT
#include "login.hpp"

#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

// doc: app
App create_app() {
    const std::string hash = crypto::hash_password("stout", crypto::PasswordMethod::Argon2id);
    App app = login::create_app({{"ann", hash}});
    app.config().set("SECRET_KEY", "a key for tests");
    return app;
}
// doc: end

}  // namespace

// doc: form
TEST_CASE("login: opens the cellar and greets on the next page") {
    TestClient client{create_app()};
    CHECK(client.get("/cellar").status == 401);

    const TestResponse page =
        client.post("/login", MultiDict{{"name", "ann"}, {"password", "stout"}},
                    TestSettings{.follow_redirects = true});
    CHECK(page.text().contains("Welcome."));
    CHECK(client.get("/cellar").text() == "Hello, ann!");

    (void)client.post("/logout");
    CHECK(client.get("/cellar").status == 401);
}
// doc: end

TEST_CASE("login: a wrong name or password says the same") {
    TestClient client{create_app()};
    for (const char* name : {"ann", "bob"}) {
        (void)client.post("/login", MultiDict{{"name", name}, {"password", "water"}});
        CHECK(client.get("/").text().contains("Name or password is wrong."));
        CHECK(client.get("/cellar").status == 401);
    }
}

// doc: transaction
TEST_CASE("cellar: greets whoever the session names") {
    TestClient client{create_app()};
    client.session_transaction([](Session& session) { session.set("user", "bob"); });
    CHECK(client.get("/cellar").text() == "Hello, bob!");
}
// doc: end

// doc: browsers
TEST_CASE("visits: every browser has its own session, and it ends in time") {
    TestApp test_app{create_app()};
    TestClient ann{test_app}, bob{test_app};
    (void)ann.get("/visits");
    CHECK(ann.get("/visits").text() == "2");
    CHECK(bob.get("/visits").text() == "1");

    test_app.executor().advance(std::chrono::hours(32 * 24));
    CHECK(ann.get("/visits").text() == "1");
}
// doc: end
