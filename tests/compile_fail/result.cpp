// SPDX-License-Identifier: MIT
// expect: the result of this handler cannot become a response
#include <pottle/pottle.hpp>

using namespace pottle;

struct Opaque {
    Opaque();
};

void routes(App& app) {
    // here:
    app.get("/", []() -> Task<Opaque> { co_return Opaque(); });
}
