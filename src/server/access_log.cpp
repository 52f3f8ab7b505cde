// SPDX-License-Identifier: MIT
#include "access_log.hpp"

#include <pottle/base/log.hpp>
#include <pottle/http/status.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace pottle::server {

namespace {

/// "[dd/Mon/yyyy:HH:MM:SS +zzzz]" of now, made once a second on each thread.
void append_time(std::string& out) {
    thread_local std::time_t second = 0;
    thread_local std::array<char, 40> text{};
    thread_local std::size_t size = 0;
    const std::time_t now = std::time(nullptr);
    if (now != second) {
        std::tm local{};
        ::localtime_r(&now, &local);
        size = std::strftime(text.data(), text.size(), "[%d/%b/%Y:%H:%M:%S %z]", &local);
        second = now;
    }
    out.append(text.data(), size);
}

/// The peer's text, safe inside a quoted field of one line (nginx's escape=default).
void append_escaped(std::string& out, std::string_view text) {
    if (text.empty()) {
        out += '-';
        return;
    }
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\')
            fmt::format_to(std::back_inserter(out), "\\x{:02X}", byte);
        else
            out += c;
    }
}

std::string client_of(const gateway::RequestHead& head) {
    const gateway::ConnectionFacts& connection = head.connection();
    return connection.transport ? connection.transport->peer_address()
                                : std::string(connection.client_address);
}

}  // namespace

bool AccessFormat::find_kind(std::string_view atom, Kind& kind) {
    static constexpr std::pair<std::string_view, Kind> kAtoms[] = {
        {"h", Kind::Client},     {"l", Kind::Dash},        {"u", Kind::Dash},
        {"t", Kind::Time},       {"r", Kind::RequestLine}, {"R", Kind::RequestLine},
        {"m", Kind::Method},     {"U", Kind::Path},        {"q", Kind::Query},
        {"Uq", Kind::PathQuery}, {"H", Kind::Version},     {"s", Kind::Status},
        {"st", Kind::Phrase},    {"S", Kind::Scheme},      {"B", Kind::BodyBytes},
        {"b", Kind::BodyBytes},  {"T", Kind::Seconds},     {"D", Kind::Microseconds},
        {"L", Kind::Decimal},    {"p", Kind::Process},     {"rt", Kind::Route},
        {"tls", Kind::Tls},
    };
    for (const auto& [name, value] : kAtoms) {
        if (name == atom) {
            kind = value;
            return true;
        }
    }
    return false;
}

std::expected<AccessFormat, std::string> AccessFormat::compile(std::string_view format) {
    AccessFormat compiled;
    std::string literal;
    const auto flush_literal = [&] {
        if (!literal.empty())
            compiled.pieces_.push_back({Kind::Literal, std::exchange(literal, {})});
    };
    for (std::size_t i = 0; i < format.size();) {
        if (format[i] != '%') {
            literal += format[i++];
            continue;
        }
        if (format.substr(i).starts_with("%%")) {
            literal += '%';
            i += 2;
            continue;
        }
        const std::size_t close = format.find(")s", i);
        if (!format.substr(i).starts_with("%(") || close == format.npos)
            return std::unexpected(
                fmt::format("access log format: '%' at position {} does not begin %(atom)s; write "
                            "%% for a percent sign",
                            i));
        std::string_view atom = format.substr(i + 2, close - i - 2);
        i = close + 2;
        Piece piece{Kind::Dash, {}};
        if (atom == "f" || atom == "a") {
            piece = {Kind::RequestField, atom == "f" ? "referer" : "user-agent"};
        } else if (atom.size() > 3 && atom.front() == '{' && atom[atom.size() - 2] == '}') {
            const std::string name(atom.substr(1, atom.size() - 3));
            switch (atom.back()) {
                case 'i':
                    piece = {Kind::RequestField, ascii::lower(name)};
                    break;
                case 'o':
                    piece = {Kind::ResponseField, name};
                    break;
                case 'e':
                    piece = {Kind::Environment, name};
                    break;
                default:
                    return std::unexpected(
                        fmt::format("access log format: %({})s must end in i (request field), o "
                                    "(response field) or e (environment)",
                                    atom));
            }
        } else if (!find_kind(atom, piece.kind)) {
            return std::unexpected(fmt::format("access log format: there is no atom %({})s", atom));
        }
        flush_literal();
        compiled.pieces_.push_back(std::move(piece));
    }
    flush_literal();
    return compiled;
}

