// SPDX-License-Identifier: MIT
// expect: the handler takes more path values than the pattern has parameters
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/users", [](long id) { return std::to_string(id); });
}
