// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("TestApp: the clock of sessions and cookies is the virtual one (TST-4)") {
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    app.config().set("PERMANENT_SESSION_LIFETIME", 60s);
    app.get("/", [](Session& session) {
        const bool known = session.contains("n");
        session.set("n", 1);
        return known ? "known" : "new";
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "new");
    client.executor().advance(59s);
    CHECK(client.get("/").text() == "known");
    client.executor().advance(61s);
    CHECK(client.get("/").text() == "new");
}
