// SPDX-License-Identifier: MIT
// The program of the README.
// doc: program
#include <pottle/pottle.hpp>

using namespace pottle;

struct Greeting {
    std::string text;
    int visits;
};

App create_app() {
    App app{"hello"};
    // doc: page
    app.get("/", [] { return "<h1>Hello</h1>"; });
    // doc: end
    // doc: path
    app.get("/greet/<name>", [](std::string name) { return Greeting{"Hello, " + name, 1}; });
    // doc: end
    // doc: wait
    app.get("/slow", []() -> Task<std::string> {
        co_await sleep(100ms);
        co_return "worth the wait";
    });
    // doc: end
    return app;
}

int main(int argc, char** argv) {
    return run(create_app, argc, argv);
}
// doc: end
