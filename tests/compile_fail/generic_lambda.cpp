// SPDX-License-Identifier: MIT
// expect: a route handler needs one concrete signature
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/<int:a>", [](auto a) { return std::to_string(a); });
}
