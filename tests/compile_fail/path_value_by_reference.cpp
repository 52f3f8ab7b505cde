// SPDX-License-Identifier: MIT
// expect: take path values by value
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here: coroutine-ok: the compiler refuses it
    app.get("/<a>", [](const std::string& a) -> Task<std::string> { co_return a; });
}
