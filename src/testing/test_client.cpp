// SPDX-License-Identifier: MIT
#include "memory_exchange.hpp"
#include "memory_websocket.hpp"
#include "redirect.hpp"

#include <pottle/app/request.hpp>
#include <pottle/app/session.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/http/url.hpp>
#include <pottle/testing/test_client.hpp>

namespace pottle {

namespace {

constexpr std::size_t kMaxRedirects = 20;

}  // namespace

JsonValue TestResponse::json() const {
    Result<JsonValue> value = JsonValue::parse(body);
    POTTLE_REQUIRE(value, "the body of the response is not JSON");
    return std::move(*value);
}

TestClient::TestClient(App app, TestOptions options)
    : owned_(std::make_unique<TestApp>(std::move(app), std::move(options))), app_(owned_.get()) {}
TestClient::TestClient(TestApp& test_app) : app_(&test_app) {}
TestClient::~TestClient() = default;

CookieTarget TestClient::target_of(const TestRequest& request) const {
    const std::string_view target = request.target;
    return {.host = ascii::lower(http::without_port(request.host)),
            .path = std::string(target.substr(0, target.find('?'))),
            .is_secure = request.scheme == "https" || request.scheme == "wss",
            .now = app_->executor().unix_now()};
}

void TestClient::complete(TestRequest& request) const {
    request.complete(app_->options().host);
}

void TestClient::add_cookies(TestRequest& request) const {
    // A test that sends a Cookie field of its own means it.
    if (!app_->options().use_cookies || request.headers.contains("cookie")) return;
    const std::string field = jar_.field_for(target_of(request));
    if (!field.empty()) request.headers.add("Cookie", field);
}

TestResponse TestClient::send_once(const TestRequest& request) {
    TestRequest with_cookies = request;
    add_cookies(with_cookies);
    testing::MemoryExchange exchange(with_cookies, executor());
    std::exception_ptr failure;
    try {
        gateway::Outcome outcome = app().gateway().start(exchange);
        exchange.leave_start();
        if (!outcome.is_finished()) executor().run(std::move(outcome).take(), exchange.scope());
    } catch (...) {
        // Behind the head a failure cuts the answer short, which is what the test looks at.
        if (!exchange.head_sent() || app_->options().propagate_exceptions) throw;
        failure = std::current_exception();
    }
    TestResponse response = exchange.take_response(std::move(failure));
    keep_cookies(response, request);
    return response;
}

void TestClient::keep_cookies(const TestResponse& response, const TestRequest& request) {
    if (!app_->options().use_cookies) return;
    const CookieTarget target = target_of(request);
    for (const std::string_view field : response.headers.get_all("set-cookie"))
        jar_.store(field, target);
}

TestWebsocket TestClient::open_websocket(TestRequest request) {
    complete(request);
    add_cookies(request);
    auto run =
        std::make_unique<testing::WebsocketRun>(std::move(request), app().gateway(), executor());
    run->open();
    return TestWebsocket(std::move(run));
}

TestResponse TestClient::open(TestRequest request) {
    complete(request);
    std::vector<TestResponse> history;
    for (;;) {
        TestResponse response = send_once(request);
        if (!request.follow_redirects || !testing::is_redirect(response)) {
            response.history = std::move(history);
            return response;
        }
        POTTLE_REQUIRE(history.size() < kMaxRedirects,
                       "the test client followed 20 redirects: the application redirects in a "
                       "circle");
        request = testing::follow(std::move(request), response);
        history.push_back(std::move(response));
    }
}

TestConnection TestClient::connect(TestRequest request) {
    complete(request);
    add_cookies(request);
    return TestConnection(*app_, std::move(request));
}

void TestClient::set_cookie(const SetCookie& cookie, std::string_view host) {
    POTTLE_REQUIRE(app_->options().use_cookies, "this test client keeps no cookies");
    jar_.store(
        http::format_set_cookie(cookie),
        {.host = ascii::lower(http::without_port(host.empty() ? app_->options().host : host)),
         .path = "/",
         .is_secure = true,
         .now = app_->executor().unix_now()});
}

void TestClient::delete_cookie(std::string name, std::string path, std::string domain) {
    SetCookie expired = SetCookie::expired(std::move(name), std::move(path));
    const std::string host = domain;
    expired.domain = std::move(domain);
    set_cookie(expired, host);
}

std::optional<std::string> TestClient::cookie(std::string_view name) const {
    const CookieJar::Cookie* found = jar_.find(name);
    if (!found) return std::nullopt;
    const MultiDict parsed = http::parse_cookies(found->name + "=" + found->value);
    return std::string(parsed.get(found->name));
}

void TestClient::edit_session(void (*change)(void*, Session&), void* function) {
    POTTLE_REQUIRE(app_->options().use_cookies,
                   "session_transaction() needs a test client that keeps cookies");
    TestRequest request;
    complete(request);
    add_cookies(request);
    testing::MemoryExchange exchange(request, executor());
    executor().run(app().edit_session(exchange, change, function), exchange.scope());
    keep_cookies(exchange.take_response(), request);
}

}  // namespace pottle
