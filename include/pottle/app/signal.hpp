// SPDX-License-Identifier: MIT
/// \file
/// Signal: a moment in the life of an application that others may be told of. Which there are:
/// signals.hpp.
#pragma once

#include <pottle/app/callee.hpp>
#include <pottle/base/shared.hpp>

#include <cstdint>
#include <utility>

namespace pottle {

namespace app {
class SignalCore;
class SignalTally;
}  // namespace app

/// Keeps a receiver connected; disconnects it when destroyed. A value that moves; may outlive the
/// signal.
class [[nodiscard(
    "a receiver is disconnected with its connection; keep() it for ever")]] SignalConnection {
public:
    SignalConnection() = default;
    SignalConnection(SignalConnection&&) noexcept;
    SignalConnection& operator=(SignalConnection&&) noexcept;
    ~SignalConnection();

    /// Thread: any. A call that has begun on another loop may still end afterwards.
    void disconnect() noexcept;
    /// Leaves the receiver connected for the life of the signal.
    void keep() && noexcept;

private:
    friend class SignalBase;
    SignalConnection(Shared<app::SignalCore> core, std::uint64_t id) noexcept;

    Shared<app::SignalCore> core_;
    std::uint64_t id_ = 0;
};

/// What is the same for every payload.
class SignalBase {
public:
    explicit SignalBase(Shared<app::SignalTally> tally);
    ~SignalBase();
    SignalBase(const SignalBase&) = delete;
    SignalBase& operator=(const SignalBase&) = delete;

    bool has_receivers() const noexcept;

protected:
    using Call = void (*)(void* context, const app::Callee& receiver);
    SignalConnection add(app::Callee receiver);
    void call_all(Call call, void* context) const noexcept;

private:
    Shared<app::SignalCore> core_;
};

/// Tells its receivers, in the order in which they were connected.
///
///     auto connection = app.signals().request_finished.connect(
///         [](Request& request, Response& response) { ... });
///
/// Thread: connect and send on any; receivers run on the sender's, at the same time on several
/// loops. What a receiver throws is logged and changes nothing else. To wait for something, a
/// receiver starts a background task.
template <class... Args>
class Signal : public SignalBase {
public:
    using SignalBase::SignalBase;

    template <class F>
    SignalConnection connect(F receiver) {
        using Enter = void (*)(void*, Args...);
        const Enter enter = [](void* closure, Args... args) {
            (*static_cast<F*>(closure))(static_cast<Args&&>(args)...);
        };
        return add(app::Callee(reinterpret_cast<app::Callee::Function>(enter),
                               new F(std::move(receiver)),
                               [](void* closure) noexcept { delete static_cast<F*>(closure); }));
    }

    /// Costs a load when nobody listens.
    void send(Args... args) const noexcept {
        if (!has_receivers()) [[likely]]
            return;
        auto call = [&](const app::Callee& receiver) {
            reinterpret_cast<void (*)(void*, Args...)>(receiver.function())(receiver.closure(),
                                                                            args...);
        };
        call_all(
            [](void* context, const app::Callee& receiver) {
                (*static_cast<decltype(call)*>(context))(receiver);
            },
            &call);
    }
};

}  // namespace pottle
