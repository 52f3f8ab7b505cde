// SPDX-License-Identifier: MIT
#include <pottle/app/validation_error.hpp>
#include <pottle/async/sleep.hpp>
#include <pottle/pottle.hpp>
#include <pottle/reflect/constraints.hpp>
#include <pottle/testing.hpp>

#include <doctest/doctest.h>

namespace {

using namespace pottle;

struct NewAle {
    Text<1, 20> name;
    std::optional<Int<0, 20>> strength;
};
struct Paging {
    Int<0, 1000, 0> offset;
    Int<1, 100, 20> limit;
};
struct Tags {
    std::vector<std::string> tag;
};
struct Client {
    std::string user_agent;
};
struct Keyed {
    std::string api_key;
};
struct Theme {
    std::optional<std::string> theme;
};
struct Login {
    std::string name;
    std::string password;
};

/// An application's own injected value, with a coroutine behind it.
struct User {
    std::string name;
    static Task<User> from_request(Request& request) {
        const auto token = request.headers().find("authorization");
        if (!token) abort(401);
        std::string name(*token);
        co_await sleep(1s);
        co_return User{std::move(name)};
    }
};
struct Path {
    std::string text;
    static Path from_request(Request& request) { return {std::string(request.path())}; }
};

/// A path value of the application's own.
struct Color {
    std::string name;
};

}  // namespace

template <>
struct pottle::PathConverter<Color> {
    static constexpr Converter kind = Converter::Custom;
    static bool parse(std::string_view text, Color& out) {
        out.name = text;
        return text == "amber" || text == "black";
    }
};

TEST_CASE("Json<T>: decodes the body") {
    App app("test");
    app.post("/", [](Json<NewAle> ale) -> std::string { return ale->name + "!"; });
    TestClient client(std::move(app));
    CHECK(client.post("/", Json{NewAle{"stout", 5}}).text() == "stout!");
    CHECK(client
              .post("/", R"({"name":"mild"})",
                    Headers{{"Content-Type", "application/vnd.ale+json; charset=utf-8"}})
              .text() == "mild!");
}

TEST_CASE("Json<T>: another content type is 415, bad syntax 400, wrong values 422") {
    App app("test");
    app.post("/", [](Json<NewAle>) { return "ok"; });
    TestClient client(std::move(app));
    const Headers json{{"Content-Type", "application/json"}};
    CHECK(client.post("/", "{}").status == 415);
    CHECK(client.post("/", "{}").header("content-type") == "application/problem+json");
    CHECK(client.post("/", "{}", Headers{{"Content-Type", "text/plain"}}).status == 415);
    CHECK(client.post("/", "{\"name\":", json).status == 400);
    CHECK(client.post("/", "", json).status == 400);

    const TestResponse r = client.post("/", R"({"name":"","strength":99})", json);
    CHECK(r.status == 422);
    CHECK(r.header("content-type") == "application/problem+json");
    const JsonValue problem = r.json();
    CHECK(problem.find("status")->dump() == "422");
    CHECK(problem.find("in")->dump() == "\"body\"");
    const JsonValue& errors = *problem.find("errors");
    REQUIRE(errors.find(std::size_t{1}) != nullptr);
    CHECK(errors.find(std::size_t{0})->find("pointer")->dump() == "\"/name\"");
    CHECK(errors.find(std::size_t{1})->find("pointer")->dump() == "\"/strength\"");
}

TEST_CASE("ValidationError: an error handler may answer instead of problem+json") {
    App app("test");
    app.errorhandler<ValidationError>(
        [](const ValidationError& e) { return Reply{e.errors().front().pointer, e.status()}; });
    app.post("/", [](Json<NewAle>) { return "ok"; });
    TestClient client(std::move(app));
    const TestResponse r = client.post("/", "{}", Headers{{"Content-Type", "application/json"}});
    CHECK(r.status == 422);
    CHECK(r.text() == "/name");
}