void AccessFormat::append(std::string& out, const AccessRecord& record) const {
    const gateway::RequestHead& head = record.head;
    const auto to = [&out] { return std::back_inserter(out); };
    for (const Piece& piece : pieces_) {
        switch (piece.kind) {
            case Kind::Literal:
                out += piece.text;
                break;
            case Kind::Dash:
                out += '-';
                break;
            case Kind::Client:
                out += client_of(head);
                break;
            case Kind::Time:
                append_time(out);
                break;
            case Kind::RequestLine:
                append_escaped(out, head.method_text());
                out += ' ';
                append_escaped(out, head.target());
                out += " HTTP/";
                out += version_name(head.version());
                break;
            case Kind::Method:
                append_escaped(out, head.method_text());
                break;
            case Kind::Path:
                append_escaped(out, head.raw_path());
                break;
            case Kind::Query:
                append_escaped(out, head.query());
                break;
            case Kind::PathQuery:
                append_escaped(out, head.target());
                break;
            case Kind::Version:
                out += version_name(head.version());
                break;
            case Kind::Status:
                if (record.status == 0)
                    out += '-';
                else
                    fmt::format_to(to(), "{}", record.status);
                break;
            case Kind::Phrase: {
                const std::string_view phrase = http::status_phrase(record.status);
                if (phrase.empty())
                    fmt::format_to(to(), "<\?\?\?{}\?\?\?>", record.status);
                else
                    out += phrase;
                break;
            }
            case Kind::Scheme:
                out += head.scheme();
                break;
            case Kind::BodyBytes:
                fmt::format_to(to(), "{}", record.body_bytes);
                break;
            case Kind::Seconds:
                fmt::format_to(to(), "{}", record.duration.count() / 1'000'000);
                break;
            case Kind::Microseconds:
                fmt::format_to(to(), "{}", record.duration.count());
                break;
            case Kind::Decimal:
                fmt::format_to(to(), "{:.6f}", static_cast<double>(record.duration.count()) / 1e6);
                break;
            case Kind::Process:
                fmt::format_to(to(), "<{}>", ::getpid());
                break;
            case Kind::RequestField:
                append_escaped(out, head.get(piece.text));
                break;
            case Kind::ResponseField:
                append_escaped(out, record.response_headers.get(piece.text));
                break;
            case Kind::Environment: {
                const char* value = std::getenv(piece.text.c_str());
                append_escaped(out, value ? value : "");
                break;
            }
            case Kind::Route:
                out += record.route.empty() ? std::string_view("-") : record.route;
                break;
            case Kind::Tls: {
                const async::Transport* transport = head.connection().transport;
                const async::TlsFacts* tls = transport ? transport->tls() : nullptr;
                out += tls ? tls->version : std::string_view("-");
                break;
            }
        }
    }
    out += '\n';
}

std::expected<std::unique_ptr<AccessLog>, std::string> AccessLog::open(std::string_view path,
                                                                       std::string_view format) {
    auto compiled = AccessFormat::compile(format);
    if (!compiled) return std::unexpected(std::move(compiled).error());
    int descriptor = STDOUT_FILENO;
    if (path != "-") {
        descriptor =
            ::open(std::string(path).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (descriptor < 0)
            return std::unexpected(
                fmt::format("cannot open the access log {}: {}", path, std::strerror(errno)));
    }
    return std::unique_ptr<AccessLog>(
        new AccessLog(std::move(*compiled), std::string(path), descriptor));
}

AccessLog::AccessLog(AccessFormat format, std::string path, int descriptor)
    : format_(std::move(format)),
      path_(std::move(path)),
      descriptor_(descriptor),
      thread_([this] { run(); }) {}

AccessLog::~AccessLog() {
    {
        const std::scoped_lock lock(mutex_);
        stop_ = true;
    }
    ready_.notify_one();
    thread_.join();
    if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

void AccessLog::append(Lines& lines, const AccessRecord& record) {
    format_.append(lines.text, record);
    if (lines.text.size() >= kHandOverBytes) hand_over(lines);
}

void AccessLog::hand_over(Lines& lines) {
    if (lines.text.empty()) return;
    {
        const std::scoped_lock lock(mutex_);
        if (queue_.size() > kQueueBytes)
            ++dropped_;
        else
            queue_ += lines.text;
    }
    lines.text.clear();
    ready_.notify_one();
}

void AccessLog::run() {
    for (;;) {
        std::string text;
        std::uint64_t dropped = 0;
        bool stop = false;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return stop_ || !queue_.empty(); });
            text.swap(queue_);
            dropped = std::exchange(dropped_, 0);
            stop = stop_;
        }
        if (reopen_.exchange(false, std::memory_order_relaxed) && !reopen_file())
            log::error(fmt::format("cannot open the access log {} again: {}", path_,
                                   std::strerror(errno)));
        write_all(text);
        if (dropped > 0)
            log::warning(
                fmt::format("the access log is too slow: {} batches of lines dropped", dropped));
        if (stop) return;
    }
}

void AccessLog::write_all(std::string_view text) noexcept {
    while (!text.empty()) {
        const ::ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written < 0 && errno != EINTR) return;  // a full disk must not stop the server
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool AccessLog::reopen_file() noexcept {
    if (path_ == "-") return true;
    const int fresh = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fresh < 0) return false;
    ::close(std::exchange(descriptor_, fresh));
    return true;
}

}  // namespace pottle::server
