// SPDX-License-Identifier: MIT
/// \file
/// MemoryExchange: an Exchange whose peer is a TestRequest.
#pragma once

#include <pottle/async/virtual_executor.hpp>
#include <pottle/gateway/exchange.hpp>
#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

namespace pottle::testing {

/// A resource; `request` and `executor` must outlive it.
class MemoryExchange final : public gateway::Exchange {
public:
    MemoryExchange(const TestRequest& request, async::VirtualExecutor& executor);

    const gateway::RequestHead& head() const noexcept override { return head_; }
    async::CancelScope& scope() noexcept override { return scope_; }
    std::optional<std::string_view> body_in_hand() noexcept override;
    Task<Result<Bytes>> read() override;
    Result<> set_body_limit(ByteCount limit) noexcept override;
    Task<> send_informational(int status, Headers headers) override;
    Task<> send_head(std::optional<std::uint64_t> length) override;
    Task<> send_chunk(std::string chunk) override;
    Task<> finish(Headers trailers) override;

    /// Call when Gateway::start() has returned: the body in hand is gone then, as a server's is.
    void leave_start() noexcept;
    /// The answer: what was sent, or what response() holds.
    TestResponse take_response();

private:
    void write_head(TestResponse& out, std::optional<std::uint64_t> length) const;
    std::string read_body();

    const TestRequest& request_;
    async::VirtualExecutor& executor_;
    async::CancelScope scope_;
    gateway::ConnectionFacts connection_;
    gateway::RequestHead head_;
    std::string in_hand_;
    bool inside_start_ = true;
    std::size_t consumed_ = 0;
    ByteCount limit_ = 0;
    bool sent_ = false;
    TestResponse answer_;
};

}  // namespace pottle::testing
