// SPDX-License-Identifier: MIT
#include <pottle/async/timeout.hpp>
#include <pottle/base/log.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/response.hpp>
#include <pottle/testing/test_app.hpp>

#include <cstdio>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace pottle {

namespace {
constexpr Seconds kLifespanTimeout{6};

/// Takes what is written to the standard output for as long as it lives.
class CapturedOutput {
public:
    CapturedOutput() : kept_(::dup(STDOUT_FILENO)), file_(::memfd_create("output", MFD_CLOEXEC)) {
        POTTLE_REQUIRE(kept_ && file_, "there are no file descriptors left to take the output");
        flush();
        ::dup2(file_.get(), STDOUT_FILENO);
    }
    ~CapturedOutput() {
        flush();
        ::dup2(kept_.get(), STDOUT_FILENO);
    }
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;

    std::string text() const {
        flush();
        std::string all;
        char piece[4096];
        for (ssize_t count = 1; count > 0;) {
            count = ::pread(file_.get(), piece, sizeof piece, static_cast<off_t>(all.size()));
            if (count > 0) all.append(piece, static_cast<std::size_t>(count));
        }
        return all;
    }

private:
    static void flush() { std::fflush(nullptr); }  // every stream
    FileDescriptor kept_, file_;
};

Task<> keep_status(Task<int> command, int* status) {
    *status = co_await std::move(command);
}
}  // namespace

TestApp::TestApp(App app, TestOptions options)
    : app_(std::move(app)), options_(std::move(options)) {
    if (options_.propagate_exceptions) app_.propagate_exceptions(true);
    if (options_.host.empty())
        options_.host =
            app_.config().get<std::optional<std::string>>("SERVER_NAME").value_or("localhost");
    gateway::Gateway& gateway = app_.gateway();
    executor_.run(timeout(kLifespanTimeout, gateway.startup()));
    gateway.loop_started(executor_);
    is_up_ = true;
}

TestApp::~TestApp() {
    try {
        shutdown();
    } catch (const std::exception& error) {
        log::error(fmt::format("The test application's shutdown failed: {}", error.what()));
    } catch (...) {
        log::error("The test application's shutdown failed.");
    }
}

TestCommand TestApp::run_command(std::string name, std::vector<std::string> words) {
    const CapturedOutput output;
    TestCommand command;
    executor_.run(
        keep_status(app_.run_command(std::move(name), std::move(words)), &command.status));
    command.output = output.text();
    return command;
}

void TestApp::shutdown() {
    if (!std::exchange(is_up_, false)) return;
    gateway::Gateway& gateway = app_.gateway();
    gateway.loop_stopped(executor_);
    executor_.run(timeout(kLifespanTimeout, gateway.shutdown()));
}

}  // namespace pottle