TEST_CASE("Checked<X>: hands the mistakes to the handler") {
    struct Entry {
        Text<1, 5> title;
        Int<1, 5> stars;
    };
    const auto told = [](auto& checked) {
        if (checked) return std::string(checked->title) + std::to_string((*checked).stars);
        std::string all;
        for (const FieldError& error : checked.errors()) all += error.pointer + error.code + " ";
        return all;
    };
    App app("test");
    app.post("/form", [told](Checked<Form<Entry>> form) { return told(form); });
    app.post("/json", [told](Checked<Json<Entry>> json) { return told(json); });
    app.get("/query", [told](Checked<Query<Entry>> query) { return told(query); });
    app.get("/careless", [](Checked<Query<Entry>> query) { return std::string(query->title); });
    TestClient client(std::move(app));
    CHECK(client.post("/form", MultiDict{{"title", "a"}, {"stars", "2"}}).text() == "a2");
    CHECK(client.post("/form", MultiDict{{"title", ""}, {"stars", "9"}}).text() ==
          "/titlelength /starsrange ");
    CHECK(client.post("/form", Bytes(std::string("x"))).status == 415);
    const Headers json{{"Content-Type", "application/json"}};
    CHECK(client.post("/json", R"({"title":"b","stars":1})", json).text() == "b1");
    CHECK(client.post("/json", R"({"title":"b"})", json).text() == "/starsmissing ");
    CHECK(client.post("/json", "{", json).status == 400);
    CHECK(client.get("/query?title=c&stars=3").text() == "c3");
    CHECK(client.get("/query").text() == "/titlemissing /starsmissing ");
    CHECK(client.get("/careless").status == 500);
}

TEST_CASE("Query<T>: decodes the arguments, with defaults and lists") {
    App app("test");
    app.get("/", [](Query<Paging> page) {
        return std::to_string(page->offset) + "/" + std::to_string(page->limit);
    });
    app.get("/tags", [](Query<Tags> tags) {
        std::string text;
        for (const std::string& tag : tags->tag) text += tag + ";";
        return text;
    });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "0/20");
    CHECK(client.get("/?limit=5").text() == "0/5");
    CHECK(client.get("/tags?tag=a+b&tag=%C3%A9").text() == "a b;\xc3\xa9;");
    const TestResponse r = client.get("/?limit=500&offset=x");
    CHECK(r.status == 422);
    CHECK(r.json().find("in")->dump() == "\"query\"");
}

TEST_CASE("Form<T>: decodes an urlencoded body and refuses other types") {
    App app("test");
    app.post("/", [](Form<Login> login) { return login->name + ":" + login->password; });
    TestClient client(std::move(app));
    CHECK(client.post("/", MultiDict{{"name", "ann"}, {"password", "a&b"}}).text() == "ann:a&b");
    CHECK(client.post("/", MultiDict{{"name", "ann"}}).status == 422);
    CHECK(client.post("/", "name=ann").status == 415);
}

TEST_CASE("Header<T> and Cookie<T>: decode fields and cookies by name") {
    App app("test");
    app.get("/agent", [](Header<Client> client) { return client->user_agent; });
    app.get("/theme", [](Cookie<Theme> cookie) { return cookie->theme.value_or("light"); });
    TestClient client(std::move(app));
    CHECK(client.get("/agent", Headers{{"User-Agent", "curl"}}).text() == "curl");
    CHECK(client.get("/agent", Headers{{"User-Agent", ""}}).text().empty());
    CHECK(client.get("/theme", Headers{{"Cookie", "a=b; theme=dark"}}).text() == "dark");
    CHECK(client.get("/theme").text() == "light");
}

TEST_CASE("Header<T>: a missing field is 422 and named (U-6)") {
    App app("test");
    app.get("/", [](Header<Keyed> keyed) { return keyed->api_key; });
    TestClient client(std::move(app));
    const TestResponse r = client.get("/");
    CHECK(r.status == 422);
    CHECK(r.header("content-type") == "application/problem+json");
    CHECK(r.text().contains("/api_key"));
    CHECK(r.text().contains("header"));
    CHECK(client.get("/", Headers{{"Api-Key", "7"}}).text() == "7");
}

