// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("App: a plain handler answers with text and status 200") {
    App app("test");
    app.get("/", [] { return "hello"; });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/");
    CHECK(r.status == 200);
    CHECK(r.text() == "hello");
    CHECK(r.header("content-type") == "text/html; charset=utf-8");
}
