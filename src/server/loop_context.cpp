// SPDX-License-Identifier: MIT
#include "loop_context.hpp"

#include "connection.hpp"
#include "h1_exchange.hpp"
#include "h2_stream.hpp"

#include <pottle/http/date.hpp>

#include <utility>

#include <fmt/format.h>

namespace pottle::server {

namespace {
constexpr Milliseconds kAccessLogDelay{
    100};  // a quiet server's lines reach the file after this at the latest
constexpr std::size_t kBatchReserve = 64 * 1024;
/// Options that follow from others.
Options settled(Options options) {
    // Without websockets nothing is left that an extended CONNECT could ask for (RFC 8441 3).
    if (!options.websocket.enabled)
        options.h2.extended_connect = options.h3.extended_connect = false;
    return options;
}

}  // namespace

Connection::Connection(LoopContext& context) noexcept : context_(&context) {
    context.add(*this);
}

Connection::~Connection() {
    if (context_) context_->remove(*this);
}

LoopContext::LoopContext(async::Executor& executor, gateway::Gateway& gateway,
                         const Options& options, ProcessCounts& counts, ServerStats::Slot& stats,
                         AccessLog* access_log)
    : executor_(executor),
      gateway_(gateway),
      options_(settled(options)),
      counts_(counts),
      stats_(stats),
      access_log_(access_log),
      access_timer_(*this, &LoopContext::hand_over_lines),
      lingering_(executor,
                 {.timeout = options.timeouts.linger, .send_timeout = options.timeouts.send}),
      read_buffer_(std::make_unique_for_overwrite<char[]>(kReadBuffer)),
      scratch_(std::make_unique<h1::HeadScratch>()),
      deflater_(options.websocket.deflate),
      undertaker_(*this) {
    batch_.reserve(kBatchReserve);
}

LoopContext::~LoopContext() {
    if (access_timer_.active()) executor_.stop_timer(access_timer_);
    hand_over_lines();
    while (first_) delete first_;
}

void LoopContext::refresh_preset() {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const auto second = std::chrono::duration_cast<Seconds>(wall);
    preset_expires_ = executor_.now() + (Seconds(1) - (wall - second));
    preset_.clear();
    preset_fields_.clear();
    if (!options_.server_name.empty()) add_preset("server", options_.server_name);
    // RFC 9110 6.6.1: an origin server with a clock sends Date.
    if (options_.date_header) add_preset("date", http::format_http_date(second.count()));
    if (!options_.alt_svc.empty() && options_.alt_svc != "-")
        add_preset("alt-svc", options_.alt_svc);
    // preset_ may have moved while it grew: the fields are found now.
    std::string_view rest = preset_;
    for (std::size_t end = rest.find("\r\n"); end != rest.npos; end = rest.find("\r\n")) {
        const std::size_t colon = rest.find(':');
        preset_fields_.push_back({rest.substr(0, colon), rest.substr(colon + 2, end - colon - 2)});
        rest.remove_prefix(end + 2);
    }
}

void LoopContext::add_preset(std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(preset_), "{}: {}\r\n", name, value);
}

H1Exchange& LoopContext::acquire_exchange() {
    return h1_exchanges_.take([this] { return std::make_unique<H1Exchange>(*this); });
}

void LoopContext::release_exchange(H1Exchange& exchange) noexcept {
    h1_exchanges_.put(exchange);
}

H2Stream& LoopContext::acquire_h2_stream() {
    return h2_streams_.take([this] { return std::make_unique<H2Stream>(*this); });
}

void LoopContext::release_h2_stream(H2Stream& stream) noexcept {
    h2_streams_.put(stream);
}

h2::Scratch& LoopContext::h2_scratch() {
    if (!h2_scratch_) h2_scratch_ = std::make_unique<h2::Scratch>();
    return *h2_scratch_;
}

bool LoopContext::enter_request() noexcept {
    if (options_.max_concurrent_requests == 0) return true;
    if (counts_.requests.fetch_add(1, std::memory_order_relaxed) < options_.max_concurrent_requests)
        return true;
    counts_.requests.fetch_sub(1, std::memory_order_relaxed);
    return false;
}

void LoopContext::leave_request() noexcept {
    if (options_.max_concurrent_requests > 0)
        counts_.requests.fetch_sub(1, std::memory_order_relaxed);
}

void LoopContext::add(Connection& connection) noexcept {
    connection.next_ = first_;
    if (first_) first_->previous_ = &connection;
    first_ = &connection;
    stats_.connections_open.add(1);
    stats_.connections_total.add(1);
    if (options_.max_connections > 0) counts_.connections.fetch_add(1, std::memory_order_relaxed);
}

void LoopContext::remove(Connection& connection) noexcept {
    (connection.previous_ ? connection.previous_->next_ : first_) = connection.next_;
    if (connection.next_) connection.next_->previous_ = connection.previous_;
    connection.context_ = nullptr;
    stats_.connections_open.subtract(1);
    if (options_.max_connections > 0) counts_.connections.fetch_sub(1, std::memory_order_relaxed);
}

void LoopContext::bury(Connection& connection) noexcept {
    remove(connection);
    buried_.emplace_back(&connection);
    if (!undertaker_.scheduled) {
        undertaker_.scheduled = true;
        executor_.defer(undertaker_);
    }
}

void LoopContext::destroy_buried() noexcept {
    undertaker_.scheduled = false;
    buried_.clear();
}

bool LoopContext::connection_limit_reached() const noexcept {
    return options_.max_connections > 0 &&
           counts_.connections.load(std::memory_order_relaxed) >= options_.max_connections;
}

void LoopContext::drain_connections() noexcept {
    for (Connection* connection = first_; connection;)
        std::exchange(connection, connection->next_)->drain();
}

void LoopContext::abort_connections(CancelReason reason) noexcept {
    for (Connection* connection = first_; connection;)
        std::exchange(connection, connection->next_)->abort(reason);
}

void LoopContext::log_access(const AccessRecord& record) {
    access_log_->append(access_lines_, record);
    if (!access_lines_.text.empty() && !access_timer_.active())
        executor_.start_timer(access_timer_, executor_.now() + kAccessLogDelay);
}

void LoopContext::hand_over_lines() noexcept {
    if (access_log_) access_log_->hand_over(access_lines_);
}

}  // namespace pottle::server
