// SPDX-License-Identifier: MIT
// expect: <int:name> needs an integer parameter in the handler
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.websocket("/rooms/<int:id>",
                  [](std::string id, Websocket& ws) -> Task<> { co_await ws.send(id); });
}
