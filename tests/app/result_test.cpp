// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

struct Ale {
    long id;
    std::string name;
};
struct Problem {
    int status;
    std::string title;
};
struct Teapot {
    int cups;
};

/// A directory that goes away with everything in it.
class TemporaryDirectory {
public:
    TemporaryDirectory() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~TemporaryDirectory() {
        for (const std::string& file : files_) ::unlink(file.c_str());
        ::rmdir(path_.c_str());
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string write(const std::string& name, const std::string& text) {
        const std::string file = path_ + "/" + name;
        const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        REQUIRE(descriptor >= 0);
        REQUIRE(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        ::close(descriptor);
        files_.push_back(file);
        return file;
    }
    std::string make_fifo(const std::string& name) {
        const std::string file = path_ + "/" + name;
        REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
        files_.push_back(file);
        return file;
    }

private:
    std::string path_ = "/tmp/pottle-result-test-XXXXXX";
    std::vector<std::string> files_;
};

}  // namespace

template <>
struct pottle::IntoResponse<Teapot> {
    static void write(Response& response, const Teapot& teapot) {
        response.status = 418;
        response.set_body(std::to_string(teapot.cups) + " cups");
    }
};

namespace {

using namespace pottle;

template <class H>
TestResponse answer(H handler) {
    App app("test");
    app.get("/", std::move(handler));
    TestClient client(std::move(app));
    return client.get("/");
}

}  // namespace

TEST_CASE("result: text in any form is HTML (INV-1, RESP-1)") {
    CHECK(answer([] { return "literal"; }).text() == "literal");
    CHECK(answer([] { return std::string("string"); }).text() == "string");
    CHECK(answer([]() -> std::string_view { return "view"; }).text() == "view");
    CHECK(answer([] { return ""; }).status == 200);
    CHECK(answer([] { return "x"; }).header("content-type") == "text/html; charset=utf-8");
}

TEST_CASE("result: Bytes are an octet stream") {
    const TestResponse r = answer([] { return Bytes(std::string("a\0b", 3)); });
    CHECK(r.header("content-type") == "application/octet-stream");
    CHECK(r.body == std::string("a\0b", 3));
}

TEST_CASE("result: structs and ranges of them are JSON in declaration order (RESP-1)") {
    const TestResponse one = answer([] { return Ale{7, "stout"}; });
    CHECK(one.header("content-type") == "application/json");
    CHECK(one.text() == R"({"id":7,"name":"stout"})");
    CHECK(answer([] { return std::vector{Ale{1, "a"}, Ale{2, "b"}}; }).text() ==
          R"([{"id":1,"name":"a"},{"id":2,"name":"b"}])");
    CHECK(answer([] { return Json{std::string("text")}; }).text() == R"("text")");
    CHECK(answer([] { return Json{"literal"}; }).text() == R"("literal")");
    CHECK(answer([]() -> Task<Ale> { co_return Ale{1, "a"}; }).text() == R"({"id":1,"name":"a"})");
}

TEST_CASE("result: a JsonValue is JSON") {
    const TestResponse r = answer([] { return JsonValue(JsonArray{1, true, nullptr}); });
    CHECK(r.header("content-type") == "application/json");
    CHECK(r.text() == "[1,true,null]");
}

TEST_CASE("result: an empty optional is 404") {
    CHECK(answer([]() -> std::optional<Ale> { return std::nullopt; }).status == 404);
    CHECK(answer([]() -> std::optional<Ale> { return Ale{1, "a"}; }).status == 200);
    CHECK(answer([]() -> Task<std::optional<Ale>> { co_return std::nullopt; }).status == 404);
}

TEST_CASE("result: nothing is 204, unless the response says more") {
    CHECK(answer([] {}).status == 204);
    CHECK(answer([]() -> Task<> { co_return; }).status == 204);
    const TestResponse own = answer([](Response& response) { response.set_body("own"); });
    CHECK(own.status == 200);
    CHECK(own.text() == "own");
}

TEST_CASE("result: Reply sets status and replaces fields (RESP-3)") {
    const TestResponse r = answer([](Response& response) {
        response.headers.set("X-A", "old");
        return Reply{Ale{1, "a"}, 202, Headers{{"X-A", "new"}, {"X-B", "b"}}};
    });
    CHECK(r.status == 202);
    CHECK(r.header("x-a") == "new");
    CHECK(r.headers.get_all("x-a").size() == 1);
    CHECK(r.header("x-b") == "b");
    CHECK(answer([]() -> Task<Reply<Ale>> { co_return {Ale{1, "a"}, 203}; }).status == 203);
    CHECK(answer([] { return Reply{"no", 403}; }).status == 403);
}

TEST_CASE("result: pairs and tuples carry a status and fields, as in Flask (RESP-2)") {
    CHECK(answer([] { return std::pair{std::string("x"), 201}; }).status == 201);
    const TestResponse r =
        answer([] { return std::tuple{std::string("x"), 202, Headers{{"X-A", "a"}}}; });
    CHECK(r.status == 202);
    CHECK(r.header("x-a") == "a");
}

TEST_CASE("result: Created is 201 with its Location") {
    const TestResponse r = answer([]() -> Created<Ale> { return {Ale{1, "a"}, "/ales/1"}; });
    CHECK(r.status == 201);
    CHECK(r.header("location") == "/ales/1");
    CHECK(r.text() == R"({"id":1,"name":"a"})");
}

TEST_CASE("result: redirects encode what a URL cannot hold (RESP-7)") {
    const TestResponse r = answer([] { return redirect("/b\xc3\xa9 er?q=%20"); });
    CHECK(r.status == 302);
    CHECK(r.header("location") == "/b%C3%A9%20er?q=%20");
    CHECK(answer([] { return redirect("/x", 303); }).status == 303);
    CHECK(answer([] { return redirect("/x", 200); }).status == 500);
    CHECK(answer([] { return redirect("/x\r\nSet-Cookie: a=b"); }).status == 500);
}

TEST_CASE("result: expected answers with its value or with the error and its status") {
    const auto handler = [](Request& request) -> std::expected<Ale, Problem> {
        if (request.query_string() == "bad") return std::unexpected(Problem{409, "taken"});
        return Ale{1, "a"};
    };
    App app("test");
    app.get("/", handler);
    app.get("/nothing", []() -> std::expected<void, Problem> { return {}; });
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == R"({"id":1,"name":"a"})");
    const TestResponse bad = client.get("/?bad");
    CHECK(bad.status == 409);
    CHECK(bad.text() == R"({"status":409,"title":"taken"})");
    CHECK(client.get("/nothing").status == 204);
}

