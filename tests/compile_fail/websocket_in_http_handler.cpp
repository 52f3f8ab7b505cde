// SPDX-License-Identifier: MIT
// expect: only a websocket has a Websocket&
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/chat", [](Websocket& ws) -> Task<> { co_await ws.send("hi"); });
}
