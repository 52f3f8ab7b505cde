// SPDX-License-Identifier: MIT
#include <pottle/net/signal_watcher.hpp>

#include <cerrno>
#include <csignal>
#include <system_error>

#include <sys/signalfd.h>
#include <unistd.h>

namespace pottle::net {

namespace {

std::uint64_t bit_of(int signal) {
    return std::uint64_t{1} << (signal - 1);
}

sigset_t set_of(std::uint64_t mask) {
    sigset_t set;
    ::sigemptyset(&set);
    for (int signal = 1; signal <= 64; ++signal)
        if (mask & bit_of(signal)) ::sigaddset(&set, signal);
    return set;
}

std::uint64_t mask_of(std::initializer_list<int> signals) {
    std::uint64_t mask = 0;
    for (const int signal : signals) mask |= bit_of(signal);
    return mask;
}

int open_signalfd(std::initializer_list<int> signals) {
    const sigset_t set = set_of(mask_of(signals));
    const int descriptor = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
    return descriptor;
}

}  // namespace

SignalWatcher::SignalWatcher(Loop& loop, std::initializer_list<int> signals,
                             SignalObserver& observer)
    : IoHandle(open_signalfd(signals)), loop_(loop), observer_(observer) {
    if (const auto watched = loop_.watch(*this); !watched) {
        ::close(descriptor());
        throw std::system_error(watched.error().system_error, std::generic_category(), "epoll_ctl");
    }
    ignore_broken_pipes();
    const sigset_t set = set_of(mask_of(signals));
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &set, &before);
    for (const int signal : signals)
        if (!::sigismember(&before, signal)) blocked_here_ |= bit_of(signal);
}

SignalWatcher::~SignalWatcher() {
    loop_.close(*this);
    const sigset_t set = set_of(blocked_here_);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWatcher::on_events(std::uint32_t) noexcept {
    Loop& loop = loop_;
    signalfd_siginfo info;
    while (loop.is_current(*this) && ::read(descriptor(), &info, sizeof info) == sizeof info)
        observer_.on_signal(static_cast<int>(info.ssi_signo));
}

void ignore_broken_pipes() noexcept {
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace pottle::net
