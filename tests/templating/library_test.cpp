// SPDX-License-Identifier: MIT
// What the corpus cannot say: limits, data of structs, texts that are no UTF-8, hostile sizes.
#include "bare_render.hpp"
#include "library/html_unescape.hpp"
#include "unicode.hpp"

#include <pottle/reflect/table_of.hpp>
#include <pottle/templating/operations.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::templating;

namespace library_test {

struct City {
    std::string name;
    std::optional<int> population;
};

}  // namespace library_test

namespace {

struct Bench {
    Environment environment;
    BareRender render{environment};

    Value filter(std::string_view name, std::initializer_list<Value> arguments) {
        return render.filter(name, std::span(arguments.begin(), arguments.size()));
    }
    ErrorKind refusal(std::string_view name, std::initializer_list<Value> arguments) {
        try {
            filter(name, arguments);
        } catch (const TemplateError& error) {
            return error.kind();
        }
        return ErrorKind::Syntax;  // what no filter throws
    }
    Value method(const Value& self, std::string_view name, std::initializer_list<Value> arguments) {
        return render.call(render.attribute(self, name),
                           std::span(arguments.begin(), arguments.size()));
    }
};

Value text(std::string_view characters) {
    return Value::string(characters);
}

}  // namespace

TEST_CASE("library: a width past Limits::memory is refused before the memory is taken (TPL-8)") {
    Bench bench;
    const Value huge = Value::integer(INT64_MAX);
    CHECK(bench.refusal("center", {text("x"), huge}) == ErrorKind::Limit);
    CHECK(bench.refusal("indent", {text("x\ny"), huge}) == ErrorKind::Limit);
    CHECK(bench.refusal("batch", {text("xyz"), huge, text("-")}) == ErrorKind::Limit);
    CHECK(bench.refusal("slice", {text("xyz"), huge}) == ErrorKind::Limit);
    CHECK_THROWS_AS(bench.method(text("x"), "ljust", {huge}), TemplateError);
    CHECK_THROWS_AS(bench.method(text("x"), "zfill", {huge}), TemplateError);
    CHECK_THROWS_AS(bench.method(text("\t"), "expandtabs", {huge}), TemplateError);
    CHECK_THROWS_AS(bench.method(text("{:999999999}"), "format", {Value::integer(1)}),
                    TemplateError);
    CHECK_THROWS_AS(bench.method(text("{:.999999999f}"), "format", {Value::real(1)}),
                    TemplateError);
}

