// SPDX-License-Identifier: MIT
// expect: a route pattern from a variable must be written as runtime(text)
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app, const std::string& path) {
    // here:
    app.get(path, [] { return "x"; });
}
