// SPDX-License-Identifier: MIT
// expect: the result of this handler cannot become a response
#include <pottle/pottle.hpp>

using namespace pottle;

struct Oops {
    int code;
};

void routes(App& app) {
    // here:
    app.get("/", []() -> std::expected<std::string, Oops> { return "x"; });
}
