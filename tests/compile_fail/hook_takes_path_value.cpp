// SPDX-License-Identifier: MIT
// expect: a parameter of this hook or error handler cannot be injected
// within: 20
#include <pottle/pottle.hpp>

using namespace pottle;

void hooks(App& app) {
    // here:
    app.before_request([](std::string name) { (void)name; });
}
