// SPDX-License-Identifier: MIT
/// \file
/// TestClient: calls an application in process, through the whole of it and without sockets or
/// threads. Time is virtual: a handler that sleeps a minute answers at once.
#pragma once

#include <pottle/testing/cookie_jar.hpp>
#include <pottle/testing/test_app.hpp>
#include <pottle/testing/test_connection.hpp>
#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>
#include <pottle/testing/test_websocket.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pottle {

class Session;

/// `TestClient client{create_app()};  auto r = client.post("/todos/", Json{NewTodo{"x"}});`
///
/// What follows the path, in any order: a body (Json{...}, Bytes, text, or a form of MultiDict{...}
/// and TestFile{...}), Headers{...}, TestQuery{...}, TestAuth{...}, TestSettings{...}.
/// A resource that owns the application, or one of several browsers of a TestApp. Thread: the one
/// that made it.
/// Errors: a mistake in the application throws ConfigError from the constructor; a handler that
///         waits for ever throws LogicError from the call.
class TestClient {
public:
    explicit TestClient(App app, TestOptions options = {});
    /// A client with cookies of its own of an application that others use too.
    explicit TestClient(TestApp& test_app);
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
    TestResponse trace(std::string target, Part&&... parts) {
        return send("TRACE", std::move(target), std::forward<Part>(parts)...);
    }
    template <class... Part>
    TestResponse send(std::string method, std::string target, Part&&... parts) {
        return open(
            make_request(std::move(method), std::move(target), std::forward<Part>(parts)...));
    }
    /// Opens a websocket, with this client's cookies. What follows the path: Headers{...}.
    ///
    /// Errors: throws WebsocketRefused, which holds the answer.
    template <class... Part>
    TestWebsocket websocket(std::string target, Part&&... parts) {
        return open_websocket(make_request("GET", std::move(target), std::forward<Part>(parts)...));
    }
    TestWebsocket open_websocket(TestRequest request);
    /// Sends a request that was put together by hand.
    TestResponse open(TestRequest request);

    /// Begins a request whose body is sent, and whose answer is received, piece by piece.
    template <class... Part>
    TestConnection request(std::string method, std::string target, Part&&... parts) {
        return connect(
            make_request(std::move(method), std::move(target), std::forward<Part>(parts)...));
    }

    // ---- cookies
    /// Puts a cookie into the jar as if `host` had set it; empty: the client's host.
    void set_cookie(const SetCookie& cookie, std::string_view host = {});
    void set_cookie(std::string name, std::string value) {
        set_cookie(SetCookie{.name = std::move(name), .value = std::move(value)});
    }
    void delete_cookie(std::string name, std::string path = "/", std::string domain = {});
    /// The value, unquoted, of the first cookie of that name.
    std::optional<std::string> cookie(std::string_view name) const;
    CookieJar& cookies() noexcept { return jar_; }

    /// Calls `change(session)` with the session that the next request will find, and saves it.
    ///
    ///     client.session_transaction([](Session& session) { session.set("user_id", 1); });
    ///
    /// Errors: throws LogicError when the client keeps no cookies, or without a SECRET_KEY.
    template <class F>
    void session_transaction(F&& change) {
        edit_session(
            [](void* function, Session& session) {
                (*static_cast<std::remove_reference_t<F>*>(function))(session);
            },
            &change);
    }

    App& app() noexcept { return app_->app(); }
    TestApp& test_app() noexcept { return *app_; }
    /// The loop under the application, for tests that move the clock.
    async::VirtualExecutor& executor() noexcept { return app_->executor(); }

private:
    template <class... Part>
    static TestRequest make_request(std::string method, std::string target, Part&&... parts) {
        TestRequest request;
        request.method = std::move(method);
        request.target = std::move(target);
        (request.add(std::forward<Part>(parts)), ...);
        return request;
    }
    TestConnection connect(TestRequest request);
    /// Adds the client's host and User-Agent.
    void complete(TestRequest& request) const;
    void add_cookies(TestRequest& request) const;
    TestResponse send_once(const TestRequest& request);
    CookieTarget target_of(const TestRequest& request) const;
    void keep_cookies(const TestResponse& response, const TestRequest& request);
    void edit_session(void (*change)(void*, Session&), void* function);

    std::unique_ptr<TestApp> owned_;
    TestApp* app_;
    CookieJar jar_;
};

}  // namespace pottle
