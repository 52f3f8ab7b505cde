// SPDX-License-Identifier: MIT
#include "reloader.hpp"

#include <pottle/base/log.hpp>
#include <pottle/net/address.hpp>
#include <pottle/net/listener.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pottle::run_detail {

namespace {

namespace fs = std::filesystem;

/// How often files are looked at. A change is acted upon when the next look finds no other, so that
/// a linker that still writes is waited for.
constexpr timespec kLook{0, 300'000'000};

void append_file(std::string& out, const fs::path& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error).time_since_epoch().count();
    const auto size = fs::file_size(path, error);
    out += fmt::format("{} {} {}\n", path.string(), time, error ? 0 : size);
}

std::string own_program() {
    std::error_code error;
    return fs::read_symlink("/proc/self/exe", error).string();
}

/// The child and the files it depends on.
class Reloader {
public:
    explicit Reloader(const ReloadPlan& plan)
        : plan_(plan), program_(own_program()), watched_(plan.watched) {
        watched_.push_back(program_);
    }

    int run() {
        if (!bind()) return static_cast<int>(server::Exit::StartupFailed);
        block_signals();
        log::info("reloading: the program, its templates, static files and settings are watched");
        for (;;) {
            std::string before = take_snapshot(watched_);
            start();
            if (const int signal = wait_for_change(before)) return finish(signal);
            log::info("something has changed: starting anew");
            stop(SIGTERM);
        }
    }

private:
    bool bind() {
        return bind_all(plan_.deployment.binds, "--bind") &&
               bind_all(plan_.deployment.insecure_binds, "--insecure-bind");
    }
    bool bind_all(const std::vector<std::string>& texts, const char* option) {
        for (const std::string& text : texts) {
            const auto address = net::Address::parse(text);
            if (!address) return fail(address.error().message);
            net::ListenOptions options;
            options.backlog = plan_.deployment.backlog;
            auto listener = net::Listener::bind(*address, options);
            if (!listener) return fail(listener.error().message);
            arguments_.insert(arguments_.end(),
                              {option, fmt::format("fd://{}", listener->descriptor())});
            listeners_.push_back(std::move(*listener));
        }
        return true;
    }
    static bool fail(const std::string& message) {
        log::error(message);
        log::flush();
        return false;
    }

    void block_signals() {
        sigemptyset(&signals_);
        for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals_, signal);
        sigprocmask(SIG_BLOCK, &signals_, &before_);
    }

    void start() {
        std::vector<std::string> words{program_};
        words.insert(words.end(), plan_.arguments.begin(), plan_.arguments.end());
        words.insert(words.end(), arguments_.begin(), arguments_.end());
        words.emplace_back("--no-reload");
        std::vector<char*> argv;
        argv.reserve(words.size() + 1);
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        log::flush();
        child_ = ::fork();
        if (child_ > 0) return;
        if (child_ < 0) {
            log::error(fmt::format("the program cannot be started: {}; waiting for a change",
                                   std::strerror(errno)));
            return;
        }
        // In the child, until exec: system calls only.
        for (const net::Listener& listener : listeners_) ::fcntl(listener.descriptor(), F_SETFD, 0);
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
        ::execv(program_.c_str(), argv.data());
        ::_exit(127);
    }

    /// Returns: 0 when files changed and have settled, or the signal that ends it all.
    int wait_for_change(const std::string& before) {
        std::string last = before;
        for (;;) {
            siginfo_t info{};
            const int signal = ::sigtimedwait(&signals_, &info, &kLook);
            if (signal == SIGINT || signal == SIGTERM) {
                came_from_terminal_ = info.si_code == SI_KERNEL;
                return signal;
            }
            if (signal == SIGCHLD) reap();
            std::string now = take_snapshot(watched_);
            const bool settled = now == last;
            last = std::move(now);
            if (settled && last != before && ::access(program_.c_str(), X_OK) == 0) return 0;
        }
    }

    void reap() {
        int status = 0;
        if (child_ <= 0 || ::waitpid(child_, &status, WNOHANG) != child_) return;
        child_ = 0;
        log::warning(fmt::format("the program has ended ({}): waiting for a change",
                                 WIFEXITED(status) ? fmt::format("status {}", WEXITSTATUS(status))
                                                   : fmt::format("signal {}", WTERMSIG(status))));
    }

    void stop(int signal) {
        if (child_ <= 0) return;
        ::kill(child_, signal);
        ::waitpid(child_, nullptr, 0);
        child_ = 0;
    }

    int finish(int signal) {
        // Ctrl-C has reached the child already; a second signal would end it at once.
        if (child_ > 0 && came_from_terminal_)
            ::waitpid(child_, nullptr, 0);
        else
            stop(signal);
        log::flush();
        return 0;
    }

    const ReloadPlan& plan_;
    const std::string program_;
    std::vector<std::string> watched_;
    std::vector<net::Listener> listeners_{};
    std::vector<std::string> arguments_{};
    sigset_t signals_{}, before_{};
    pid_t child_ = 0;
    bool came_from_terminal_ = false;
};

}  // namespace

std::string take_snapshot(const std::vector<std::string>& paths) {
    std::string snapshot;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            append_file(snapshot, path);
            continue;
        }
        std::vector<fs::path> files;
        fs::recursive_directory_iterator entry(path, error);
        for (; !error && entry != fs::end(entry); entry.increment(error))
            if (entry->is_regular_file(error)) files.push_back(entry->path());
        std::ranges::sort(files);
        for (const fs::path& file : files) append_file(snapshot, file);
    }
    return snapshot;
}

int run_reloader(const ReloadPlan& plan) {
    return Reloader(plan).run();
}

}  // namespace pottle::run_detail
