// SPDX-License-Identifier: MIT
#include <pottle/async/virtual_executor.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

TestRequest post(std::string target, std::string body, std::string content_type = "",
                 ByteCount piece = 0) {
    TestRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.body = std::move(body);
    request.content_type = std::move(content_type);
    request.body_piece = piece;
    return request;
}

}  // namespace

TEST_CASE("Request: take_data() gives the body away (REQ-21)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const std::string taken = co_await request.take_data();
        const std::string_view rest = co_await request.get_data();
        co_return taken + "|" + std::string(rest);
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", "body").text() == "body|");
    CHECK(client.open(post("/", "in pieces", "", 2)).text() == "in pieces|");
}

TEST_CASE("Request: get_text() refuses what is not UTF-8 (REQ-21)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        co_return std::string(co_await request.get_text());
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", "Zo\xc3\xab").text() == "Zo\xc3\xab");
    CHECK(client.post("/", "Zo\xeb").status == 400);
}

TEST_CASE("BodyStream: reading piece by piece and then as a whole gives the rest (REQ-22)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        auto first = co_await request.body().next();
        co_return std::string(first->view()) + "|" + std::string(co_await request.get_data());
    });
    TestClient client(std::move(app));
    CHECK(client.open(post("/", "abcdef", "", 4)).text() == "abcd|ef");
    CHECK(client.open(post("/", "abcdef")).text() == "abcdef|");
}

TEST_CASE("Request: get_json() by force, and silently (REQ-23)") {
    App app("test");
    const auto show = [](JsonOptions options) {
        return [options](Request& request) -> Task<std::string> {
            const auto value = co_await request.get_json(options);
            co_return value ? value->dump() : "nothing";
        };
    };
    app.post("/plain", show({}));
    app.post("/force", show({.force = true}));
    app.post("/silent", show({.force = true, .silent = true}));
    TestClient client(std::move(app));
    CHECK(client.open(post("/plain", "[1]", "application/json")).text() == "[1]");
    CHECK(client.post("/plain", "[1]").text() == "nothing");
    CHECK(client.post("/force", "[1]").text() == "[1]");
    CHECK(client.post("/force", "[").status == 400);
    CHECK(client.post("/silent", "[").text() == "nothing");
}

TEST_CASE("Request: values() are the arguments and, unless for GET, the form (REQ-24)") {
    App app("test");
    app.route(
        "/",
        [](Request& request) -> Task<std::string> {
            const MultiDict& values = co_await request.values();
            std::string all;
            for (const auto& [name, value] : values) all.append(name).append(value);
            co_return all;
        },
        methods("GET", "POST"));
    TestClient client(std::move(app));
    const MultiDict form{{"c", "3"}};
    CHECK(client.post("/?a=1&b=2", form).text() == "a1b2c3");
    CHECK(client.get("/?a=1", form).text() == "a1");
}

TEST_CASE("Request: a form is parsed once, whoever asks at the same time (REQ-24)") {
    App app("test");
    app.post("/", [](Request& request) -> Task<std::string> {
        const auto [a, b] = co_await gather(request.form(), request.form());
        co_return std::string(a.get("x")) + std::string(b.get("x"));
    });
    TestClient client(std::move(app));
    CHECK(client.open(post("/", "x=yes", "application/x-www-form-urlencoded", 1)).text() ==
          "yesyes");
}

TEST_CASE("Request: a limit set before the body is read replaces the route's (REQ-31, U-5)") {
    const auto size = [](Request& request) -> Task<std::string> {
        if (const auto limit = request.args().get_as<int>("limit", -1); limit >= 0)
            request.set_max_content_length(limit == 0 ? std::nullopt
                                                      : std::optional<ByteCount>(limit));
        co_return std::to_string((co_await request.get_data()).size());
    };
    App app("test");
    app.config().set("MAX_CONTENT_LENGTH", 8);
    app.post("/", size);
    app.post("/large", size, body_limit(12));
    app.post("/unread", [] { return "fine"; });
    TestClient client(std::move(app));
    for (const ByteCount piece : {0, 3}) {
        const std::string ten(10, 'x');
        CHECK(client.open(post("/", ten, "", piece)).status == 413);
        CHECK(client.open(post("/?limit=10", ten, "", piece)).text() == "10");
        CHECK(client.open(post("/?limit=0", ten, "", piece)).text() == "10");
        CHECK(client.open(post("/large", ten, "", piece)).text() == "10");
        CHECK(client.open(post("/large?limit=9", ten, "", piece)).status == 413);
        CHECK(client.open(post("/unread", ten, "", piece)).text() == "fine");  // REQ-30
    }
}

TEST_CASE("Request: the default 413 page (REQ-30)") {
    App app("test");
    app.post("/", [](Body body) { return std::to_string(body.size()); }, body_limit(3));
    TestClient client(std::move(app));
    CHECK(client.post("/", "abc").text() == "3");
    const TestResponse refused = client.post("/", "abcd");
    CHECK(refused.status == 413);
    CHECK(refused.body.size() == 171);  // INV-4
}
