// SPDX-License-Identifier: MIT
#include <pottle/app/json_provider.hpp>
#include <pottle/pottle.hpp>
#include <pottle/run/run.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace pottle;

namespace {

int run_with(App app, std::vector<const char*> words) {
    words.insert(words.begin(), "shop");
    std::vector<char*> argv;
    for (const char* word : words) argv.push_back(const_cast<char*>(word));
    return run(std::move(app), static_cast<int>(argv.size()), argv.data());
}

/// What its own command "look" sees.
struct Seen {
    bool debug = false;
    std::string json;
};

App make_app(Seen& seen) {
    App app("shop");
    const AppHandle handle(app);
    app.command("look", "notes what is set", [&seen, handle](Config& config) {
        seen.debug = config.get<bool>("DEBUG");
        seen.json = *handle.json_provider().jsonify(JsonValue::object({{"a", 1}})).octets();
    });
    return app;
}

}  // namespace

TEST_CASE("run: --debug holds for everything of an application that is made already (CLI-2)") {
    Seen seen;
    CHECK(run_with(make_app(seen), {"--debug", "look"}) == 0);
    CHECK(seen.debug);
    CHECK(seen.json == "{\n  \"a\": 1\n}\n");
    CHECK(run_with(make_app(seen), {"look"}) == 0);
    CHECK_FALSE(seen.debug);
    CHECK(seen.json == "{\"a\":1}\n");
}

TEST_CASE("run: what stands behind an own command is the command's (CLI-5)") {
    Seen seen;
    CHECK(run_with(make_app(seen), {"look", "--debug"}) == 0);
    CHECK_FALSE(seen.debug);
}
