// SPDX-License-Identifier: MIT
/// \file
/// TestConnection: one request of a test client in slow motion: the body goes out and the answer
/// comes in piece by piece, and the client may leave in between.
#pragma once

#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

#include <memory>
#include <optional>
#include <string>

namespace pottle {

class TestApp;
namespace testing {
class ConnectionState;
}

/// `auto connection = client.request("POST", "/upload"); connection.send("a"); ...`
///
/// The application runs inside of these calls, until it waits for what only the client can do. An
/// answer is produced only as far as it is received. A resource that moves; the client that made it
/// must outlive it.
/// Errors: every call throws what left the application, and LogicError when it waits for what will
///         never happen.
class TestConnection {
public:
    TestConnection(TestApp& app, TestRequest request);
    TestConnection(TestConnection&& other) noexcept;
    /// Disconnects.
    ~TestConnection();

    /// Sends a piece of the body.
    void send(std::string piece);
    /// Ends the body. Later calls do nothing.
    void send_complete();

    /// Waits until the answer begins. Its body is empty: see receive().
    const TestResponse& head();
    /// Waits for the next piece of the answer's body; nothing at its end.
    std::optional<std::string> receive();
    /// Ends the body, and collects what is left of the answer.
    TestResponse as_response();

    /// The client goes away: what serves the request is cancelled, and has ended when this returns.
    void disconnect();

private:
    std::unique_ptr<testing::ConnectionState> state_;
};

}  // namespace pottle
