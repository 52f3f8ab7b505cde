// SPDX-License-Identifier: MIT
#include "page_templates.hpp"

#include <pottle/templating/environment.hpp>

#include <cstdio>

using namespace pottle::templating;

int main() {
    Environment environment;
    environment.set_loader(std::make_unique<BuiltInLoader>(pottle_templates::page()));
    environment.add_filter("shout", [](Render& render, Value text) {
        return std::string(render.filter("upper", {&text, 1}).as_string()) + "!";
    });
    std::puts(environment.render("page.html", {{"name", "installed"}}).c_str());
}
