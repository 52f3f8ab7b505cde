// SPDX-License-Identifier: MIT
#include <pottle/app/session.hpp>
#include <pottle/app/templates.hpp>
#include <pottle/app/websocket.hpp>
#include <pottle/base/log.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using templating::DictLoader;

namespace {

struct User {
    std::string name;
};

struct LogCapture {
    std::vector<std::string> lines;
    LogCapture() {
        log::set_sink(
            [](void* self, log::Level, std::string_view message) {
                static_cast<LogCapture*>(self)->lines.emplace_back(message);
            },
            this);
    }
    ~LogCapture() { log::set_sink(nullptr, nullptr); }
};

/// A folder of templates that goes with the test.
class Folder {
public:
    Folder() {
        std::string pattern = "/tmp/pottle-templates-test-XXXXXX";
        REQUIRE(::mkdtemp(pattern.data()));
        path_ = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    void write(const std::string& name, std::string_view text) const {
        std::ofstream(path_ + "/" + name) << text;
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// What `source` becomes for GET /items/7?q=1 of an application that `prepare` has set up.
template <class Prepare>
std::string rendered(std::string_view source, Prepare prepare) {
    auto loader = std::make_unique<DictLoader>();
    loader->set("page.html", source);
    loader->set("macros.html",
                "{% macro where() %}{{ request.path }} {{ url_for('home') }} {{ g.user.name }}"
                "{% endmacro %}");
    App app("shop");
    app.config().set("SECRET_KEY", "k").set("TESTING", true);
    auto& templates = app.use<Templates>(std::move(loader));
    prepare(app, templates);
    app.get("/", [] { return "home"; }, endpoint("home"));
    app.get("/items/<int:id>", [](int) { return Template("page.html"); }, endpoint("item"));
    return std::string(TestClient(std::move(app)).get("/items/7?q=1").text());
}
std::string rendered(std::string_view source) {
    return rendered(source, [](App&, Templates&) {});
}

}  // namespace

TEST_CASE("url_for in templates: values, the query, options, escaped in HTML (TPL-3, UF-1)") {
    CHECK(rendered("{{ url_for('item', id=3) }}") == "/items/3");
    CHECK(rendered("{{ url_for('item', id=3, q='a b', tags=['x', 'y']) }}") ==
          "/items/3?q=a+b&amp;tags=x&amp;tags=y");
    CHECK(rendered("{{ url_for('item', id=3, _anchor='top', _external=true, _scheme='https') }}") ==
          "https://localhost/items/3#top");
    CHECK(rendered("{{ url_for('item', **{'id': 4, 'none': none}) }}") == "/items/4");
}

TEST_CASE("url_for in templates: what cannot be built is an error of the template (TPL-3)") {
    const auto message = [](std::string_view source) {
        try {
            rendered(source);
        } catch (const templating::TemplateError& error) {
            return std::string(error.what());
        }
        return std::string("built");
    };
    CHECK(message("{{ url_for('lost') }}").find("in page.html, line 1") != std::string::npos);
    CHECK(message("{{ url_for('item') }}").find("id") != std::string::npos);
    CHECK(message("{{ url_for('item', 3) }}").find("one endpoint") != std::string::npos);
}

TEST_CASE(
    "Templates: g shows what the application exposes of it, and config its settings (TPL-3)") {
    const auto with_user = [](App& app, Templates& templates) {
        // doc: g
        templates.expose_global<User>("user");
        app.before_request([](Request& request) { request.g.set<User>(User{"Ann"}); });
        // doc: end
        app.config().set("SHOP", "Pottle");
    };
    CHECK(rendered("{{ g.user.name }} {{ g|list }} {{ config.SHOP }} {{ config['SHOP'] }}",
                   with_user) == "Ann [&#39;user&#39;] Pottle Pottle");
    CHECK(rendered("{{ g.user is defined }} {{ g.other is defined }}") == "False False");
}

TEST_CASE("Templates: imported templates see request, g and url_for() too (TPL-3)") {
    const auto with_user = [](App& app, Templates& templates) {
        templates.expose_global<User>("user");
        app.before_request([](Request& request) { request.g.set<User>(User{"Ann"}); });
    };
    CHECK(rendered("{% from 'macros.html' import where %}{{ where() }}", with_user) ==
          "/items/7 / Ann");
    // A template's own variable of that name is only its own.
    CHECK(rendered("{% set request = 1 %}{{ url_for('home') }}") == "/");
}

TEST_CASE("Templates: in a websocket's handler there are websocket and request (TPL-3)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("line.html",
                "{{ websocket.scheme }} {{ websocket.path }} {{ request.path }} {{ x }}");
    App app("test");
    app.use<Templates>(std::move(loader));
    app.websocket(
        "/ws/<room>", [](std::string room, Websocket& ws, Templates& templates) -> Task<> {
            co_await ws.send(
                co_await templates.render_async(ws.request(), "line.html", {{"x", room}}));
        });
    TestClient client(std::move(app));
    auto ws = client.websocket("/ws/7");
    CHECK(ws.receive() == "ws /ws/7 /ws/7 7");
}

TEST_CASE(
    "App and Blueprint: filters, tests and functions of either are everywhere (TPL-5, BP-8)") {
    CHECK(rendered("{{ 'a'|shout }} {{ 3 is small }} {{ now() }} {{ 'b'|whisper }}",
                   [](App& app, Templates&) {
                       // doc: registrations
                       app.template_filter(
                           "shout", [](std::string_view text) { return std::string(text) + "!"; });
                       app.template_test("small", [](long number) { return number < 10; });
                       app.template_global("now", [] { return "noon"; });
                       app.context_processor([](Request& request, Templates::Context& context) {
                           context.own("path", std::string(request.path()));
                       });
                       // doc: end
                       Blueprint quiet("quiet");
                       quiet.template_filter("whisper", [](std::string_view text) {
                           return "(" + std::string(text) + ")";
                       });
                       app.register_blueprint(std::move(quiet));
                   }) == "a! True noon (b)");
}

TEST_CASE("App and Blueprint: context processors, the application's first (TPL-4)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("page.html", "{{ a }}{{ b }}{{ c }}{{ d }}");
    App app("test");
    app.use<Templates>(std::move(loader));
    const auto says = [](std::initializer_list<std::string_view> names, std::string_view value) {
        return [names = std::vector<std::string>(names.begin(), names.end()),
                value = std::string(value)](Request&, Templates::Context& context) {
            for (const std::string& name : names) context.own(name, value);
        };
    };
    const auto page = [] { return Template("page.html", {{"d", "4"}}); };
    Blueprint outer("outer", {.url_prefix = "/outer"});
    Blueprint inner("inner", {.url_prefix = "/inner"});
    inner.context_processor(says({"c", "d"}, "i"));
    inner.context_processor(says({"a"}, "*"), Reach::App);
    inner.get("/", page);
    outer.context_processor(says({"b", "c"}, "o"));
    outer.get("/", page);
    outer.register_blueprint(std::move(inner));
    app.context_processor(says({"a", "b", "c"}, "-"));
    app.get("/", page);
    app.register_blueprint(std::move(outer));
    TestClient client(std::move(app));
    CHECK(client.get("/").text() == "*--4");
    CHECK(client.get("/outer/").text() == "*oo4");
    CHECK(client.get("/outer/inner/").text() == "*oi4");
}

TEST_CASE("App: registrations without the extension Templates are refused (TPL-5)") {
    App app("test");
    app.template_filter("shout", [](std::string_view text) { return std::string(text); });
    CHECK_THROWS_WITH_AS(app.gateway(), doctest::Contains("app.use<Templates>()"), ConfigError);
    App other("test");
    other.register_blueprint(Blueprint("shop", {.template_folder = "shop"}));
    CHECK_THROWS_WITH_AS(other.gateway(), doctest::Contains("blueprint shop"), ConfigError);
}

TEST_CASE(
    "Templates: the application's folder comes before those of blueprints, and the search can be "
    "logged (TPL-11, BP-10)") {
    const Folder own;
    const Folder shop;
    own.write("both.html", "own");
    shop.write("both.html", "shop");
    shop.write("shop.html", "only shop");
    App app("test");
    app.config().set("EXPLAIN_TEMPLATE_LOADING", true);
    app.use<Templates>(TemplatesOptions{.folder = own.path()});
    app.register_blueprint(Blueprint("shop", {.template_folder = shop.path()}));
    app.get("/<name>", [](std::string name) { return Template(std::move(name)); });
    TestClient client(std::move(app));
    CHECK(client.get("/both.html").text() == "own");
    LogCapture log;
    CHECK(client.get("/shop.html").text() == "only shop");
    REQUIRE(log.lines.size() == 1);
    CHECK(log.lines[0] ==
          "Locating template \"shop.html\": 1: the application -> no match; 2: blueprint shop -> "
          "found");
    CHECK(client.get("/shop.html").text() == "only shop");
    CHECK(log.lines.size() == 1);  // from the cache
}

TEST_CASE("Templates: changed files are read again when a setting says so (TPL-11)") {
    const auto second_answer = [](std::string_view key, bool value) {
        const Folder folder;
        folder.write("page.html", "one");
        App app("test");
        app.config().set(key, value);
        app.use<Templates>(TemplatesOptions{.folder = folder.path()});
        app.get("/", [] { return Template("page.html"); });
        TestClient client(std::move(app));
        CHECK(client.get("/").text() == "one");
        folder.write("page.html", "changed");
        return std::string(client.get("/").text());
    };
    CHECK(second_answer("TEMPLATES_AUTO_RELOAD", true) == "changed");
    CHECK(second_answer("TEMPLATES_AUTO_RELOAD", false) == "one");
    CHECK(second_answer("DEBUG", true) == "changed");
    CHECK(second_answer("TESTING", true) == "one");
}

TEST_CASE(
    "Templates: tojson is the application's JSON provider, safe in scripts (TPL-10, JSON-4)") {
    CHECK(rendered("{{ {'b': '</script>', 'a': [1, true, none, 'it\\'s & \xc3\xa9']}|tojson }}") ==
          "{\"a\": [1, true, null, \"it\\u0027s \\u0026 \\u00e9\"], "
          "\"b\": \"\\u003c/script\\u003e\"}");
    CHECK(rendered("{{ {'a': 1}|tojson(indent=2) }}") == "{\n  \"a\": 1\n}");
    struct Own final : JsonProvider {
        std::string dumps(const JsonValue&) const override { return "<own>"; }
    };
    CHECK(rendered("{{ 1|tojson }}", [](App& app, Templates&) { app.use_json_provider<Own>(); }) ==
          "\\u003cown\\u003e");
}

TEST_CASE("Templates: a function chooses what is escaped (TPL-2)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("page.html", "{{ '<' }}");
    loader->set("page.tex", "{{ '<' }}");
    App app("test");
    app.use<Templates>(std::move(loader),
                       templating::Options{.select_autoescape = [](std::string_view name) {
                           return name.ends_with(".tex");
                       }});
    app.get("/<name>", [](std::string name) { return Template(std::move(name)); });
    TestClient client(std::move(app));
    CHECK(client.get("/page.html").text() == "<");
    CHECK(client.get("/page.tex").text() == "&lt;");
}

TEST_CASE("signals: before_render_template may add, template_rendered has the variables (TPL-12)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("page.html", "{{ a }}{{ added }}");
    App app("test");
    app.use<Templates>(std::move(loader));
    std::vector<std::string> seen;
    auto before = app.signals().before_render_template.connect(
        [&seen](Request& request, std::string_view name, templating::Context& context) {
            seen.push_back("before " + std::string(request.path()) + " " + std::string(name));
            context.own("added", std::string("+"));
        });
    auto after = app.signals().template_rendered.connect(
        [&seen](Request&, std::string_view name, const templating::Context& context) {
            seen.push_back("after " + std::string(name) + " " +
                           templating::to_text(context.find("a")) +
                           templating::to_text(context.find("added")));
        });
    app.get("/page", [] { return Template("page.html", {{"a", "1"}}); });
    app.get("/string", [](Request& request, Templates& templates) {
        return templates.render_string(request, "{{ a }}", {{"a", 2}});
    });
    app.get("/stream", [](Request& request, Templates& templates) {
        Templates::Context context;
        context.own("a", 3);
        return templates.stream(request, "page.html", std::move(context));
    });
    TestClient client(std::move(app));
    CHECK(client.get("/page").text() == "1+");
    CHECK(client.get("/string").text() == "2");
    CHECK(client.get("/stream").text() == "3+");
    CHECK(seen == std::vector<std::string>{"before /page page.html", "after page.html 1+",
                                           "before /string ", "after  2+",
                                           "before /stream page.html", "after page.html 3+"});
}

TEST_CASE("Templates: outside of requests pages have config and absolute URLs (TPL-3)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("mail.txt", "{{ config.SHOP }} {{ url_for('home') }} {{ name }}");
    App app("test");
    app.config().set("SHOP", "Pottle").set("SERVER_NAME", "example.org");
    auto& templates = app.use<Templates>(std::move(loader));
    app.get("/", [] { return "home"; }, endpoint("home"));
    app.gateway();
    CHECK(templates.render("mail.txt", {{"name", "<"}}) == "Pottle http://example.org/ <");
}
