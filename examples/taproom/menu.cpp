// SPDX-License-Identifier: MIT
#include "menu.hpp"

#include <cstdio>

namespace taproom {

using namespace pottle;

namespace {

std::vector<Beer> beers() {
    return {{"Half Gallon", "Bitter", {"malty", "dry"}, 0.041, 420, false},
            {"Two Quarts", "Bitter", {"hoppy", "pale"}, 0.046, 440, false},
            {"Coroutine", "Stout", {"roasted", "patient"}, 0.058, 510, false},
            {"Symmetric Transfer", "Stout", {"oatmeal", "smooth"}, 0.064, 530, true},
            {"Back-pressure", "Lager", {"crisp", "slow"}, 0.049, 430, false},
            {"Small Buffer", "Lager", {"light", "clean"}, 0.028, 350, true}};
}

std::string money(int cents) {
    char text[32];
    std::snprintf(text, sizeof text, "\u20ac%d.%02d", cents / 100, cents % 100);
    return text;
}

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", share * 100);
    return text;
}

}  // namespace

void add_menu(App& app) {
    app.template_filter("money", money);
    app.template_filter("percent", percent);
    app.get("/menu", [] { return Template("menu.html", {{"beers", beers()}}); }, endpoint("menu"));
}

}  // namespace taproom
