// SPDX-License-Identifier: MIT
#include <pottle/base/log.hpp>

#include <atomic>
#include <memory>
#include <mutex>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace pottle::log {

namespace {

constexpr std::size_t kQueueLines = 8192;

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::Trace:
            return spdlog::level::trace;
        case Level::Debug:
            return spdlog::level::debug;
        case Level::Info:
            return spdlog::level::info;
        case Level::Warning:
            return spdlog::level::warn;
        case Level::Error:
            return spdlog::level::err;
        case Level::Critical:
            return spdlog::level::critical;
        case Level::Off:
            return spdlog::level::off;
    }
    return spdlog::level::off;
}

/// The process's writer. One per process by nature (standard error is), so an exception to the rule
/// against globals (style.md R6); started by the first line, so a program that logs nothing starts
/// no thread.
struct Writer {
    std::shared_ptr<spdlog::details::thread_pool> pool =
        std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        std::string(kErrorLogger), std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool,
        spdlog::async_overflow_policy::overrun_oldest);

    Writer() {
        logger->set_pattern("[%Y-%m-%d %H:%M:%S %z] [%P] [%^%l%$] %v");
        logger->set_level(spdlog::level::trace);
    }
};

Writer& writer() {
    static Writer instance;
    return instance;
}

std::atomic<Level> minimum{Level::Info};
std::atomic<bool> started{false};

std::mutex sink_mutex;  // guards sink_function and sink_context
Sink sink_function = nullptr;
void* sink_context = nullptr;
std::atomic<bool> has_sink{false};

}  // namespace

void write(Level level, std::string_view message) {
    if (level < minimum.load(std::memory_order_relaxed)) return;
    if (has_sink.load(std::memory_order_acquire)) {
        const std::scoped_lock lock(sink_mutex);
        if (sink_function) return sink_function(sink_context, level, message);
    }
    started.store(true, std::memory_order_relaxed);
    writer().logger->log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
}

void set_level(Level level) {
    minimum.store(level, std::memory_order_relaxed);
}
Level level() noexcept {
    return minimum.load(std::memory_order_relaxed);
}

void set_sink(Sink sink, void* context) {
    const std::scoped_lock lock(sink_mutex);
    sink_function = sink;
    sink_context = context;
    has_sink.store(sink != nullptr, std::memory_order_release);
}

void flush() {
    if (!started.load(std::memory_order_relaxed)) return;
    // The asynchronous logger only queues a flush; ending the pool is the one way to wait for the
    // queue, so a fresh one takes over. Only called when nothing else logs.
    Writer& w = writer();
    w.logger->flush();
    while (w.pool->queue_size() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace pottle::log
