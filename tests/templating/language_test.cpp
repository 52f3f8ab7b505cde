// SPDX-License-Identifier: MIT
#include <pottle/templating/environment.hpp>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::templating;

namespace {

std::string render(std::string_view source, const Context& context = {}) {
    return Environment().render_string(source, context);
}

const JsonValue& numbers() {
    static const JsonValue value = *JsonValue::parse("[1, 2, 3]");
    return value;
}

TemplateError error_of(const Environment& environment, std::string_view name) {
    try {
        environment.render(name, {});
    } catch (const TemplateError& error) {
        return error;
    }
    FAIL("no error");
    return TemplateError(ErrorKind::Runtime, "");
}

}  // namespace

TEST_CASE("templates: text, values and expressions are printed (TPL-6)") {
    CHECK(render("Hello {{ name }}!", {{"name", "<World>"}}) == "Hello &lt;World&gt;!");
    CHECK(render("{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ 2 ** 3 ** 2 }} {{ 'a' ~ 1 }}") == "7 3 64 a1");
    CHECK(render("{{ [1, 'a', (2,)] }} {{ {'k': none} }}") ==
          "[1, &#39;a&#39;, (2,)] {&#39;k&#39;: None}");
    CHECK(render("{{ missing }}|{{ x if false }}|{{ 1 < 2 < 3 }}|{{ not 1 in [2] }}") ==
          "||True|True");
    CHECK(render("{{ 'abc'[1] }}{{ 'abc'[::-1] }}{{ 'abc'.upper() }}") == "bcbaABC");
}

TEST_CASE("templates: by default white space stays but for one newline at the end (TPL-7)") {
    CHECK(render("  {% if true %}\n  a\n  {% endif %}\n\n") == "  \n  a\n  \n");
    CHECK(render("a\r\n") == "a");
}

TEST_CASE("templates: what is undefined prints as nothing and has no attributes (TPL-7)") {
    CHECK(render("[{{ missing }}]{{ missing is defined }}{{ 1 if missing }}") == "[]False");
    try {
        render("{{ missing.name }}");
        FAIL("no error");
    } catch (const TemplateError& error) {
        CHECK(error.kind() == ErrorKind::Undefined);
        CHECK(error.message() == "'missing' is undefined");
    }
}

TEST_CASE("templates: functions see their arguments, named ones too, through Call& (TPL-5)") {
    Environment environment;
    int calls = 0;
    environment.add_function("names", [&calls](Call& call) {
        ++calls;
        std::string all = std::to_string(call.positional().size());
        for (const Keyword& keyword : call.keywords()) all += " " + std::string(keyword.name);
        return all;
    });
    CHECK(environment.render_string("{{ names(1, 2, a=3, b=4) }}", {}) == "2 a b");
    CHECK(calls == 1);
}

TEST_CASE("templates: a shared variable is seen in imported templates, others are not (TPL-3)") {
    Environment environment;
    auto loader = std::make_unique<DictLoader>();
    loader->set("m.html", "{% macro both() %}{{ shared }}{{ other }}{% endmacro %}");
    environment.set_loader(std::move(loader));
    Context context;
    context.own("shared", std::string("s"));
    context.own("other", std::string("o"));
    context.share("shared");
    CHECK(environment.render_string("{% from 'm.html' import both %}{{ both() }}", context) == "s");
    CHECK(environment.render_string("{% from 'm.html' import both with context %}{{ both() }}",
                                    context) == "so");
}

TEST_CASE("templates: a filter that is replaced serves the templates parsed before (TPL-5)") {
    Environment environment;
    const TemplateHandle before = environment.from_string("{{ 'a'|upper }}");
    environment.add_filter("upper", [](std::string_view) { return "replaced"; });
    CHECK(environment.render(before, {}) == "A");
    CHECK(environment.render_string("{{ 'a'|upper }}", {}) == "replaced");
}

TEST_CASE("templates: loops know where they are (TPL-6)") {
    const Context context{{"items", numbers()}};
    CHECK(render("{% for i in items %}{{ loop.index }}/{{ loop.length }}:{{ i }}"
                 "{{ '' if loop.last else ',' }}{% else %}none{% endfor %}",
                 context) == "1/3:1,2/3:2,3/3:3");
    CHECK(render("{% for i in items if i != 2 %}{{ i }}{{ loop.length }}{% endfor %}", context) ==
          "1232");
    CHECK(render("{% for i in [] %}x{% else %}none{% endfor %}") == "none");
    CHECK(render("{% set n = 0 %}{% for i in items %}{% set n = n + i %}{{ n }}{% endfor %}{{ n }}",
                 context) == "1230");
    CHECK(render("{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }} {% endfor %}") == "12 34 ");
    CHECK(render("{% for n in [[1, [2]], [3]] recursive %}<{{ loop(n) if n is defined and n != 1 "
                 "and n != 2 and n != 3 else n }}{{ loop.depth }}>{% endfor %}") ==
          "<<12><<23>2>1><<32>1>");
}

