// SPDX-License-Identifier: MIT
// expect: a parameter of this handler is neither a path value nor injectable
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.websocket("/chat", [](const Websocket& ws) { return ws.close_code(); });
}
