// SPDX-License-Identifier: MIT
#include "memory_exchange.hpp"

#include <pottle/testing/test_request_context.hpp>

namespace pottle {

TestRequestContext::TestRequestContext(TestApp& app, TestRequest request)
    : app_(app), wanted_(std::move(request)) {
    wanted_.complete(app_.options().host);
    exchange_ = std::make_unique<testing::MemoryExchange>(wanted_, app_.executor());
    exchange_->leave_start();
    open_ = std::make_unique<OpenRequest>(app_.app(), *exchange_);
}

TestRequestContext::~TestRequestContext() = default;

std::optional<TestResponse> TestRequestContext::preprocess_request() {
    bool answered = false;
    run([](OpenRequest* open, bool* result) -> Task<> { *result = co_await open->preprocess(); }(
                                                open_.get(), &answered));
    if (!answered) return std::nullopt;
    return exchange_->take_response();
}

void TestRequestContext::run(Task<> task) {
    app_.executor().run(std::move(task), exchange_->scope());
}

void TestRequestContext::tear_down() {
    run(open_->tear_down());
}

}  // namespace pottle
