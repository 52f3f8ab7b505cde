// SPDX-License-Identifier: MIT
/// \file
/// MemoryExchange: an Exchange whose peer has sent its whole request, and takes the whole answer.
#pragma once

#include "test_exchange.hpp"

namespace pottle::testing {

/// A resource; `request` and `executor` must outlive it.
class MemoryExchange final : public TestExchange {
public:
    MemoryExchange(const TestRequest& request, async::VirtualExecutor& executor)
        : TestExchange(request, executor) {}

    std::optional<std::string_view> body_in_hand() noexcept override;
    Task<Result<Bytes>> read() override;
    Result<> set_body_limit(ByteCount limit) noexcept override;
    Task<> send_head(std::optional<std::uint64_t> length) override;
    Task<> send_chunk(std::string chunk) override;
    Task<> finish(Headers trailers) override;

    /// Call when Gateway::start() has returned: the body in hand is gone then, as a server's is.
    void leave_start() noexcept;
    /// Whether the application has sent its answer itself.
    bool head_sent() const noexcept { return sent_; }
    /// The answer: what was sent, or what response() holds. `failure`: what the application threw
    /// behind the head it had sent. As with a server, a generator that fails before its first chunk
    /// makes a 500, and what fails later cuts the body short.
    TestResponse take_response(std::exception_ptr failure = {});

private:
    std::string read_body(std::exception_ptr& failure);

    std::string in_hand_;
    bool inside_start_ = true;
    std::size_t consumed_ = 0;
    ByteCount limit_ = 0;
    bool sent_ = false;
};

}  // namespace pottle::testing
