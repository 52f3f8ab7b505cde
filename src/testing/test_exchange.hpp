// SPDX-License-Identifier: MIT
/// \file
/// TestExchange: what the exchanges of the test client have in common: the head of the request, and
/// the head of the answer as a server would send it.
#pragma once

#include <pottle/async/virtual_executor.hpp>
#include <pottle/gateway/exchange.hpp>
#include <pottle/testing/test_request.hpp>
#include <pottle/testing/test_response.hpp>

#include <string>

namespace pottle::testing {

/// A resource; `request` and `executor` must outlive it.
class TestExchange : public gateway::Exchange {
public:
    const gateway::RequestHead& head() const noexcept final { return head_; }
    async::CancelScope& scope() noexcept final { return scope_; }
    Task<> send_informational(int status, Headers headers) final;
    /// Notes the promise; nothing is served.
    bool push(std::string_view path, const Headers& headers) final;

protected:
    TestExchange(const TestRequest& request, async::VirtualExecutor& executor);
    /// A streamed body ends before the scope that it runs under.
    ~TestExchange() { response_.reset(); }

    /// Fills the head of answer_ from response().
    void write_head(std::optional<std::uint64_t> length);
    static Error too_large();
    static std::string read_file(const FileRange& range);

    const TestRequest& request_;
    async::VirtualExecutor& executor_;
    TestResponse answer_;

private:
    async::CancelScope scope_;
    gateway::ConnectionFacts connection_;
    gateway::RequestHead head_;
};

}  // namespace pottle::testing
