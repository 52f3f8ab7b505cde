// SPDX-License-Identifier: MIT
/// \file
/// TestRequestContext: a request without a handler, for tests of functions that take `Request&` or
/// look for current_request() (CTX-7).
#pragma once

#include <pottle/app/open_request.hpp>
#include <pottle/testing/test_app.hpp>
#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace pottle {

namespace testing {
class MemoryExchange;
}

/// `TestRequestContext context(test_app, "/todos/?page=2"); CHECK(page_of(context.request()) ==
/// 2);`
///
/// What may follow the path: as in TestClient. The request is routed; hooks run when they are asked
/// for. A resource; `app` must outlive it.
class TestRequestContext {
public:
    template <class... Part>
    explicit TestRequestContext(TestApp& app, std::string target = "/", Part&&... parts)
        : TestRequestContext(app, make_request(std::move(target), std::forward<Part>(parts)...)) {}
    TestRequestContext(TestApp& app, TestRequest request);
    ~TestRequestContext();
    TestRequestContext(const TestRequestContext&) = delete;
    TestRequestContext& operator=(const TestRequestContext&) = delete;

    Request& request() noexcept { return open_->request(); }

    /// Runs the hooks before the handler. Returns: the answer of the one that gave one.
    std::optional<TestResponse> preprocess_request();
    /// Runs a coroutine to its end, as if a handler of this request awaited it.
    void run(Task<> task);
    /// Runs the teardown hooks.
    void tear_down();

private:
    template <class... Part>
    static TestRequest make_request(std::string target, Part&&... parts) {
        TestRequest request;
        request.target = std::move(target);
        (request.add(std::forward<Part>(parts)), ...);
        return request;
    }

    TestApp& app_;
    TestRequest wanted_;
    std::unique_ptr<testing::MemoryExchange> exchange_;
    std::unique_ptr<OpenRequest> open_;
};

}  // namespace pottle
