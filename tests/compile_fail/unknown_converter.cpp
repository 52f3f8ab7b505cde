// SPDX-License-Identifier: MIT
// expect: unknown converter in the pattern
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/users/<integer:id>", [](long id) { return std::to_string(id); });
}
