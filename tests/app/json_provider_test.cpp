// SPDX-License-Identifier: MIT
#include <pottle/app/json_provider.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <limits>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

struct Ale {
    std::string name;
    double strength;
    std::chrono::sys_seconds brewed{Seconds(1577934245)};
    Uuid id = *Uuid::parse("12345678-9abc-def0-1234-56789abcdef0");
    Decimal price{"12.50"};
};

std::string body_of(Response response) {
    return *response.octets();
}

}  // namespace

TEST_CASE("jsonify: sorted keys, ASCII, compact, a newline at the end (JSON-1)") {
    App app("test");
    app.get("/", [] { return jsonify({{"value", "json"}, {"a", JsonValue::array({1, 2})}}); });
    app.get("/text", [] { return jsonify("Zo\u00eb \U0001F600 \x7f"); });
    TestClient client(std::move(app));
    const TestResponse response = client.get("/");
    CHECK(response.text() == "{\"a\":[1,2],\"value\":\"json\"}\n");
    CHECK(response.header("content-type") == "application/json");
    CHECK(client.get("/text").text() == "\"Zo\\u00eb \\ud83d\\ude00 \\u007f\"\n");
}

TEST_CASE("jsonify: is indented in debug mode when the application's provider writes it (JSON-1)") {
    App app("test");
    app.config().set("DEBUG", true);
    app.get("/", [](Request& request) { return request.json_provider().jsonify({{"a", 1}}); });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "{\n  \"a\": 1\n}\n");
}

TEST_CASE("jsonify: nothing is null, one value itself, several a list, names an object (JSON-2)") {
    CHECK(body_of(jsonify()) == "null\n");
    CHECK(body_of(jsonify(5)) == "5\n");
    CHECK(body_of(jsonify(1, "two", std::vector<int>{3})) == "[1,\"two\",[3]]\n");
    CHECK(body_of(jsonify({{"b", 1}, {"a", nullptr}})) == "{\"a\":null,\"b\":1}\n");
    CHECK(body_of(jsonify(JsonValue::object({{"z", true}}))) == "{\"z\":true}\n");
}

TEST_CASE("jsonify: structs are objects, times HTTP dates, UUIDs and decimals text (JSON-3)") {
    CHECK(body_of(jsonify(Ale{"stout", 5.5})) ==
          "{\"brewed\":\"Thu, 02 Jan 2020 03:04:05 GMT\","
          "\"id\":\"12345678-9abc-def0-1234-56789abcdef0\",\"name\":\"stout\",\"price\":\"12.50\","
          "\"strength\":5.5}\n");
}

TEST_CASE("JsonProvider: dumps() puts spaces between the pieces; the knobs (JSON-4)") {
    const JsonValue value = JsonValue::object({{"b", JsonValue::array({1, 2})}, {"a", "\u00e9"}});
    JsonProvider provider;
    CHECK(provider.dumps(value) == R"({"a": "\u00e9", "b": [1, 2]})");
    provider.options() = {.ensure_ascii = false,
                          .sort_keys = false,
                          .compact = false,
                          .mimetype = "application/vnd.api+json"};
    CHECK(provider.dumps(value) == "{\"b\": [1, 2], \"a\": \"\u00e9\"}");
    const Response response = provider.response(value);
    CHECK(*response.octets() == "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": \"\u00e9\"\n}\n");
    CHECK(response.content_type() == "application/vnd.api+json");
    CHECK(provider.loads("[1]").value() == JsonValue::array({1}));
}

TEST_CASE("JsonProvider: an application's own one reads requests and writes responses (JSON-4)") {
    class Shouting final : public JsonProvider {
    public:
        std::string dumps(const JsonValue&) const override { return "DUMPED"; }
        Result<JsonValue> loads(std::string_view) const override { return JsonValue("LOADED"); }
        Response response(const JsonValue& value) const override {
            return Response("<" + value.dump() + ">");
        }
    };
    App app("test");
    app.use_json_provider<Shouting>();
    app.post("/", [](Request& request) -> Task<Response> {
        auto value = co_await request.get_json();
        co_return request.json_provider().jsonify(*value);
    });
    TestClient client(std::move(app));
    CHECK(client.post("/", Json{1}).text() == "<\"LOADED\">");
}

TEST_CASE(
    "JsonProvider: no invalid JSON either way, no lost digits, the last of two keys, bounded "
    "depth (JSON-5)") {
    const JsonProvider provider;
    CHECK(provider.dumps(std::numeric_limits<double>::infinity()) == "null");
    CHECK(provider.dumps(std::numeric_limits<double>::quiet_NaN()) == "null");
    for (const char* text : {"NaN", "Infinity", "[-Infinity]", "18446744073709551616", "1e999"})
        CHECK_FALSE(provider.loads(text));
    CHECK(provider.loads("18446744073709551615").value().dump() == "18446744073709551615");
    CHECK(provider.loads(R"({"a":1,"a":2})").value().dump() == R"({"a":2})");
    CHECK_FALSE(provider.loads(std::string(100'000, '[')));
}
