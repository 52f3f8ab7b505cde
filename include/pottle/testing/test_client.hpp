// SPDX-License-Identifier: MIT
/// \file
/// TestClient: calls an application in process, through the whole of it and without sockets or
/// threads. Time is virtual: a handler that sleeps a minute answers at once.
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

#include <memory>
#include <string>
#include <utility>

namespace pottle {

namespace async {
class VirtualExecutor;
}

struct TestOptions {
    /// Exceptions that no error handler answers leave the client's call instead of becoming 500.
    bool propagate_exceptions = false;
    /// Host of the requests.
    std::string host = "localhost";
};

/// `TestClient client{create_app()};  auto r = client.post("/todos/", Json{NewTodo{"x"}});`
///
/// What follows the path: a body (Json{...}, Bytes, text) and Headers{...}, in any order.
/// A resource that owns the application. Thread: the one that made it.
/// Errors: a mistake in the application throws ConfigError from the constructor; a handler that
///         waits for ever throws LogicError from the call.
class TestClient {
public:
    explicit TestClient(App app, TestOptions options = {});
    ~TestClient();

    template <class... Part>
    TestResponse get(std::string target, Part&&... parts) {
        return send("GET", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse head(std::string target, Part&&... parts) {
        return send("HEAD", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse post(std::string target, Part&&... parts) {
        return send("POST", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse put(std::string target, Part&&... parts) {
        return send("PUT", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse patch(std::string target, Part&&... parts) {
        return send("PATCH", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse del(std::string target, Part&&... parts) {
        return send("DELETE", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse options(std::string target, Part&&... parts) {
        return send("OPTIONS", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse send(std::string method, std::string target, Part&&... parts) {
        TestRequest request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.host = options_.host;
        (request.add(std::forward<Part>(parts)), ...);
        return open(std::move(request));
    }
    /// Sends a request that was put together by hand.
    TestResponse open(TestRequest request);

    App& app() noexcept { return app_; }
    /// The loop under the application, for tests that move the clock.
    async::VirtualExecutor& executor() noexcept { return *executor_; }

private:
    App app_;
    TestOptions options_;
    std::unique_ptr<async::VirtualExecutor> executor_;
};

}  // namespace pottle
