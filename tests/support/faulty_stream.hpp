// SPDX-License-Identifier: MIT
/// \file
/// FaultyStream: a Stream that passes everything on to another one and fails the n-th operation. A
/// test repeats its scenario with n = 1, 2, 3, ... until nothing fails any more.
#pragma once

#include <pottle/async/stream.hpp>

#include <algorithm>
#include <cstddef>

namespace pottle::test {

struct Faults {
    std::size_t failing_read = 0;       ///< which call of read() fails, counted from 1; 0: none
    std::size_t failing_write = 0;      ///< which call of write() or send_file() fails
    std::size_t read_limit = SIZE_MAX;  ///< bytes per read, to split the input
};

/// After the fault the stream stays broken, as a socket does. Refers to `inner`.
class FaultyStream final : public async::Stream {
public:
    FaultyStream(async::Stream& inner, Faults faults) noexcept : inner_(inner), faults_(faults) {}

    /// True when the fault was reached.
    bool failed() const noexcept { return failed_; }

    async::Executor& executor() const noexcept override { return inner_.executor(); }
    void observe(async::StreamObserver* observer) noexcept override { inner_.observe(observer); }

    async::IoResult read(std::span<char> into) noexcept override {
        if (fails(reads_, faults_.failing_read)) return async::IoResult::failed(kReset);
        return inner_.read(into.first(std::min(into.size(), faults_.read_limit)));
    }
    async::IoResult write(std::span<const std::string_view> pieces) noexcept override {
        if (fails(writes_, faults_.failing_write)) return async::IoResult::failed(kReset);
        return inner_.write(pieces);
    }
    async::IoResult send_file(int descriptor, std::uint64_t offset,
                              std::size_t count) noexcept override {
        if (fails(writes_, faults_.failing_write)) return async::IoResult::failed(kReset);
        return inner_.send_file(descriptor, offset, count);
    }
    void shutdown_write() noexcept override { inner_.shutdown_write(); }
    bool peer_closed() const noexcept override { return inner_.peer_closed(); }
    std::string peer_address() const override { return inner_.peer_address(); }
    std::string local_address() const override { return inner_.local_address(); }
    const async::TlsFacts* tls() const noexcept override { return inner_.tls(); }

private:
    static constexpr Error kReset = {Errc::Reset, Blame::System, 0, 0, 0, "injected fault"};

    bool fails(std::size_t& calls, std::size_t failing) noexcept {
        failed_ = failed_ || ++calls == failing;
        return failed_;
    }

    async::Stream& inner_;
    Faults faults_;
    std::size_t reads_ = 0;
    std::size_t writes_ = 0;
    bool failed_ = false;
};

}  // namespace pottle::test
