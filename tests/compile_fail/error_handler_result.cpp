// SPDX-License-Identifier: MIT
// expect: the result of this hook or error handler cannot become a response
// within: 20
#include <pottle/pottle.hpp>

using namespace pottle;

struct Opaque {
    Opaque();
};

void handlers(App& app) {
    // here:
    app.errorhandler([](const std::exception&) { return Opaque(); });
}
