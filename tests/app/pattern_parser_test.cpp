// SPDX-License-Identifier: MIT
#include <pottle/app/pattern_parser.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

RouteMistake check(std::string_view pattern, std::initializer_list<Converter> wanted) {
    return find_mistake(pattern, wanted.begin(), wanted.size());
}

// The same function answers while compiling.
static_assert(find_mistake("/users/<int:id>/files/<path:name>") == RouteMistake::None);
static_assert(find_mistake("users") == RouteMistake::NoSlash);

}  // namespace

TEST_CASE("find_mistake: accepts every converter with its arguments (RT-11)") {
    for (const char* pattern :
         {"/", "/a//b", "/<name>", "/<string:name>", "/<string(minlength=2, maxlength=5):name>",
          "/<string(length=2):name>", "/<int(fixed_digits=4):n>", "/<int(4, 1, 9, True):n>",
          "/<int(min=-5,max=-1,signed=True):n>", "/<float(min=0.5, max=1.5):x>", "/<path:p>/end",
          "/<any(a,b,\"c d\"):x>", "/<any('a)b', \"c>d\"):x>", "/<uuid:id>", "/file-<int:n>.txt",
          "/<a>-<b>", "/<default:x>", "/caf\xc3\xa9/<color:c>"})
        CHECK_MESSAGE(find_mistake(pattern) == RouteMistake::None, std::string(pattern));
}

TEST_CASE("find_mistake: names each mistake of the grammar") {
    const struct {
        const char* pattern;
        RouteMistake mistake;
    } rows[] = {
        {"", RouteMistake::NoSlash},
        {"a/<b>", RouteMistake::NoSlash},
        {"/<", RouteMistake::UnclosedBracket},
        {"/<a", RouteMistake::UnclosedBracket},
        {"/<a<b>", RouteMistake::UnclosedBracket},
        {"/<any(\"a>):b>", RouteMistake::BadArgument},
        {"/a>", RouteMistake::UnopenedBracket},
        {"/<a>b>", RouteMistake::UnopenedBracket},
        {"/<>", RouteMistake::NoName},
        {"/<int:>", RouteMistake::NoName},
        {"/<1a>", RouteMistake::BadName},
        {"/<a-b>", RouteMistake::BadName},
        {"/<it's>", RouteMistake::BadName},
        {"/<int: a>", RouteMistake::BadName},
        {"/<int:a:b>", RouteMistake::BadName},
        {"/<a>/<b>/<a>", RouteMistake::SameName},
        {"/<:a>", RouteMistake::UnknownConverter},
        {"/<in-t:a>", RouteMistake::UnknownConverter},
        {"/<int(1>", RouteMistake::BadArgument},
        {"/<int(1)a>", RouteMistake::BadArgument},
        {"/<int(min=x):a>", RouteMistake::BadArgument},
        {"/<int(min=1.5):a>", RouteMistake::BadArgument},
        {"/<int(min=5,max=4):a>", RouteMistake::BadArgument},
        {"/<int(min=):a>", RouteMistake::BadArgument},
        {"/<int(=1):a>", RouteMistake::BadArgument},
        {"/<int(signed=1):a>", RouteMistake::BadArgument},
        {"/<int(length=1):a>", RouteMistake::BadArgument},
        {"/<int(min=99999999999999999999):a>", RouteMistake::BadArgument},
        {"/<float(fixed_digits=1):a>", RouteMistake::BadArgument},
        {"/<string(length=0):a>", RouteMistake::BadArgument},
        {"/<string(minlength=3,maxlength=2):a>", RouteMistake::BadArgument},
        {"/<string(\"2\"):a>", RouteMistake::BadArgument},
        {"/<any:a>", RouteMistake::BadArgument},
        {"/<any():a>", RouteMistake::BadArgument},
        {"/<any(a b):x>", RouteMistake::BadArgument},
        {"/<any(a,,b):x>", RouteMistake::BadArgument},
        {"/<any(\"a/b\"):x>", RouteMistake::BadArgument},
        {"/<any(\"\"):x>", RouteMistake::BadArgument},
        {"/<path(1):a>", RouteMistake::BadArgument},
        {"/<uuid(1):a>", RouteMistake::BadArgument},
    };
    for (const auto& row : rows) {
        CHECK_MESSAGE(describe(find_mistake(row.pattern)) == describe(row.mistake),
                      std::string(row.pattern));
    }
}

TEST_CASE("find_mistake: holds the pattern against what the handler takes") {
    using enum Converter;
    CHECK(check("/<a>/<int:b>/<float:c>/<uuid:d>/<path:e>", {String, Int, Float, Uuid, String}) ==
          RouteMistake::None);
    CHECK(check("/<any(x,y):a>", {String}) == RouteMistake::None);
    CHECK(check("/<color:c>", {Custom}) == RouteMistake::None);
    CHECK(check("/<int:c>", {Custom}) == RouteMistake::None);
    CHECK(check("/", {}) == RouteMistake::None);

    CHECK(check("/<int:a>", {String}) == RouteMistake::NeedsInteger);
    CHECK(check("/<float:a>", {Int}) == RouteMistake::NeedsDouble);
    CHECK(check("/<uuid:a>", {String}) == RouteMistake::NeedsUuid);
    CHECK(check("/<a>", {Int}) == RouteMistake::NeedsString);
    CHECK(check("/<path:a>", {Float}) == RouteMistake::NeedsString);
    CHECK(check("/<itn:a>", {Int}) == RouteMistake::UnknownConverter);
    CHECK(check("/<a>/<b>", {String}) == RouteMistake::MoreInPattern);
    CHECK(check("/<a>", {String, String}) == RouteMistake::MoreInHandler);
}

TEST_CASE("find_mistake: allows 16 parameters and no more") {
    std::string pattern;
    for (int i = 0; i < 16; ++i) pattern += "/<a" + std::to_string(i) + ">";
    CHECK(find_mistake(pattern) == RouteMistake::None);
    CHECK(find_mistake(pattern + "/<a16>") == RouteMistake::TooManyParameters);
}

TEST_CASE("parse_converter_options: reads bounds by name and by position (RT-11)") {
    ConverterOptions options;
    REQUIRE(app::parse_converter_options(Converter::Int, "4, -1, max = 9, signed=True", options));
    CHECK(options.fixed_digits == 4);
    CHECK(options.min.integer == -1);
    CHECK(options.max.integer == 9);
    CHECK(options.is_signed);
    REQUIRE(app::parse_converter_options(Converter::Float, "max=0.25", options));
    CHECK_FALSE(options.min.given);
    CHECK(options.max.real == 0.25);
    REQUIRE(app::parse_converter_options(Converter::String, "2", options));
    CHECK(options.min_length == 2);
    CHECK(options.max_length == ConverterOptions::kUnlimited);
}
