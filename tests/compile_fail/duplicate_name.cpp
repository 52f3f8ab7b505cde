// SPDX-License-Identifier: MIT
// expect: the same parameter name stands twice in the pattern
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/<int:id>/<int:id>", [](long a, long b) { return std::to_string(a + b); });
}
