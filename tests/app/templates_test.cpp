// SPDX-License-Identifier: MIT
#include <pottle/app/flash.hpp>
#include <pottle/app/session.hpp>
#include <pottle/app/templates.hpp>
#include <pottle/pottle.hpp>
#include <pottle/testing.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;
using templating::DictLoader;

namespace {

std::unique_ptr<DictLoader> pages() {
    auto loader = std::make_unique<DictLoader>();
    loader->set("hello.html", "Hello {{ name }} from {{ request.path }}{{ site }}");
    loader->set("args.html",
                "{{ request.args.q }}|{{ request.args.get('none', '-') }}|"
                "{{ request.args.getlist('q')|join(',') }}|{{ request.method }}|"
                "{{ request.headers['X-Test'] }}|{{ config.SHOP }}");
    loader->set("session.html",
                "{{ session.user }}{% for category, text in "
                "get_flashed_messages(with_categories=true) %}[{{ category }}:{{ text }}]"
                "{% endfor %}");
    loader->set("plain.txt", "{{ '<' }}");
    loader->set("slow.html", "{{ slow('x')|shout }}");
    return loader;
}

struct Fixture {
    App app{"test"};
    Templates& templates = app.use<Templates>(pages());
};

}  // namespace

TEST_CASE("Templates: a page sees its values and its request, escaped by its name (TPL-1, TPL-2)") {
    Fixture f;
    // doc: render
    f.app.get("/hello/<name>", [](std::string name, Request& request, Templates& templates) {
        return templates.render(request, "hello.html", {{"name", name}});
    });
    // doc: end
    f.app.get("/plain", [](Request& request, Templates& templates) {
        return templates.render(request, {"gone.txt", "plain.txt"}) +
               templates.render_string(request, "{{ '<' }}");
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/hello/%3Cb%3E").text() == "Hello &lt;b&gt; from /hello/&lt;b&gt;");
    CHECK(client.get("/plain").text() == "<&lt;");
}

TEST_CASE("Templates: request, config and session are at hand (TPL-3)") {
    Fixture f;
    f.app.config().set("SECRET_KEY", "k").set("SHOP", "Pottle");
    f.app.get("/args", [](Request& request, Templates& templates) {
        return templates.render(request, "args.html");
    });
    f.app.get("/session", [](Request& request, Session& session, Templates& templates) {
        session.set("user", "Zoe");
        flash(session, "<saved>", "info");
        return templates.render(request, "session.html");
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/args?q=1&q=2", Headers{{"X-Test", "yes"}}).text() ==
          "1|-|1,2|GET|yes|Pottle");
    CHECK(client.get("/session").text() == "Zoe[info:&lt;saved&gt;]");
}

TEST_CASE(
    "Templates: context processors come before the values given, a blueprint's for its own "
    "requests (TPL-4)") {
    Fixture f;
    f.templates.context_processor([](Request&, Templates::Context& context) {
        context.own("site", std::string("!"));
        context.own("name", std::string("nobody"));
    });
    f.templates.context_processor(
        [](Request&, Templates::Context& context) { context.own("site", std::string("?")); },
        "shop");
    const auto hello = [](Request& request, Templates& templates) {
        return templates.render(request, "hello.html", {{"name", "N"}});
    };
    f.app.get("/", hello);
    Blueprint shop("shop", {.url_prefix = "/shop"});
    shop.get("/", hello);
    f.app.register_blueprint(std::move(shop));
    TestClient client(std::move(f.app));
    CHECK(client.get("/").text() == "Hello N from /!");
    CHECK(client.get("/shop/").text() == "Hello N from /shop/?");
}

TEST_CASE("Templates: filters, tests and functions of the application, coroutines too (TPL-5)") {
    Fixture f;
    // doc: functions
    f.templates.template_filter("shout",
                                [](std::string_view text) { return std::string(text) + "!"; });
    f.templates.template_global("slow", [](std::string text) -> Task<std::string> {
        co_await sleep(std::chrono::milliseconds(5));
        co_return text + "<";
    });
    // doc: end
    f.app.get("/", [](Request& request, Templates& templates) -> Task<std::string> {
        co_return co_await templates.render_async(request, "slow.html");
    });
    f.app.get("/at-once", [](Request& request, Templates& templates) {
        return templates.render(request, "slow.html");
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/").text() == "x&lt;!");
    CHECK(client.get("/at-once").status == 500);
}

TEST_CASE("Templates: a streamed page sees its request, from a file or a string (TPL-1)") {
    Fixture f;
    f.templates.context_processor([](Request&, Templates::Context& context) -> Task<> {
        co_await sleep(std::chrono::milliseconds(5));
        context.own("site", std::string("!"));
    });
    // doc: stream
    f.app.get("/stream/<name>", [](std::string name, Request& request, Templates& templates) {
        Templates::Context context;
        context.own("name", std::move(name));
        return templates.stream(request, "hello.html", std::move(context));
    });
    // doc: end
    f.app.get("/string", [](Request& request, Templates& templates) {
        return templates.stream_string(request, "{{ request.path }}{{ '<' }}");
    });
    f.app.get("/none", [](Request& request, Templates& templates) {
        return templates.stream(request, "none.html");
    });
    TestClient client(std::move(f.app));
    CHECK(client.get("/stream/Z").text() == "Hello Z from /stream/Z!");
    CHECK(client.get("/string").text() == "/string&lt;");
    CHECK(client.get("/none").status == 500);
}

TEST_CASE("Templates: a macro of a template can be called alone (TPL-1)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("m.html", "{% macro hi(n) %}Hi {{ n }}{% endmacro %}");
    App app("test");
    app.use<Templates>(std::move(loader));
    app.get("/", [](Request& request, Templates& templates) {
        return templates.call_macro(request, "m.html", "hi", {templating::Value::string("<b>")});
    });
    CHECK(TestClient(std::move(app)).get("/").text() == "Hi &lt;b&gt;");
}
