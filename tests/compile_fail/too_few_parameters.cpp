// SPDX-License-Identifier: MIT
// expect: the pattern has more parameters than the handler takes path values
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/users/<int:id>/<slug>", [](long id) { return std::to_string(id); });
}
