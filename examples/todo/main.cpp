// SPDX-License-Identifier: MIT
#include "todos.hpp"

// doc: main
int main(int argc, char** argv) {
    return pottle::run(todo::create_app, argc, argv);
}
// doc: end
