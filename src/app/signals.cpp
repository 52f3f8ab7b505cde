// SPDX-License-Identifier: MIT
#include "error_log.hpp"

#include <pottle/app/signals.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace pottle {

namespace app {

/// How many receivers the signals of one application have together, so that a request looks once.
class SignalTally {
public:
    std::atomic<std::size_t> receivers{0};
};

class SignalCore {
public:
    struct Receiver {
        std::uint64_t id;
        Shared<Callee> callee;  // shared: a sender may still call what another thread disconnects
    };

    explicit SignalCore(Shared<SignalTally> application) : tally(std::move(application)) {}

    std::mutex mutex;  // guards the next two
    std::vector<Receiver> receivers{};
    std::uint64_t last_id = 0;
    std::atomic<std::size_t> count{0};  // of receivers, to be read without the mutex
    Shared<SignalTally> tally;
};

}  // namespace app

SignalConnection::SignalConnection(Shared<app::SignalCore> core, std::uint64_t id) noexcept
    : core_(std::move(core)), id_(id) {}
SignalConnection::SignalConnection(SignalConnection&&) noexcept = default;
SignalConnection& SignalConnection::operator=(SignalConnection&& other) noexcept {
    std::swap(core_, other.core_);
    std::swap(id_, other.id_);
    return *this;
}
SignalConnection::~SignalConnection() {
    disconnect();
}

void SignalConnection::keep() && noexcept {
    core_ = {};
}

void SignalConnection::disconnect() noexcept {
    if (!core_) return;
    {
        const std::scoped_lock lock(core_->mutex);
        if (std::erase_if(core_->receivers, [&](const auto& other) { return other.id == id_; })) {
            core_->count.fetch_sub(1, std::memory_order_relaxed);
            core_->tally->receivers.fetch_sub(1, std::memory_order_relaxed);
        }
    }
    core_ = {};
}

SignalBase::SignalBase(Shared<app::SignalTally> tally)
    : core_(Shared<app::SignalCore>::make(std::move(tally))) {}
SignalBase::~SignalBase() = default;

bool SignalBase::has_receivers() const noexcept {
    // Relaxed: who connects while requests are served is told of some of them or not.
    return core_->count.load(std::memory_order_relaxed) != 0;
}

SignalConnection SignalBase::add(app::Callee receiver) {
    const std::scoped_lock lock(core_->mutex);
    const std::uint64_t id = ++core_->last_id;
    core_->receivers.push_back({id, Shared<app::Callee>::make(std::move(receiver))});
    core_->count.fetch_add(1, std::memory_order_relaxed);
    core_->tally->receivers.fetch_add(1, std::memory_order_relaxed);
    return {core_, id};
}

void SignalBase::call_all(Call call, void* context) const noexcept {
    try {
        std::vector<app::SignalCore::Receiver> receivers;
        {
            const std::scoped_lock lock(core_->mutex);
            receivers = core_->receivers;
        }
        for (const auto& receiver : receivers) {
            try {
                call(context, *receiver.callee);
            } catch (...) {
                app::log_error("Exception in the receiver of a signal", std::current_exception());
            }
        }
    } catch (...) {
        app::log_error("A signal was not sent", std::current_exception());
    }
}

Signals::Signals()
    : tally_(Shared<app::SignalTally>::make()),
      appcontext_pushed(tally_),
      request_started(tally_),
      request_finished(tally_),
      got_request_exception(tally_),
      request_tearing_down(tally_),
      appcontext_tearing_down(tally_),
      appcontext_popped(tally_),
      websocket_started(tally_),
      websocket_finished(tally_),
      got_websocket_exception(tally_),
      websocket_tearing_down(tally_),
      websocket_received(tally_),
      websocket_sent(tally_),
      before_render_template(tally_),
      template_rendered(tally_),
      message_flashed(tally_),
      got_background_exception(tally_),
      got_serving_exception(tally_) {}
Signals::~Signals() = default;

bool Signals::any() const noexcept {
    return tally_->receivers.load(std::memory_order_relaxed) != 0;
}

}  // namespace pottle