TEST_CASE("result: a generator is streamed (INV-2, RESP-20)") {
    const TestResponse r = answer([]() -> Generator<std::string> {
        for (int i = 0; i < 3; ++i) co_yield std::to_string(i);
    });
    CHECK(r.text() == "012");
    CHECK(r.header("content-length").empty());
}

TEST_CASE("result: own types convert themselves by IntoResponse") {
    const TestResponse r = answer([] { return Teapot{3}; });
    CHECK(r.status == 418);
    CHECK(r.text() == "3 cups");
    CHECK(answer([]() -> std::optional<Teapot> { return Teapot{1}; }).status == 418);
}

TEST_CASE("result: a File is sent whole, typed by its extension") {
    TemporaryDirectory directory;
    const std::string path = directory.write("page.css", "body {}");
    const TestResponse r = answer([path] { return File(path); });
    CHECK(r.status == 200);
    CHECK(r.text() == "body {}");
    CHECK(r.header("content-length") == "7");
    CHECK(r.header("content-type") == "text/css; charset=utf-8");
    CHECK(r.headers.contains("last-modified"));
    CHECK(r.headers.contains("etag"));
    CHECK(answer([path] { return File(path, "text/plain"); }).header("content-type") ==
          "text/plain");
}

TEST_CASE("result: what is not a regular file does not exist") {
    TemporaryDirectory directory;
    const std::string fifo = directory.make_fifo("fifo");
    CHECK(answer([&] { return File(directory.path()); }).status == 404);
    CHECK(answer([&] { return File(directory.path() + "/missing"); }).status == 404);
    CHECK(answer([&] { return File("/dev/null"); }).status == 404);
    CHECK(answer([&] { return File(fifo); }).status == 404);  // and does not wait for a writer
}
