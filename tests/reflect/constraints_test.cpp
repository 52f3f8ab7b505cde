// SPDX-License-Identifier: MIT
#include "formats.hpp"

#include <pottle/base/require.hpp>
#include <pottle/reflect/constraints.hpp>
#include <pottle/reflect/scalar.hpp>
#include <pottle/reflect/table_of.hpp>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
struct NewTodo {
    Text<1, 80> title;
    std::optional<Int<1, 5>> priority = {};
};

/// The code of the error that text gives for T, "" when it is fine.
template <class T>
std::string code_of(std::string_view text) {
    T value;
    Errors errors;
    reflect::set_text(reflect::table_of<T>(), &value, text, errors);
    return errors.empty() ? "" : errors.take().front().code;
}
}  // namespace

TEST_CASE("Text: is a std::string in every use") {
    const NewTodo todo{.title = "x"};
    CHECK(NewTodo{"x"}.title == todo.title);
    const std::string& text = todo.title;
    CHECK(text + todo.title == "xx");
    Text<1, 3> other = text;
    other += "y";
    CHECK(other.starts_with("x"));
    static_assert(sizeof(Text<1, 3>) == sizeof(std::string));
}

TEST_CASE("Int and Real: are numbers in every use") {
    Int<0, 150> age = 18;
    age += 2;
    ++age;
    CHECK(age == 21);
    const std::int64_t plain = age;
    CHECK(plain * 2 == age * 2);
    CHECK(age < 22);
    Real<0.5, 2> ratio = 1.5;
    ratio *= 2;
    CHECK(ratio == 3.0);
    const NewTodo todo{.title = "x", .priority = 3};
    CHECK(*todo.priority == 3);
}

TEST_CASE("Int and Real: start with their default, or with what is next to zero in range") {
    CHECK(Int<1, 100, 20>() == 20);
    CHECK(Int<1, 100>() == 1);
    CHECK(Int<-9, -3>() == -3);
    CHECK(Int<-1, 1>() == 0);
    CHECK(Real<0.5, 2>() == 0.5);
}

TEST_CASE("Default: starts with its value and keeps the facts of its type") {
    const Default<Text<1, 3>, "abc"> text;
    CHECK(text == "abc");
    CHECK(reflect::table_of<Default<Text<1, 3>, "abc">>().constraint->max_length == 3);
    const Default<bool, true> on;
    CHECK(on);
    const Default<int, 5> five;
    CHECK(five + 1 == 6);
    CHECK(reflect::table_of<Default<int, 5>>().has_default);
}

TEST_CASE("Pattern: matches the whole text, in linear time") {
    CHECK(code_of<Pattern<"[a-z]+">>("abc") == "");
    CHECK(code_of<Pattern<"[a-z]+">>("abc1") == "pattern");
    CHECK(code_of<Pattern<"a|b">>("ab") == "pattern");
    CHECK(code_of<Pattern<"(a*)*b">>(std::string(100'000, 'a')) == "pattern");
    CHECK_THROWS_AS(code_of<Pattern<"[a-">>("x"), LogicError);
}

TEST_CASE("Email: accepts what browsers accept") {
    for (const std::string_view good :
         {"a@b", "ada.lovelace+x@example.org", "!#$%&'*+/=?^_`{|}~-@a-b.c"})
        CHECK_MESSAGE(reflect::is_email(good), good);
    for (const std::string_view bad : {"", "@", "a@", "@b", "a b@c", "a@b@c", "a@b..c", "a@-b",
                                       "a@b-", "a@b.", "a@b_c", "\"a\"@b", "a@[1.2.3.4]"})
        CHECK_MESSAGE(!reflect::is_email(bad), bad);
    CHECK(code_of<Email>(std::string(250, 'a') + "@b.cd") == "length");
}

TEST_CASE("UrlText: accepts absolute http and https URLs (RFC 3986)") {
    for (const std::string_view good :
         {"http://a", "HTTPS://example.org:8443/a/b?c=d#e", "http://[::1]:80/", "http://u:p@h/",
          "http://a/%41", "http://127.0.0.1"})
        CHECK_MESSAGE(reflect::is_web_url(good), good);
    for (const std::string_view bad :
         {"", "http://", "http:///x", "//a", "/a", "a", "ftp://a", "javascript:alert(1)",
          "http://a b", "http://a/\n", "http://a/%4", "http://a:b", "http://a:65536", "http://[::1",
          "http://\xC3\xA4", "http://a/<x>", "http://[]/"})
        CHECK_MESSAGE(!reflect::is_web_url(bad), bad);
}

TEST_CASE("Decimal: is digits with a sign and a point, kept as they are") {
    for (const std::string_view good : {"0", "-1", "+1.50", "007.10"})
        CHECK_MESSAGE(reflect::is_decimal(good), good);
    for (const std::string_view bad : {"", "-", ".", "1.", ".1", "1e5", "1,5", " 1", "0x1", "--1"})
        CHECK_MESSAGE(!reflect::is_decimal(bad), bad);
}

TEST_CASE("Choice: accepts its texts only") {
    CHECK(code_of<Choice<"red", "green">>("green") == "");
    CHECK(code_of<Choice<"red", "green">>("gree") == "choice");
    CHECK(code_of<Choice<"red", "green">>("") == "choice");
}
