// SPDX-License-Identifier: MIT
#include <pottle/pottle.hpp>

int main(int argc, char** argv) {
    pottle::App app{"hello"};
    app.get("/", [] { return "installed"; });
    return pottle::run(std::move(app), argc, argv);
}
