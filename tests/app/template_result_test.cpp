// SPDX-License-Identifier: MIT
#include <pottle/app/session.hpp>
#include <pottle/app/templates.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using templating::DictLoader;

namespace {

struct Todo {
    int id = 0;
    std::string title;
};

std::unique_ptr<DictLoader> pages() {
    auto loader = std::make_unique<DictLoader>();
    loader->set("hello.html", "Hello {{ name }}");
    loader->set("todos.html",
                "{{ heading }}:{% for todo in todos %} {{ todo.id }}={{ todo.title }}{% endfor %}");
    loader->set("404.html", "nothing at {{ request.path }}");
    loader->set("slow.html", "{{ slow('x') }}");
    loader->set("broken.html", "a\n{{ 1 / 0 }}");
    return loader;
}

struct Fixture {
    App app{"test"};
    Templates& templates = app.use<Templates>(pages());
};

}  // namespace

TEST_CASE("Template: a handler returns a page with values of its own (TPL-1)") {
    Fixture f;
    // doc: result
    f.app.get("/todos/<owner>", [](std::string owner) {
        std::vector<Todo> todos = {{1, "<buy>"}, {2, "brew"}};
        return Template("todos.html", {{"heading", std::move(owner)}, {"todos", std::move(todos)}});
    });
    // doc: end
    TestClient client(std::move(f.app));
    const auto answer = client.get("/todos/Ann");
    CHECK(answer.text() == "Ann: 1=&lt;buy&gt; 2=brew");
    CHECK(answer.status == 200);
    CHECK(answer.headers.get("content-type") == "text/html; charset=utf-8");
    CHECK(answer.headers.get("content-length") == "25");
}

TEST_CASE("Template: coroutines, pairs, replies and optionals carry pages (RESP-1, TPL-1)") {
    Fixture f;
    f.app.get("/task", [](Request& request) -> Task<Template> {
        co_await request.get_data();
        Template page("hello.html");
        page.set("name", "task");
        co_return page;
    });
    f.app.get("/pair", [] { return std::pair(Template("hello.html", {{"name", 1}}), 202); });
    f.app.get("/reply", [] {
        return Reply<Template>(Template("hello.html", {{"name", 1.5}}), 203, {{"X-Page", "yes"}});
    });
    f.app.get("/none", [] { return std::optional<Template>(); });
    f.app.get("/made", [] {
        Response response = make_response(Template("hello.html", {{"name", std::string("made")}}));
        response.set_etag("v1");
        return response;
    });
    f.app.get("/blocking", blocking([] { return Template("hello.html", {{"name", "pool"}}); }));
    f.app.errorhandler(404,
                       [](const HTTPException&) { return std::pair(Template("404.html"), 404); });
    TestClient client(std::move(f.app));
    CHECK(client.get("/task").text() == "Hello task");
    CHECK(client.get("/pair").status == 202);
    CHECK(client.get("/reply").text() == "Hello 1.5");
    CHECK(client.get("/reply").headers.get("x-page") == "yes");
    CHECK(client.get("/made").headers.get("etag") == "\"v1\"");
    CHECK(client.get("/blocking").text() == "Hello pool");
    CHECK(client.get("/none").text() == "nothing at /none");
    CHECK(client.get("/lost").status == 404);
    CHECK(client.get("/lost").text() == "nothing at /lost");
}

TEST_CASE("Template: the first of several that exists; a string (TPL-1, TPL-2)") {
    Fixture f;
    f.app.get("/first",
              [] { return Template::first_of({"gone.html", "hello.html"}, {{"name", "first"}}); });
    f.app.get("/none", [] { return Template::first_of({"gone.html", "lost.html"}); });
    f.app.get("/string", [] {
        return Template::from_string("{{ name }} {{ request.method }}", {{"name", "<b>"}});
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/first").text() == "Hello first");
    CHECK(client.get("/none").status == 500);
    CHECK(client.get("/string").text() == "&lt;b&gt; GET");
}

TEST_CASE("Template: what awaits is awaited though the handler is plain (TPL-4, TPL-5)") {
    Fixture f;
    f.app.template_global("slow", [](std::string text) -> Task<std::string> {
        co_await sleep(std::chrono::milliseconds(5));
        co_return text + "!";
    });
    f.app.context_processor([](Request&, Templates::Context& context) -> Task<> {
        co_await sleep(std::chrono::milliseconds(5));
        context.own("name", std::string("later"));
    });
    f.app.get("/slow", [] { return Template("slow.html"); });
    f.app.get("/processed", [] { return Template("hello.html"); });
    f.app.after_request([](Response& response) { response.headers.set("X-After", "yes"); });
    TestClient client(std::move(f.app));
    CHECK(client.get("/slow").text() == "x!");
    CHECK(client.get("/processed").text() == "Hello later");
    CHECK(client.get("/processed").headers.get("x-after") == "yes");
}

TEST_CASE("Template: hooks see the finished page and may replace it (TPL-1)") {
    Fixture f;
    f.app.after_request([](Response& response) {
        if (response.octets()) response.set_body(*response.octets() + "!");
    });
    f.app.before_request([](Request& request) -> std::optional<Template> {
        if (request.path() != "/closed") return std::nullopt;
        return Template("hello.html", {{"name", "nobody"}});
    });
    f.app.get("/", [] { return Template("hello.html", {{"name", "A"}}); });
    TestClient client(std::move(f.app));
    CHECK(client.get("/").text() == "Hello A!");
    CHECK(client.get("/closed").text() == "Hello nobody!");
}

TEST_CASE("Template: an error in the page is the request's error, with its place (TPL-12)") {
    Fixture f;
    f.app.get("/broken", [] { return Template("broken.html"); });
    f.app.errorhandler<templating::TemplateError>([](const templating::TemplateError& error) {
        return error.places()[0].name + ":" + std::to_string(error.places()[0].line) + ":" +
               std::to_string(error.places()[0].column);
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/broken").text() == "broken.html:2:6");
}

TEST_CASE(
    "Template: without the extension Templates the request fails and the log says so (TPL-1)") {
    App app("test");
    app.get("/", [] { return Template("hello.html"); });
    app.propagate_exceptions(true);
    TestClient client(std::move(app));
    try {
        client.get("/");
        FAIL("the page was made");
    } catch (const LogicError& error) {
        CHECK(std::string(error.what()).find("app.use<Templates>()") != std::string::npos);
    }
}
