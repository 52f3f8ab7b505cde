// SPDX-License-Identifier: MIT
/// \file
/// Exchange: one request and its answer, as the server offers them to an application. The contract
/// that C++ applications, mounted Python applications and middleware share (a C++ ASGI).
#pragma once

#include <pottle/async/cancel.hpp>
#include <pottle/async/task.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/error.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/gateway/request_head.hpp>
#include <pottle/gateway/response.hpp>

#include <optional>
#include <string>

namespace pottle::gateway {

/// What a trusted proxy says about the request; an empty text says nothing. Middleware sets it
/// before the application sees the request; the request head stays what was received.
struct Forwarded {
    std::string client_address{};  ///< address without a port
    std::string scheme{};          ///< "http" or "https"
    std::string host{};            ///< host[:port]
    std::string prefix{};          ///< what the proxy has taken off the path: "/shop"
};

/// One request/response exchange. A resource owned by the server's stream; it outlives the task
/// that serves it. Thread: the loop of its connection.
///
/// There are two ways to answer. Fill response() and finish: the server sends it. Or send_head(),
/// any number of send_chunk(), finish(): for an application that drives its own output. Not both.
class Exchange {
public:
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    virtual const RequestHead& head() const noexcept = 0;
    /// Cancelled when the client goes away, at a timeout and at the end of the shutdown's grace.
    virtual async::CancelScope& scope() noexcept = 0;
    Response& response() noexcept { return response_; }

    /// The whole body, when it had arrived together with the head; empty optional otherwise (then
    /// read() it). Lifetime: only until Gateway::start() returns. A request without a body has an
    /// empty one in hand.
    virtual std::optional<std::string_view> body_in_hand() noexcept = 0;

    /// Reads the next piece of the body.
    ///
    /// Shape: 1 byte to 64 KiB, transfer coding removed; empty at the end and ever after.
    /// Errors: returns 413 over the limit, 408 when the peer pauses longer than `body_timeout`, 400
    /// for bad framing.
    /// Cancel: throws Cancelled; the unread rest is discarded when the exchange ends.
    virtual Task<Result<Bytes>> read() = 0;

    /// Replaces the server's limit (h1::Limits::body) for this request. 0 means no limit. Call
    /// before the first read. Returns: 413 when the announced length already exceeds it.
    virtual Result<> set_body_limit(ByteCount limit) noexcept = 0;

    /// Trailer fields of the request; null when there were none, and before read() gave the end.
    virtual const Headers* trailers() const noexcept { return nullptr; }

    /// Pushes what a GET of `path` with these fields is answered (RFC 9113 8.4): it is served like
    /// a request of the client, beside this one. Returns: false when the connection cannot push or
    /// the client does not want it.
    virtual bool push(std::string_view path, const Headers& headers);

    /// Sends a 1xx response now (103 Early Hints). Does nothing for HTTP/1.0 and after the head.
    virtual Task<> send_informational(int status, Headers headers) = 0;
    /// Sends status and fields of response(); its body is ignored. `length`: of the content when
    /// known. Cancel, errors of this and the next two: throw Cancelled when the client is gone or
    /// sends too slowly.
    virtual Task<> send_head(std::optional<std::uint64_t> length) = 0;
    /// Sends content; returns when it is in the send buffer and that is below its high-water mark.
    virtual Task<> send_chunk(std::string chunk) = 0;
    /// Ends the answer. Trailers go out where the protocol and the client allow them.
    virtual Task<> finish(Headers trailers) = 0;

    /// For the access log and error messages: the pattern of the route that matched. Static or
    /// application lifetime.
    void set_route(std::string_view pattern) noexcept { route_ = pattern; }
    std::string_view route() const noexcept { return route_; }

    /// For middleware that mounts an application: how many octets of the raw path lead to it.
    void set_mounted(std::size_t path_octets) noexcept { mounted_ = path_octets; }
    std::size_t mounted() const noexcept { return mounted_; }
    /// nullptr when no trusted proxy has said anything.
    const Forwarded* forwarded() const noexcept { return forwarded_.get(); }
    void set_forwarded(Forwarded said) {
        forwarded_ = Shared<const Forwarded>::make(std::move(said));
    }

protected:
    Exchange() = default;
    ~Exchange() = default;

    Response response_;  ///< reset before the scope ends: a streamed body runs under it
    /// Before the next request.
    void reset_annotations() noexcept {
        route_ = {};
        mounted_ = 0;
        if (forwarded_) forwarded_ = {};
    }

    std::string_view route_;
    std::size_t mounted_ = 0;
    Shared<const Forwarded> forwarded_;
};

}  // namespace pottle::gateway
