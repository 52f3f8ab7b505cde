// SPDX-License-Identifier: MIT
// expect: a parameter of this handler is neither a path value nor injectable
#include <pottle/pottle.hpp>

using namespace pottle;

struct Page {};

void routes(App& app) {
    // here:
    app.get("/", [](Page) { return "x"; });
}
