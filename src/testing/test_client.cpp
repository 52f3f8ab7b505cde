// SPDX-License-Identifier: MIT
#include "memory_exchange.hpp"

#include <pottle/gateway/gateway.hpp>
#include <pottle/http/url.hpp>
#include <pottle/testing/test_client.hpp>

namespace pottle {

void TestRequest::add(const MultiDict& fields) {
    body = http::encode_query(fields);
    content_type = "application/x-www-form-urlencoded";
}

JsonValue TestResponse::json() const {
    Result<JsonValue> value = JsonValue::parse(body);
    POTTLE_REQUIRE(value, "the body of the response is not JSON");
    return std::move(*value);
}

TestClient::TestClient(App app, TestOptions options)
    : app_(std::move(app)),
      options_(std::move(options)),
      executor_(std::make_unique<async::VirtualExecutor>()) {
    app_.propagate_exceptions(options_.propagate_exceptions);
    gateway::Gateway& gateway = app_.gateway();
    executor_->run(gateway.startup());
    gateway.loop_started(*executor_);
}

TestClient::~TestClient() {
    gateway::Gateway& gateway = app_.gateway();
    gateway.loop_stopped(*executor_);
    try {
        executor_->run(gateway.shutdown());
    } catch (...) {
        // A destructor cannot report it, and the test is over.
    }
}

TestResponse TestClient::open(TestRequest request) {
    testing::MemoryExchange exchange(request, *executor_);
    gateway::Outcome outcome = app_.gateway().start(exchange);
    exchange.leave_start();
    if (!outcome.is_finished()) executor_->run(std::move(outcome).take(), exchange.scope());
    return exchange.take_response();
}

}  // namespace pottle
