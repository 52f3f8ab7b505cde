// SPDX-License-Identifier: MIT
// expect: the result of this handler cannot become a response
#include <pottle/pottle.hpp>

using namespace pottle;

class Unsendable {
public:
    explicit Unsendable(int = 0) {}

private:
    int value_ = 0;
};

void routes(App& app) {
    // here:
    app.websocket("/chat", [](Websocket&) -> Task<Unsendable> { co_return Unsendable{}; });
}
