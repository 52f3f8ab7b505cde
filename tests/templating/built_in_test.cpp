// SPDX-License-Identifier: MIT
#include "blog_templates.hpp"

#include <pottle/templating/environment.hpp>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <doctest/doctest.h>

using namespace pottle::templating;

namespace {

std::string file_text(const std::string& name) {
    std::ifstream file(POTTLE_TEMPLATE_TESTS "/pages/blog/templates/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("pottle_templates: every template of the folder is in the program, to the byte") {
    const BuiltInLoader loader(pottle_templates::blog());
    const FolderLoader folder(POTTLE_TEMPLATE_TESTS "/pages/blog/templates");
    CHECK(loader.list() == folder.list());
    REQUIRE(loader.list().size() >= 3);
    for (const std::string& name : loader.list()) {
        CAPTURE(name);
        CHECK(loader.load(name, 1 << 20)->text == file_text(name));
    }
    CHECK_FALSE(loader.load("none.html", 1 << 20));
}
