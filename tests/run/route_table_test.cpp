// SPDX-License-Identifier: MIT
#include "route_table.hpp"

#include "reloader.hpp"
#include "run_task.hpp"

#include <pottle/pottle.hpp>

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace pottle;
using namespace pottle::run_detail;

namespace {

App make_app() {
    App app("shop");
    app.post("/z", [] {}, endpoint("a"));
    app.get("/items/<int:id>", [](long) {}, endpoint("b"));
    return app;
}

}  // namespace

TEST_CASE("routes: endpoint, methods, rule and source, HEAD and OPTIONS hidden (CLI-3)") {
    const App app = make_app();
    const std::string table = format_routes(app.routes(), {});
    CHECK(
        table.starts_with("Endpoint  Methods  Rule             Source\n"
                          "--------  -------  ---------------  ---"));
    CHECK(table.find("a         POST     /z") != std::string::npos);
    CHECK(table.find("HEAD") == std::string::npos);
    CHECK(format_routes(app.routes(), {.all_methods = true}).find("GET, HEAD, OPTIONS") !=
          std::string::npos);
}

TEST_CASE("routes: are sorted as asked (CLI-3)") {
    const App app = make_app();
    const auto first = [&](RouteOrder order) {
        const std::string table = format_routes(app.routes(), {.order = order});
        return table.find("/items") < table.find("/z") ? "/items" : "/z";
    };
    CHECK(first(RouteOrder::Endpoint) == std::string("/z"));
    CHECK(first(RouteOrder::Rule) == std::string("/items"));
    CHECK(first(RouteOrder::Methods) == std::string("/items"));
    CHECK(first(RouteOrder::Match) == std::string("/z"));
}

TEST_CASE("routes: an application without any says so (CLI-3)") {
    CHECK(format_routes({}, {}) == "No routes were registered.\n");
}

TEST_CASE("shell-config: shows value and source of each setting, but no secrets") {
    Config config;
    config.set("SECRET_KEY", "hush").set("DEBUG", true);
    const std::string table = format_config(config);
    CHECK(table.find("hush") == std::string::npos);
    CHECK(table.find("(not shown)") != std::string::npos);
    CHECK(table.find("BODY_TIMEOUT") != std::string::npos);
}

TEST_CASE("own commands: take arguments and extensions, may wait, and decide the status (CLI-5)") {
    App app("shop");
    std::string seen;
    app.provide(seen);
    app.command("seed", "fills", [](Arguments& arguments, std::string& out) -> Task<> {
        co_await sleep(1ms);
        out = arguments.positional().at(0);
        out += arguments.get("--count");
        arguments.set_exit_status(7);
    });
    Blueprint todos("todos");
    todos.command("clean", "empties", [](std::string& out) { out = "clean"; });
    app.register_blueprint(std::move(todos));
    Blueprint merged("merged", {.cli_group = ""});
    merged.command("top", "", [] { throw std::runtime_error("broken"); });
    app.register_blueprint(std::move(merged));

    CHECK(run_on_loop(app.run_command("seed", {"shoes", "--count=2"})) == 7);
    CHECK(seen == "shoes2");
    CHECK(run_on_loop(app.run_command("todos clean", {})) == 0);
    CHECK(seen == "clean");
    CHECK_THROWS_AS(run_on_loop(app.run_command("top", {})), std::runtime_error);
    std::vector<std::string> names;
    for (const CommandInfo& command : app.commands()) names.push_back(command.name);
    CHECK(names == std::vector<std::string>{"seed", "todos clean", "top"});
}

TEST_CASE("run: a mistake in create_app() is a sentence and status 3, not the end by signal") {
    char program[] = "shop";
    char* argv[] = {program, nullptr};
    CHECK(run(+[]() -> App { throw ConfigError("shop.cpp:3: no"); }, 1, argv) == 3);
    CHECK(run(
              +[] {
                  struct Unprovided {};
                  App app("shop");
                  app.get("/", [](Unprovided&) {});
                  return app;
              },
              1, argv) == 3);
}

TEST_CASE("check: finds mistakes without serving") {
    char program[] = "shop", check[] = "check";
    char* argv[] = {program, check, nullptr};
    CHECK(run(+[] { return make_app(); }, 2, argv) == 0);
    CHECK(run(
              +[] {
                  App app = make_app();
                  app.config().set("SECRET_KYE", "x");
                  return app;
              },
              2, argv) == 1);
}

TEST_CASE("reloading: a snapshot changes with every file below its paths (APP-15)") {
    namespace fs = std::filesystem;
    const fs::path folder =
        fs::temp_directory_path() / ("pottle_reload_" + std::to_string(::getpid()));
    fs::create_directories(folder / "below");
    const std::vector<std::string> paths{folder.string(), (folder / "missing").string()};
    const std::string before = take_snapshot(paths);
    CHECK(take_snapshot(paths) == before);
    std::ofstream(folder / "below" / "page.html") << "one";
    const std::string after = take_snapshot(paths);
    CHECK(after != before);
    std::ofstream(folder / "below" / "page.html") << "longer";
    CHECK(take_snapshot(paths) != after);
    fs::remove_all(folder);
    CHECK(take_snapshot(paths).find("below") == std::string::npos);
}
