// SPDX-License-Identifier: MIT
/// \file
/// MemberTimer: a timer that calls a member function of its owner.
#pragma once

#include <pottle/async/executor.hpp>

namespace pottle::server {

template <class Owner>
class MemberTimer final : public async::Timer {
public:
    using Callback = void (Owner::*)() noexcept;
    MemberTimer(Owner& owner, Callback callback) noexcept : owner_(owner), callback_(callback) {}
    void on_timer() noexcept override { (owner_.*callback_)(); }

private:
    Owner& owner_;
    Callback callback_;
};

}  // namespace pottle::server
