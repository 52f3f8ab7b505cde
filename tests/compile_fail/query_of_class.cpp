// SPDX-License-Identifier: MIT
// expect: T is a plain struct
// within: 20
#include <pottle/pottle.hpp>

using namespace pottle;

class Paging {
public:
    explicit Paging(int offset) : offset_(offset) {}

private:
    int offset_;
};

void routes(App& app) {
    // here:
    app.get("/", [](Query<Paging>) { return "x"; });
}