TEST_CASE("Body: gives the octets, and sent back they are an octet stream") {
    App app("test");
    app.post("/", [](Body body) { return body; });
    TestClient client(std::move(app));
    const TestResponse r = client.post("/", Bytes(std::string("a\0b", 3)));
    CHECK(r.body == std::string("a\0b", 3));
    CHECK(r.header("content-type") == "application/octet-stream");
}

TEST_CASE("BodyStream&: reads a body in pieces") {
    App app("test");
    app.post("/", [](BodyStream& body) -> Task<std::string> {
        std::string sizes;
        while (auto chunk = co_await body.next()) sizes += std::to_string(chunk->size()) + " ";
        co_return sizes;
    });
    TestClient client(std::move(app));
    TestRequest request;
    request.method = "POST";
    request.body = "0123456789";
    request.body_piece = 4;
    CHECK(client.open(request).text() == "4 4 2 ");
}

TEST_CASE("path values: arrive typed and in order") {
    App app("test");
    app.get("/<int:a>/<float:b>/<c>/<path:d>",
            [](unsigned a, double b, std::string c, std::string d) {
                return std::to_string(a) + "|" + std::to_string(b) + "|" + c + "|" + d;
            });
    app.get("/small/<int:n>", [](signed char n) { return std::to_string(n); });
    app.get("/id/<uuid:id>", [](Uuid id) { return id.text(); });
    TestClient client(std::move(app));
    CHECK(client.get("/7/1.5/%C3%A9%20x/d/e").text() == "7|1.500000|\xc3\xa9 x|d/e");
    CHECK(client.get("/small/127").text() == "127");
    CHECK(client.get("/small/128").status == 404);  // does not fit the handler's type
    CHECK(client.get("/id/123E4567-E89B-12D3-A456-426614174000").text() ==
          "123e4567-e89b-12d3-a456-426614174000");
}

TEST_CASE("path values: an own type by PathConverter") {
    App app("test");
    app.get("/ales/<color:c>", [](Color c) { return c.name; });
    TestClient client(std::move(app));
    CHECK(client.get("/ales/amber").text() == "amber");
    CHECK(client.get("/ales/pink").status == 404);
}

TEST_CASE("injection: own types by from_request, plain and as a Task") {
    App app("test");
    app.get("/who", [](User user, Path path) { return user.name + path.text; });
    app.get("/task", [](User user) -> Task<std::string> { co_return user.name; });
    app.get("/none", [](User) {});
    TestClient client(std::move(app));
    const Headers ann{{"Authorization", "ann"}};
    CHECK(client.get("/who", ann).text() == "ann/who");
    CHECK(client.get("/task", ann).text() == "ann");
    CHECK(client.get("/none", ann).status == 204);
    CHECK(client.get("/who").status == 401);
}

TEST_CASE("injection: parameters are fetched from left to right") {
    App app("test");
    app.post("/auth-first", [](User, Json<NewAle>) { return "ok"; });
    app.post("/body-first", [](Json<NewAle>, User) { return "ok"; });
    TestClient client(std::move(app));
    const Headers json{{"Content-Type", "application/json"}};
    CHECK(client.post("/auth-first", "{}", json).status == 401);
    CHECK(client.post("/body-first", "{}", json).status == 422);
}

TEST_CASE("injection: extensions arrive by reference, in any order") {
    struct Db {
        int calls = 0;
    };
    struct Mail {
        std::string from;
    };
    App app("test");
    Db& db = app.use<Db>();
    Mail mail{"pub"};
    app.provide(mail);
    app.get("/<int:n>", [](Mail& m, int n, Db& d) {
        d.calls += n;
        return m.from;
    });
    App moved = std::move(app);
    TestClient client(std::move(moved));
    CHECK(client.get("/3").text() == "pub");
    CHECK(db.calls == 3);
}
