// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

std::string text_of(const std::vector<FlashMessage>& messages) {
    std::string text;
    for (const auto& [category, message] : messages) text += category + ":" + message + " ";
    return text;
}

}  // namespace

TEST_CASE("flash: tells who is connected to message_flashed (SIG-1, FL-1)") {
    App app("test");
    app.config().set("SECRET_KEY", "secret");
    std::string told;
    app.signals()
        .message_flashed
        .connect([&told](Session&, const FlashMessage& flashed) {
            told += flashed.category + ": " + flashed.message;
        })
        .keep();
    app.get("/", [](Session& session) { flash(session, "saved", "info"); });
    TestClient client(std::move(app));
    client.get("/");
    CHECK(told == "info: saved");
}

TEST_CASE("flash: appends a tuple of category and message (FL-1)") {
    Session session;
    flash(session, "one");
    flash(session, "two", "error");
    CHECK(session.document().dump() ==
          R"({"_flashes":[{" t":["message","one"]},{" t":["error","two"]}]})");
}

TEST_CASE("flash: the oldest message gives way beyond the limit (U-14)") {
    Session session;
    session.set_max_flashes(3);
    for (int i = 0; i < 10; ++i) flash(session, std::to_string(i));
    CHECK(text_of(get_flashed_messages(session)) == "message:7 message:8 message:9 ");
}

TEST_CASE("get_flashed_messages: takes all out once and gives the same list again (FL-2)") {
    Session session;
    flash(session, "one");
    flash(session, "two", "error");
    CHECK(text_of(get_flashed_messages(session, {"error"})) == "error:two ");
    CHECK(session.empty());
    CHECK(text_of(get_flashed_messages(session)) == "message:one error:two ");
    flash(session, "three");
    CHECK(text_of(get_flashed_messages(session)) == "message:one error:two ");
    CHECK_FALSE(session.empty());
}

TEST_CASE(
    "get_flashed_messages: nothing to take changes nothing, and what is no message is "
    "skipped (FL-2)") {
    Session session;
    CHECK(get_flashed_messages(session).empty());
    CHECK_FALSE(session.modified());
    Session strange;
    strange.set("_flashes", JsonValue::array({1, JsonValue::array({"a", "b"}), "x"}));
    CHECK(text_of(get_flashed_messages(strange)) == "a:b ");
}

TEST_CASE("flash: a message waits in the cookie for the next request, which clears it (FL-2)") {
    App app("shop");
    app.config().set("SECRET_KEY", "secret");
    app.config().set("SESSION_MAX_FLASHES", 2);
    app.get("/flash", [](Session& session) {
        for (const char* message : {"a", "b", "c"}) flash(session, message);
    });
    app.get("/show", [](Session& session) { return text_of(get_flashed_messages(session)); });
    TestClient client(std::move(app));
    const TestResponse flashed = client.get("/flash");
    const std::string_view line = flashed.header("set-cookie");
    const TestResponse shown =
        client.get("/show", Headers{{"Cookie", line.substr(0, line.find(';'))}});
    CHECK(shown.text() == "message:b message:c ");
    CHECK(shown.header("set-cookie").starts_with("session=; Expires=Thu, 01 Jan 1970"));
}
