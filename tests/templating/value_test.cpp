// SPDX-License-Identifier: MIT
#include "bare_render.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <variant>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::templating;

namespace {

enum class Role { Guest, Admin };
struct Cat {
    std::string name;
};
struct Dog {
    int age = 0;
};
struct User {
    std::int64_t id = 0;
    std::string name;
    std::optional<std::string> mail;
    Role role = Role::Guest;
    std::vector<int> scores;
    std::map<std::string, double> rates;
    std::variant<Cat, Dog> pet;
};

std::string float_text(double value) {
    std::string text;
    append_float(text, value);
    return text;
}

struct Fixture {
    Environment environment;
    BareRender render{environment};
    Arena& arena = render.arena();

    Value make(Operator operation, const Value& a, const Value& b) {
        return arithmetic(arena, operation, a, b);
    }
    std::string text(Operator operation, const Value& a, const Value& b) {
        return to_text(make(operation, a, b));
    }
};

const Value one = Value::integer(1);

}  // namespace

TEST_CASE("values: floats print as Python's repr") {
    CHECK(float_text(1.0) == "1.0");
    CHECK(float_text(0.1) == "0.1");
    CHECK(float_text(-2.5) == "-2.5");
    CHECK(float_text(1e15) == "1000000000000000.0");
    CHECK(float_text(1e16) == "1e+16");
    CHECK(float_text(123456789.125) == "123456789.125");
    CHECK(float_text(1e-4) == "0.0001");
    CHECK(float_text(1.5e-5) == "1.5e-05");
    CHECK(float_text(1.7976931348623157e308) == "1.7976931348623157e+308");
    CHECK(float_text(-0.0) == "-0.0");
    CHECK(float_text(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(float_text(std::nan("")) == "nan");
}

TEST_CASE("values: a struct is read in place through its table") {
    Fixture f;
    const User user{.id = 7,
                    .name = "Zoe",
                    .mail = {},
                    .role = Role::Admin,
                    .scores = {3, 4},
                    .rates = {{"a", 0.5}},
                    .pet = Dog{3}};
    const Value value = Value::of(user);
    CHECK(value.is(Kind::Structure));
    CHECK(f.render.attribute(value, "name").as_string().data() == user.name.data());
    CHECK(f.render.attribute(value, "id").as_int() == 7);
    CHECK(f.render.attribute(value, "mail").is_none());
    CHECK(f.render.item(value, Value::string("role")).as_string() == "Admin");
    CHECK(f.render.attribute(f.render.attribute(value, "pet"), "age").as_int() == 3);
    const Value scores = f.render.attribute(value, "scores");
    CHECK(f.render.item(scores, Value::integer(-1)).as_int() == 4);
    CHECK(f.render.item(scores, Value::integer(2)).is_undefined());
    CHECK(to_text(f.render.attribute(value, "rates")) == "{'a': 0.5}");
    CHECK(to_text(value) ==
          "User(id=7, name='Zoe', mail=None, role='Admin', scores=[3, 4], rates={'a': 0.5}, "
          "pet=Dog(age=3))");
    CHECK_THROWS_WITH_AS(f.render.attribute(f.render.attribute(value, "none"), "x"),
                         "'User object' has no attribute 'none'", TemplateError);
}

TEST_CASE("values: repr quotes as Python does, and a list in itself ends") {
    Fixture f;
    CHECK(to_repr(Value::string("it's")) == "\"it's\"");
    CHECK(to_repr(Value::string("a'\"\n\\")) == "'a\\'\"\\n\\\\'");
    CHECK(to_repr(Value::markup("<b>")) == "Markup('<b>')");
    CHECK(to_text(f.render.tuple({one})) == "(1,)");
    List& list = f.render.new_list();
    list.append(Value::list(&list));
    CHECK(to_text(Value::list(&list)) == "[[...]]");
}

TEST_CASE("values: arithmetic follows Python") {
    Fixture f;
    const Value minus_seven = Value::integer(-7);
    const Value two = Value::integer(2);
    CHECK(f.text(Operator::FloorDivide, minus_seven, two) == "-4");
    CHECK(f.text(Operator::Modulo, minus_seven, two) == "1");
    CHECK(f.text(Operator::Modulo, Value::real(-7.5), two) == "0.5");
    CHECK(f.text(Operator::Divide, Value::integer(6), two) == "3.0");
    CHECK(f.text(Operator::Power, two, Value::integer(-1)) == "0.5");
    CHECK(f.text(Operator::Power, two, Value::integer(100)) == "1267650600228229401496703205376");
    CHECK(f.text(Operator::Multiply, Value::string("ab"), two) == "abab");
    CHECK(f.text(Operator::Add, Value::boolean(true), one) == "2");
    CHECK(f.text(Operator::Add, Value::string("<"), Value::markup("<br>")) == "&lt;<br>");
    CHECK(f.text(Operator::Modulo, Value::string("%05.1f|%-3s|%x"),
                 f.render.tuple({Value::real(3.14159), Value::string("a"), Value::integer(255)})) ==
          "003.1|a  |ff");
    CHECK_THROWS_AS(f.make(Operator::Power, two, Value::integer(127)), TemplateError);
    CHECK_THROWS_WITH_AS(f.make(Operator::Add, one, Value::string("x")),
                         "unsupported operand type(s) for +: 'int' and 'str'", TemplateError);
    CHECK_THROWS_AS(f.make(Operator::FloorDivide, one, Value::integer(0)), TemplateError);
}

TEST_CASE("values: comparison, membership and keys cross number types") {
    Fixture f;
    CHECK(equal(one, Value::real(1.0)));
    CHECK(equal(Value::boolean(true), one));
    CHECK(hash(Value::boolean(true)) == hash(Value::real(1.0)));
    CHECK_FALSE(equal(f.render.tuple({one}), f.render.list({&one, 1})));
    CHECK(less(Value::string("a"), Value::string("b")));
    CHECK_THROWS_WITH_AS(compare(one, Value::string("b")),
                         "'<' not supported between instances of 'int' and 'str'", TemplateError);
    Dict& dict = f.render.new_dict();
    for (int i = 0; i < 100; ++i) dict.set(Value::integer(i), Value::integer(i * i));
    CHECK(dict.find(Value::real(50.0))->as_int() == 2500);
    CHECK(dict.erase(Value::integer(50)));
    CHECK(dict.find(Value::integer(50)) == nullptr);
    CHECK(dict.find(Value::integer(99))->as_int() == 9801);
    CHECK(contains(Value::dict(&dict), Value::integer(3)));
    CHECK(contains(Value::string("pottle"), Value::string("ott")));
    CHECK_THROWS_AS(dict.set(Value::list(&f.render.new_list()), one), TemplateError);
}

TEST_CASE("values: JSON reads as lists and dicts") {
    Fixture f;
    const JsonValue json = *JsonValue::parse(R"({"a": [1, 2.5, null, "x"], "b": {}})");
    const Value value = Value::of(json);
    CHECK(to_text(value) == "{'a': [1, 2.5, None, 'x'], 'b': {}}");
    CHECK(length(f.render.item(value, Value::string("a"))) == 4);
    CHECK_FALSE(truth(f.render.item(value, Value::string("b"))));
}

TEST_CASE("functions: typed parameters are converted and checked") {
    Fixture f;
    f.environment.add_filter("repeat", [](std::string_view text, std::optional<long> times) {
        std::string out;
        for (long i = 0; i < times.value_or(2); ++i) out += text;
        return out;
    });
    const Value arguments[] = {Value::string("ab"), Value::integer(3)};
    CHECK(to_text(f.render.filter("repeat", arguments)) == "ababab");
    CHECK(to_text(f.render.filter("repeat", {arguments, 1})) == "abab");
    CHECK_THROWS_WITH_AS(f.render.filter("repeat", {arguments + 1, 1}),
                         "repeat(): must be str, not int", TemplateError);
    CHECK_THROWS_WITH_AS(f.render.filter("repeat", {}), "repeat() takes 1 to 2 arguments (0 given)",
                         TemplateError);
    CHECK_THROWS_WITH_AS(f.render.filter("nothing", arguments), "No filter named 'nothing'.",
                         TemplateError);
}

TEST_CASE("context: a struct's members are variables, a later name wins") {
    User user;
    user.name = "Zoe";
    Context context;
    context.add_members(user);
    context.own("title", std::string("Home"));
    CHECK(context.find("name").as_string() == "Zoe");
    context.set("name", one);
    CHECK(context.find("name").as_int() == 1);
    CHECK(context.find("title").as_string() == "Home");
    CHECK(context.find("absent").is_missing());
}

TEST_CASE("arena: more than its limit is refused") {
    Arena arena(64_KiB);
    CHECK_NOTHROW(arena.characters(1000));
    CHECK_THROWS_AS(arena.characters(128_KiB), TemplateError);
}
