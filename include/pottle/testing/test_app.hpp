// SPDX-License-Identifier: MIT
/// \file
/// TestApp: an application that runs in memory, from its start-up to its shutdown, for one or more
/// clients. Time is virtual.
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/async/virtual_executor.hpp>

#include <string>
#include <vector>

namespace pottle {

struct TestOptions {
    /// Exceptions that no error handler answers leave the client's call instead of becoming 500.
    bool propagate_exceptions = false;
    /// Host of the requests; empty: the application's SERVER_NAME, or "localhost".
    std::string host{};
    /// Clients keep cookies and send them back.
    bool use_cookies = true;
};

/// What a command left.
struct TestCommand {
    int status = 0;
    std::string output;  ///< what it wrote to the standard output
};

/// Start-up runs in the constructor, shutdown in shutdown() or the destructor; each may take six
/// seconds of virtual time.
///
/// A resource that owns the application. Thread: the one that made it.
/// Errors: the constructor throws ConfigError for a mistake in the application, and what its
///         start-up throws.
class TestApp {
public:
    explicit TestApp(App app, TestOptions options = {});
    /// Shuts down; an error is logged, because a destructor cannot throw it.
    ~TestApp();
    TestApp(const TestApp&) = delete;
    TestApp& operator=(const TestApp&) = delete;

    /// Ends the application, once. Errors: throws what its shutdown throws; TimedOut.
    void shutdown();

    /// Runs one of the application's own commands: Flask's test_cli_runner().invoke().
    /// `test_app.run_command("todos seed", {"--count", "3"})`
    ///
    /// Errors: throws what the command throws; LogicError when there is none of that name.
    TestCommand run_command(std::string name, std::vector<std::string> words = {});

    App& app() noexcept { return app_; }
    /// The loop under the application, for tests that move the clock.
    async::VirtualExecutor& executor() noexcept { return executor_; }
    const TestOptions& options() const noexcept { return options_; }

private:
    App app_;
    TestOptions options_;
    async::VirtualExecutor executor_;
    bool is_up_ = false;
};

}  // namespace pottle
