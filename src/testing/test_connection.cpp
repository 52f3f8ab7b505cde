// SPDX-License-Identifier: MIT
#include "connection_state.hpp"

#include <pottle/base/log.hpp>
#include <pottle/testing/test_app.hpp>
#include <pottle/testing/test_connection.hpp>

namespace pottle {

using testing::ConnectionState;
using testing::PiecewiseExchange;

namespace {
/// For what the application does by itself, without anything to wait for.
bool as_far_as_it_goes(PiecewiseExchange&) {
    return true;
}
bool has_head(PiecewiseExchange& exchange) {
    return exchange.has_head();
}
bool is_over(PiecewiseExchange&) {
    return false;
}
}  // namespace

TestConnection::TestConnection(TestApp& app, TestRequest request)
    : state_(std::make_unique<ConnectionState>(app.app().gateway(), app.executor(),
                                               std::move(request))) {}

TestConnection::TestConnection(TestConnection&& other) noexcept = default;

TestConnection::~TestConnection() {
    if (!state_) return;
    disconnect();
    if (state_->is_done()) return;
    log::error("A test's handler did not end when its client went away.");
    (void)state_.release();  // its frame still refers to it
}

void TestConnection::send(std::string piece) {
    state_->exchange().arrive(std::move(piece));
    state_->run_until(as_far_as_it_goes);
}

void TestConnection::send_complete() {
    state_->exchange().complete();
    state_->run_until(as_far_as_it_goes);
}

const TestResponse& TestConnection::head() {
    state_->run_until(has_head);
    return state_->exchange().answer();
}

std::optional<std::string> TestConnection::receive() {
    std::optional<std::string> chunk = state_->exchange().take_chunk();
    while (!chunk) {
        state_->run_until([](PiecewiseExchange& exchange) { return exchange.has_chunk(); });
        chunk = state_->exchange().take_chunk();
        if (!chunk && state_->is_done()) return std::nullopt;
    }
    return chunk;
}

TestResponse TestConnection::as_response() {
    send_complete();
    std::string body;
    while (std::optional<std::string> chunk = receive()) body += *chunk;
    state_->run_until(is_over);
    TestResponse response = state_->exchange().answer();
    response.body = std::move(body);
    return response;
}

void TestConnection::disconnect() {
    state_->cancel();
}

}  // namespace pottle
