// SPDX-License-Identifier: MIT
#include <pottle/app/passwords.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

TEST_CASE("passwords: are hashed and checked on the blocking pool") {
    App app("test");
    app.get("/<password>", [](std::string password) -> Task<std::string> {
        const std::string hash =
            co_await generate_password_hash("secret", crypto::PasswordMethod::Argon2id);
        const bool fits = co_await check_password_hash(hash, std::move(password));
        co_return fits ? "welcome" : "no";
    });
    app.get("/busy", [](Request&) -> Task<std::string> {
        co_return co_await generate_password_hash("secret");
    });
    TestClient client(std::move(app), {.propagate_exceptions = true});
    CHECK(client.get("/secret").text() == "welcome");
    CHECK(client.get("/Secret").text() == "no");
    client.executor().refuse_blocking(true);
    CHECK(client.get("/busy").status == 503);
}
