// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/log.hpp>

#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>

#include <fmt/format.h>
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

constexpr const char* kTextPattern = "[%Y-%m-%d %H:%M:%S %z] [%P] [%^%l%$] %v";
/// What compose_json() makes is the rest of the object.
constexpr const char* kJsonPattern =
    R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","pid":%P,"level":"%l",%v})";

std::atomic<Format> format_now{Format::Text};

/// A JSON string (RFC 8259 7).
std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out += '"';
}

std::string compose_json(const Record& record) {
    std::string line;
    if (!record.logger.empty()) line += fmt::format("\"logger\":{},", quote(record.logger));
    if (!record.request_id.empty())
        line += fmt::format("\"request_id\":{},", quote(record.request_id));
    return line += fmt::format("\"message\":{}", quote(record.message));
}

std::string compose_text(const Record& record) {
    std::string line(record.message);
    if (!record.logger.empty()) line = fmt::format("{}: {}", record.logger, line);
    if (!record.request_id.empty()) line += fmt::format(" (request {})", record.request_id);
    return line;
}

const char* pattern_of(Format format) noexcept {
    return format == Format::Json ? kJsonPattern : kTextPattern;
}

/// The queue and its thread, which takes no signals: a server waits for SIGTERM on its own terms,
/// and one that any other thread leaves unblocked would end the process.
std::shared_ptr<spdlog::details::thread_pool> start_writer_thread() {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    auto pool = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return pool;
}

/// Counts how often it was flushed: flush() has to know when its turn in the queue has come.
class StandardError final : public spdlog::sinks::stderr_sink_mt {
public:
    void flush() override {
        spdlog::sinks::stderr_sink_mt::flush();
        flushes.fetch_add(1, std::memory_order_release);
    }
    std::atomic<unsigned> flushes{0};
};

/// The process's writer. One per process by nature (standard error is), so an exception to the rule
/// against globals (style.md R6); started by the first line, so a program that logs nothing starts
/// no thread.
struct Writer {
    std::shared_ptr<spdlog::details::thread_pool> pool = start_writer_thread();
    std::shared_ptr<StandardError> sink = std::make_shared<StandardError>();
    std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
        std::string(kErrorLogger), sink, pool, spdlog::async_overflow_policy::overrun_oldest);

    Writer() {
        logger->set_pattern(pattern_of(format_now.load(std::memory_order_relaxed)));
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
    write(Record{.level = level, .message = message});
}

void write(const Record& record) {
    if (record.level < minimum.load(std::memory_order_relaxed)) return;
    const bool json = format_now.load(std::memory_order_relaxed) == Format::Json;
    const bool plain = !json && record.logger.empty() && record.request_id.empty();
    const std::string composed = plain  ? std::string()
                                 : json ? compose_json(record)
                                        : compose_text(record);
    const std::string_view line = plain ? record.message : std::string_view(composed);
    if (has_sink.load(std::memory_order_acquire)) {
        const std::scoped_lock lock(sink_mutex);
        if (sink_function) return sink_function(sink_context, record.level, line);
    }
    started.store(true, std::memory_order_relaxed);
    writer().logger->log(to_spdlog(record.level), spdlog::string_view_t(line.data(), line.size()));
}

void set_format(Format format) {
    format_now.store(format, std::memory_order_relaxed);
    if (started.load(std::memory_order_relaxed)) writer().logger->set_pattern(pattern_of(format));
}

std::optional<Level> level_named(std::string_view name) noexcept {
    static constexpr std::string_view kNames[] = {"trace",   "debug", "info",
                                                  "warning", "error", "critical"};
    for (std::size_t i = 0; i < std::size(kNames); ++i)
        if (ascii::iequals(name, kNames[i])) return static_cast<Level>(i);
    return std::nullopt;
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
    // The logger only queues a flush, which comes behind the lines that are queued already. A full
    // queue drops its oldest, and nobody may read standard error: hence the limit.
    constexpr int kMostMilliseconds = 2000;
    Writer& w = writer();
    const unsigned before = w.sink->flushes.load(std::memory_order_acquire);
    w.logger->flush();
    for (int i = 0; i < kMostMilliseconds; ++i) {
        if (w.sink->flushes.load(std::memory_order_acquire) != before) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace pottle::log
