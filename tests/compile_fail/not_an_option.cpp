// SPDX-License-Identifier: MIT
// within: 20
// expect: what follows the handler must be route options
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/", [] { return "x"; }, "auth");
}