TEST_CASE("templates: macros take defaults, more arguments and a caller (TPL-6)") {
    CHECK(render("{% macro m(a, b='x') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}"
                 "{{ m(1) }} {{ m(1, 2, 3, k=4) }}") == "1x(){} 12(3,){&#39;k&#39;: 4}");
    CHECK(render("{% macro box(t) %}<{{ t }}>{{ caller(1) }}</>{% endmacro %}"
                 "{% call(n) box('a&b') %}{{ n }}{{ t }}{% endcall %}") == "<a&amp;b>1</>");
    CHECK(render("{% macro m(a) %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{{ m.name }}") ==
          "1m");
}

TEST_CASE("templates: children extend, include and import (TPL-6)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("base.html",
                "[{% block title %}base{% endblock %}|{% block body %}{% endblock %}]");
    loader->set("mid.html",
                "{% extends 'base.html' %}{% block title %}mid {{ super() }}{% endblock %}");
    loader->set("page.html",
                "{% extends 'mid.html' %}{% from 'macros.html' import b %}"
                "{% block title %}page {{ super() }}{% endblock %}"
                "{% block body %}{% include 'part.html' %}{{ b('x') }}"
                "{{ self.title() }}{% endblock %}");
    loader->set("part.html", "({{ user }})");
    loader->set("macros.html", "{% macro b(t) %}<b>{{ t }}</b>{% endmacro %}");
    Environment environment;
    environment.set_loader(std::move(loader));
    CHECK(environment.render("page.html", {{"user", "U"}}) ==
          "[page mid base|(U)<b>x</b>page mid base]");
}

TEST_CASE(
    "templates: an error names every place it passed, with the lines around the first (TPL-12)") {
    auto loader = std::make_unique<DictLoader>();
    loader->set("page.html", "one\n{% include 'part.html' %}\n");
    loader->set("part.html", "{% macro m() %}\n  {{ a.b.c }}\n{% endmacro %}{{ m() }}");
    loader->set("bad.html", "a\n{% if x %}\n{{ x | nothing }}");
    Environment environment;
    environment.set_loader(std::move(loader));
    const TemplateError error = error_of(environment, "page.html");
    CHECK(error.kind() == ErrorKind::Undefined);
    REQUIRE(error.places().size() == 3);
    CHECK(error.places()[0].name == "part.html");
    CHECK(error.places()[0].line == 2);
    CHECK(error.places()[0].column == 7);
    CHECK(error.places()[2].name == "page.html");
    CHECK(std::string(error.what()) ==
          "'a' is undefined (in part.html, line 2, column 7; from part.html, line 3, column 19; "
          "from page.html, line 2, column 4)\n"
          "      1 | {% macro m() %}\n"
          ">     2 |   {{ a.b.c }}\n"
          "        |       ^\n"
          "      3 | {% endmacro %}{{ m() }}\n");
    CHECK(error_of(environment, "bad.html").kind() == ErrorKind::Syntax);
    CHECK(error_of(environment, "gone.html").kind() == ErrorKind::NotFound);
}

TEST_CASE("templates: a template cannot run away") {
    Options options;
    options.limits.iterations = 1000;
    options.limits.output = 10'000;
    const Environment environment(options);
    const auto kind_of = [&](std::string_view source) {
        try {
            environment.render_string(source, {});
        } catch (const TemplateError& error) {
            return error.kind();
        }
        return ErrorKind::Syntax;
    };
    CHECK(kind_of("{% for i in range(2000) %}{% endfor %}") == ErrorKind::Limit);
    CHECK(kind_of("{% for i in range(900) %}{{ 'x' * 100 }}{% endfor %}") == ErrorKind::Limit);
    CHECK(kind_of("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}") == ErrorKind::Limit);
    CHECK(kind_of("{{ 'x' * 1000000000 }}") == ErrorKind::Limit);
    CHECK(kind_of("{{ range(99999999) }}") == ErrorKind::Limit);
    CHECK(kind_of("{{ " + std::string(5000, '(')) == ErrorKind::Limit);
    std::string sum = "{{ 1";
    for (int i = 0; i < 5000; ++i) sum += "+1";
    CHECK(kind_of(sum + " }}") == ErrorKind::Limit);
}
