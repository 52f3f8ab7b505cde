// SPDX-License-Identifier: MIT
#include <pottle/http/multi_dict.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace pottle;

namespace {
const MultiDict kArguments{{"page", "3"},  {"page", "x"},    {"page", "-7"},
                           {"on", "True"}, {"price", "2.5"}, {"name", "Zo\xc3\xab"}};
}

TEST_CASE("MultiDict: a value of another type is the default (REQ-4)") {
    CHECK(kArguments.get_as<int>("page", 1) == 3);
    CHECK(kArguments.get_as<int>("name", 1) == 1);
    CHECK(kArguments.get_as<int>("absent", 1) == 1);
    CHECK(kArguments.get_as<bool>("on"));
    CHECK(kArguments.get_as<double>("price") == 2.5);
    CHECK(kArguments.get_as<std::string>("name") == "Zo\xc3\xab");
    CHECK(kArguments.get_as<unsigned>("absent") == 0);
}

TEST_CASE("MultiDict: values that cannot be read are left out of a list (REQ-4)") {
    CHECK(kArguments.get_all_as<long>("page") == std::vector<long>{3, -7});
    CHECK(kArguments.get_all_as<unsigned>("page") == std::vector<unsigned>{3});
}

TEST_CASE("MultiDict: at() names what is missing (REQ-4)") {
    CHECK(kArguments.at("price") == "2.5");
    CHECK_THROWS_WITH_AS((void)kArguments.at("size"), "there is no value named \"size\"",
                         MissingKey);
}
