// SPDX-License-Identifier: MIT
/// \file
/// MemberJob: a job that calls a member function of its owner.
#pragma once

#include <pottle/async/executor.hpp>

namespace pottle::server {

template <class Owner>
class MemberJob final : public async::Job {
public:
    using Callback = void (Owner::*)() noexcept;
    MemberJob(Owner& owner, Callback callback) noexcept : owner_(owner), callback_(callback) {}
    void run() noexcept override { (owner_.*callback_)(); }

private:
    Owner& owner_;
    Callback callback_;
};

}  // namespace pottle::server
