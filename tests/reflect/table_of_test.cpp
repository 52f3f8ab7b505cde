// SPDX-License-Identifier: MIT
#include <pottle/reflect/constraints.hpp>
#include <pottle/reflect/table_of.hpp>

#include <map>
#include <unordered_map>
#include <variant>

#include <doctest/doctest.h>

using namespace pottle;
using reflect::Field;
using reflect::Kind;

namespace {

enum class Role { Guest, Member, Admin };
struct Plain {
    int number = 0;
    std::string text;
    std::optional<int> maybe;
    int with_default = 5;
    std::string text_with_default = "x";
    Role role = Role::Member;
    Int<1, 100, 20> limit;
    Int<1, 100> page;
    Default<bool, true> on;
    std::vector<int> list;
};
struct Node {
    std::string name;
    std::vector<Node> children;
};

/// The names of the members that must be given.
template <class T>
std::string required() {
    std::string names;
    const reflect::Object& object = reflect::table_of<T>().object();
    for (std::size_t i = 0; i < object.field_count; ++i)
        if (object.fields[i].required) names.append(object.fields[i].name).append(" ");
    return names;
}

}  // namespace

TEST_CASE("table_of: a member is required unless it is optional or has another default") {
    CHECK(required<Plain>() == "number text page list ");
}

TEST_CASE("table_of: describes members by name, kind and place") {
    const reflect::Object& object = reflect::table_of<Plain>().object();
    CHECK(object.name == "Plain");
    REQUIRE(object.field_count == 10);
    const Field& text = object.fields[1];
    CHECK(text.name == "text");
    CHECK(text.key == ",\"text\":");
    CHECK(text.table->kind == Kind::String);
    const Plain plain{};
    CHECK(static_cast<const void*>(reinterpret_cast<const char*>(&plain) + text.offset) ==
          &plain.text);
    CHECK(object.fields[6].table->constraint->max_integer == 100);
}

TEST_CASE("table_of: a struct may contain itself through a vector") {
    const reflect::Table& node = reflect::table_of<Node>();
    CHECK(node.object().fields[1].table->element == &node);
}
