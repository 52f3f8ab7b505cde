// SPDX-License-Identifier: MIT
// expect: '<' without '>' in the pattern
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/users/<int:id", [](long id) { return std::to_string(id); });
}
