// SPDX-License-Identifier: MIT
// expect: a before_request hook that returns bool
// within: 20
#include <pottle/pottle.hpp>

using namespace pottle;

void hooks(App& app) {
    // here:
    app.before_request([](Request& request) { return request.is_secure(); });
}
