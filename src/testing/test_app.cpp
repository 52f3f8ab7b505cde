// SPDX-License-Identifier: MIT
#include <pottle/async/timeout.hpp>
#include <pottle/base/log.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/testing/test_app.hpp>

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace pottle {

namespace {
constexpr Seconds kLifespanTimeout{6};
}

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

void TestApp::shutdown() {
    if (!std::exchange(is_up_, false)) return;
    gateway::Gateway& gateway = app_.gateway();
    gateway.loop_stopped(executor_);
    executor_.run(timeout(kLifespanTimeout, gateway.shutdown()));
}

}  // namespace pottle
