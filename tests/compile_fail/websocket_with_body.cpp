// SPDX-License-Identifier: MIT
// expect: a websocket has no body
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.websocket("/chat",
                  [](Body body, Websocket& ws) -> Task<> { co_await ws.send(std::move(body)); });
}
