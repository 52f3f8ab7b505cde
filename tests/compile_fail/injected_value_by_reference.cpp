// SPDX-License-Identifier: MIT
// expect: take injected values such as Json<T> by value
#include <pottle/pottle.hpp>

using namespace pottle;

struct Ale {
    std::string name;
};

void routes(App& app) {
    // here:
    app.post("/", [](const Json<Ale>& ale) { return ale->name; });
}