TEST_CASE("library: replacing by a long text stops at Limits::memory (TPL-8)") {
    Bench bench;
    const std::string many(100'000, 'a');
    CHECK(bench.refusal("replace", {text(many), text("a"), text(many)}) == ErrorKind::Limit);
    CHECK(bench.refusal("replace", {text(many), text(""), text(many)}) == ErrorKind::Limit);
    CHECK(bench.refusal("join", {text(many), text(many)}) == ErrorKind::Limit);
}

TEST_CASE("library: lists of the application are read only (TPL-6)") {
    Bench bench;
    const std::vector<int> numbers{3, 1, 2};
    const Value list = Value::of(numbers);
    CHECK(bench.method(list, "index", {Value::integer(2)}).as_int() == 2);
    CHECK_THROWS_WITH_AS(bench.method(list, "append", {Value::integer(4)}),
                         doctest::Contains("read only"), TemplateError);
    const Value copy = bench.filter("list", {list});
    bench.method(copy, "append", {Value::integer(4)});
    CHECK(to_text(copy) == "[3, 1, 2, 4]");
    CHECK(to_text(bench.filter("sort", {list})) == "[1, 2, 3]");
}

TEST_CASE("tojson: a struct is an object of its fields (TPL-10)") {
    Bench bench;
    const std::vector<library_test::City> cities{{"Rome", 3}, {"</Oslo>", std::nullopt}};
    CHECK(bench.filter("tojson", {Value::of(cities)}).as_string() ==
          "[{\"name\": \"Rome\", \"population\": 3}, "
          "{\"name\": \"\\u003c/Oslo\\u003e\", \"population\": null}]");
}

TEST_CASE("filters: members of structs are attributes for map, sort and groupby (TPL-8)") {
    Bench bench;
    const std::vector<library_test::City> cities{{"Rome", 3}, {"oslo", 1}, {"Bonn", 3}};
    const Value sorted =
        bench.render.filter("sort", std::initializer_list<Value>{Value::of(cities)},
                            std::initializer_list<Keyword>{{"attribute", text("name")}});
    const Value names =
        bench.render.filter("map", std::initializer_list<Value>{sorted},
                            std::initializer_list<Keyword>{{"attribute", text("name")}});
    CHECK(bench.filter("join", {names, text(" ")}).as_string() == "Bonn oslo Rome");
    const Value groups = bench.filter("groupby", {Value::of(cities), text("population")});
    CHECK(bench.filter("length", {groups}).as_int() == 2);
}

TEST_CASE("sort: a comparison that contradicts itself does no harm (TPL-8)") {
    Bench bench;
    std::vector<double> numbers;
    for (int i = 0; i < 1000; ++i) numbers.push_back(i % 7 == 0 ? 0.0 / 0.0 : 500.0 - i);
    const Value sorted = bench.filter("sort", {Value::of(numbers)});
    CHECK(length(sorted) == numbers.size());
}

TEST_CASE("texts: bytes that are no UTF-8 pass through every filter (TPL-8)") {
    Bench bench;
    const Value broken = text("a\xFF\xC3 <\xE2\x82> \x80z");
    for (const std::string_view name :
         {"upper", "lower", "title", "capitalize", "trim", "reverse", "wordwrap", "wordcount",
          "urlize", "striptags", "tojson", "center", "indent", "list", "truncate", "urlencode"}) {
        CAPTURE(name);
        CHECK_NOTHROW(bench.filter(name, {broken}));
    }
    CHECK(bench.filter("upper", {broken}).as_string() == "A\xFF\xC3 <\xE2\x82> \x80Z");
}

TEST_CASE("urlize and striptags: hostile texts take linear time (TPL-8)") {
    Bench bench;
    for (const std::string_view part : {"(", "&gt;", "<!--", "<", ")", "a.", "www.", "-", "@a."}) {
        std::string many;
        for (int i = 0; i < 50'000; ++i) many += part;
        CHECK_NOTHROW(bench.filter("urlize", {Value::markup(many)}));
        CHECK_NOTHROW(bench.filter("striptags", {Value::markup(many)}));
        CHECK_NOTHROW(bench.filter("wordwrap", {text(many)}));
    }
}

TEST_CASE("unicode: case changes as in Python, also to several characters") {
    CHECK(unicode::upper("stra\xC3\x9F\x65") == "STRASSE");
    CHECK(unicode::lower("\xC3\x89\xC4\xB0") == "\xC3\xA9i\xCC\x87");
    CHECK(unicode::lower("\xCE\x9F\xCE\xA3") == "\xCE\xBF\xCF\x82");  // a final sigma
    CHECK(unicode::capitalize("\xC7\x86x") == "\xC7\x85x");           // title case of a digraph
    CHECK(unicode::count("a\xC3\xA9\xF0\x9F\x98\x80") == 3);
}

TEST_CASE("html_unescape: names, numbers and what is neither (HTML 13.2.5.72)") {
    using library::html_unescape;
    CHECK(html_unescape("&lt;&amp;&#39;&#x41;") == "<&'A");
    CHECK(html_unescape("&copy &notit; &nosuch; & &#; &#x;") ==
          "\xC2\xA9 \xC2\xACit; &nosuch; & &#; &#x;");
    CHECK(html_unescape("&#x80;&#0;&#xD800;&#x110000;") ==
          "\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("library: repeating stops at Limits::memory, whatever the product (TPL-8)") {
    const std::string text(1 << 24, 'x');
    const Value huge = Value::integer(std::int64_t{1} << 40);  // 2^24 times 2^40 is 2^64
    Arena arena(64_MiB);
    const auto kind_of = [&](const Value& value) {
        try {
            arithmetic(arena, Operator::Multiply, value, huge);
        } catch (const TemplateError& error) {
            return error.kind();
        }
        return ErrorKind::Syntax;
    };
    CHECK(kind_of(Value::string(text)) == ErrorKind::Limit);
    // 2^20 values of 16 bytes, 2^40 times.
    const std::vector<Value> values(1 << 20, Value::integer(1));
    List list(arena, values);
    CHECK(kind_of(Value::list(&list)) == ErrorKind::Limit);
    CHECK(kind_of(Value::tuple(&list)) == ErrorKind::Limit);
}
