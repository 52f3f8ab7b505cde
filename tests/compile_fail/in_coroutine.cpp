// SPDX-License-Identifier: MIT
// expect: <int:name> needs an integer parameter in the handler
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/<int:id>", [](std::string id) -> Task<std::string> { co_return id; });
}
