// SPDX-License-Identifier: MIT
// expect: a Task returns std::string, not a view of what it leaves
#include <pottle/pottle.hpp>

using namespace pottle;

void routes(App& app) {
    // here:
    app.get("/", []() -> Task<std::string_view> {
        const std::string local = "gone";
        co_return local;
    });
}
