// SPDX-License-Identifier: MIT
// expect: the pattern must start with '/'
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("users", [] { return "x"; });
}
