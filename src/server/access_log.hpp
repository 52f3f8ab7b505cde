// SPDX-License-Identifier: MIT
/// \file
/// The access log: Gunicorn's atoms, compiled once, formatted on the loop, written by a thread of
/// its own.
///
/// Atoms: h client, l "-", u user "-", t time, r "METHOD target HTTP/version", R the same, m
/// method, U path, q query, Uq path and query, H version, s status, st phrase, S scheme, B and b
/// body bytes sent, f referer, a user agent, T seconds, D microseconds, L seconds with six
/// decimals, p <pid>, {name}i request field, {name}o response field, {name}e environment; beyond
/// Gunicorn: rt route pattern, tls version. Anything missing is "-".
#pragma once

#include <pottle/base/chrono.hpp>
#include <pottle/base/error.hpp>
#include <pottle/gateway/request_head.hpp>
#include <pottle/http/headers.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pottle::server {

/// What one line is made from. Views that need only live for the call.
struct AccessRecord {
    const gateway::RequestHead& head;
    const Headers& response_headers;
    int status = 0;  ///< 0: abandoned, logged as "-"
    std::uint64_t body_bytes = 0;
    Microseconds duration{};
    std::string_view route = {};
};

/// A format string taken apart. A value.
class AccessFormat {
public:
    /// Errors: an unknown atom or a '%' without its ')' is named with its position.
    static std::expected<AccessFormat, std::string> compile(std::string_view format);
    /// Appends one line with its newline. Control characters and quotes of the peer's text are
    /// escaped as \xHH.
    void append(std::string& out, const AccessRecord& record) const;

private:
    enum class Kind : std::uint8_t {
        Literal,
        Client,
        Dash,
        Time,
        RequestLine,
        Method,
        Path,
        Query,
        PathQuery,
        Version,
        Status,
        Phrase,
        Scheme,
        BodyBytes,
        Seconds,
        Microseconds,
        Decimal,
        Process,
        RequestField,
        ResponseField,
        Environment,
        Route,
        Tls
    };
    struct Piece {
        Kind kind;
        std::string text;  // literal text, or a field's or variable's name
    };
    static bool find_kind(std::string_view atom, Kind& kind);
    std::vector<Piece> pieces_;
};

/// The writer. A resource; outlives the loops that log to it.
/// Thread: append() from any loop with that loop's own Lines; the file belongs to the writer's
/// thread.
class AccessLog {
public:
    /// Lines of one loop on their way to the writer.
    struct Lines {
        std::string text;
    };

    /// `path`: "-" is standard output. Errors: the file cannot be opened, the format is wrong.
    static std::expected<std::unique_ptr<AccessLog>, std::string> open(std::string_view path,
                                                                       std::string_view format);
    ~AccessLog();
    AccessLog(const AccessLog&) = delete;
    AccessLog& operator=(const AccessLog&) = delete;

    /// Formats one line into `lines`; hands them over when there are many.
    void append(Lines& lines, const AccessRecord& record);
    /// Hands over what is there. Called when a loop has been quiet and at the end.
    void hand_over(Lines& lines);
    /// Opens the file again (log rotation). Thread: any.
    void reopen() noexcept { reopen_.store(true, std::memory_order_relaxed); }

    static constexpr std::size_t kHandOverBytes = 16 * 1024;
    /// What the writer holds at most; beyond it lines are dropped and counted, never waited for.
    static constexpr std::size_t kQueueBytes = 16 * 1024 * 1024;

private:
    AccessLog(AccessFormat format, std::string path, int descriptor);
    void run();
    void write_all(std::string_view text) noexcept;
    bool reopen_file() noexcept;

    AccessFormat format_;
    std::string path_;
    int descriptor_;
    std::atomic<bool> reopen_{false};
    std::mutex mutex_;  // guards queue_, dropped_ and stop_
    std::condition_variable ready_;
    std::string queue_;
    std::uint64_t dropped_ = 0;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace pottle::server
