// SPDX-License-Identifier: MIT
#include "memory_websocket.hpp"

#include <pottle/base/utf8.hpp>
#include <pottle/gateway/shared_message.hpp>
#include <pottle/http/token.hpp>
#include <pottle/testing/test_websocket.hpp>

#include <utility>

namespace pottle::testing {

using Kind = WebsocketMessage::Kind;

namespace {

/// As the server's default: for a handler whose client is gone.
constexpr Milliseconds kDisconnectGrace{500};
constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kAbnormal = 1006;
constexpr std::uint16_t kInternalError = 1011;

bool is_offered(http::Fields fields, std::string_view subprotocol) {
    for (const http::Field& field : fields)
        if (field.name == "sec-websocket-protocol" && http::list_contains(field.value, subprotocol))
            return true;
    return false;
}

bool is_quiet(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
        return true;
    } catch (const WebsocketClosed&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace

// ---- MemoryWebsocket

void MemoryWebsocket::accept(std::string_view subprotocol, const Headers& headers) {
    if (accepted_) return;
    POTTLE_REQUIRE(!closed_, "a websocket that was closed before accept() is refused");
    POTTLE_REQUIRE(subprotocol.empty() || is_offered(handshake().head().fields(), subprotocol),
                   "accept() must choose a subprotocol that the client offered");
    subprotocol_ = subprotocol;
    headers_ = headers;
    accepted_ = true;
}

bool MemoryWebsocket::try_receive(WebsocketMessage& message) {
    if (!incoming_.empty()) {
        message = std::move(incoming_.front());
        incoming_.pop_front();
        return true;
    }
    if (!end_) return false;
    message = *end_;
    return true;
}

void MemoryWebsocket::queue(Kind kind, std::string_view data) {
    if (closed()) throw_closed();
    outgoing_.push_back({kind, 0, std::string(data)});
}

bool MemoryWebsocket::queue(const Shared<const gateway::SharedMessage>& message) {
    if (closed()) return false;
    outgoing_.push_back({message->kind(), 0, std::string(message->data())});
    return true;
}

void MemoryWebsocket::close(std::uint16_t code, std::string_view reason) {
    POTTLE_REQUIRE(gateway::may_send_close_code(code), "close() takes a code that may be sent");
    POTTLE_REQUIRE(reason.size() <= 123 && utf8::is_valid(reason),
                   "the reason of close() is at most 123 octets of UTF-8");
    if (closed_) return;
    closed_ = true;
    if (!accepted_) {
        handshake().response().reset();
        handshake().response().status = 403;
        return;
    }
    close_code_ = code;
    outgoing_.push_back({Kind::Closed, code, std::string(reason)});
    end(code, std::string(reason));  // this client answers at once
}

void MemoryWebsocket::throw_closed() const {
    if (end_) throw WebsocketClosed(end_->code, end_->data);
    throw WebsocketClosed(close_code_.value_or(kAbnormal), {});
}

void MemoryWebsocket::deliver(WebsocketMessage message) {
    incoming_.push_back(std::move(message));
    arrival().set();
}

void MemoryWebsocket::end(std::uint16_t code, std::string reason) {
    if (!end_) end_ = WebsocketMessage{Kind::Closed, code, std::move(reason)};
    arrival().set();
    tell_drained();
}

// ---- WebsocketRun

WebsocketRun::WebsocketRun(TestRequest request, gateway::Gateway& gateway,
                           async::VirtualExecutor& executor)
    : request_(std::move(request)),
      gateway_(gateway),
      executor_(executor),
      exchange_(request_, executor),
      socket_(exchange_) {}

WebsocketRun::~WebsocketRun() {
    if (done_) return;
    socket_.end(kAbnormal, {});
    finish();
}

template <class Condition>
bool WebsocketRun::run_until(Condition condition) {
    executor_.run_until_idle();
    while (!condition())
        if (!executor_.advance_to_next_timer()) return false;
    return true;
}

void WebsocketRun::open() {
    gateway::Outcome outcome = gateway_.start_websocket(socket_);
    exchange_.leave_start();
    if (outcome.is_finished())
        done_ = true;
    else
        async::start(std::move(outcome).take(), exchange_.scope(), *this);
    const bool answered = run_until([this] { return done_ || socket_.accepted(); });
    POTTLE_REQUIRE(answered, "the application neither accepts the websocket nor refuses it");
    rethrow();
    if (socket_.accepted()) return;
    if (exchange_.response().untouched()) exchange_.response().status = 500;
    throw WebsocketRefused(exchange_.take_response());
}

void WebsocketRun::on_done(std::exception_ptr error) noexcept {
    done_ = true;
    if (!socket_.accepted()) {
        error_ = std::move(error);
        return;
    }
    const bool failed = error && !is_quiet(error);
    if (failed) error_ = std::move(error);
    try {
        socket_.close(failed ? kInternalError : kNormal, {});
    } catch (...) {
        error_ = std::current_exception();
    }
}

void WebsocketRun::rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

WebsocketMessage WebsocketRun::receive() {
    auto& outgoing = socket_.outgoing();
    const bool came = run_until([&] { return !outgoing.empty() || done_; });
    POTTLE_REQUIRE(came, "the application waits and will never send a message");
    if (outgoing.empty()) {
        rethrow();
        throw WebsocketClosed(socket_.close_code().value_or(kAbnormal), {});
    }
    if (outgoing.front().kind == Kind::Closed) {
        rethrow();
        throw WebsocketClosed(outgoing.front().code, outgoing.front().data);
    }
    WebsocketMessage message = std::move(outgoing.front());
    outgoing.pop_front();
    return message;
}

void WebsocketRun::send(WebsocketMessage message) {
    if (socket_.closed()) throw WebsocketClosed(socket_.close_code().value_or(kAbnormal), {});
    socket_.deliver(std::move(message));
    executor_.run_until_idle();
}

void WebsocketRun::end(std::uint16_t code, std::string reason) {
    socket_.end(code, std::move(reason));
    finish();
    rethrow();
}

/// As the server: a handler has its grace, then it is cancelled.
void WebsocketRun::finish() noexcept {
    executor_.run_until_idle();
    if (!done_) executor_.advance(kDisconnectGrace);
    exchange_.scope().cancel(CancelReason::Disconnected);
    executor_.run_until_idle();
    while (!done_ && executor_.advance_to_next_timer()) {
    }
}

}  // namespace pottle::testing

namespace pottle {

using Kind = WebsocketMessage::Kind;

WebsocketRefused::WebsocketRefused(TestResponse answer)
    : response_(Shared<const TestResponse>::make(std::move(answer))) {}
WebsocketRefused::~WebsocketRefused() = default;

TestWebsocket::TestWebsocket(std::unique_ptr<testing::WebsocketRun> run) noexcept
    : run_(std::move(run)) {}
TestWebsocket::TestWebsocket(TestWebsocket&&) noexcept = default;
TestWebsocket& TestWebsocket::operator=(TestWebsocket&&) noexcept = default;
TestWebsocket::~TestWebsocket() = default;

std::string_view TestWebsocket::subprotocol() const noexcept {
    return run_->socket().subprotocol();
}
const Headers& TestWebsocket::headers() const noexcept {
    return run_->socket().headers();
}

void TestWebsocket::send(std::string text) {
    POTTLE_REQUIRE(utf8::is_valid(text), "a text message is UTF-8; send Bytes for anything else");
    run_->send({Kind::Text, 0, std::move(text)});
}
void TestWebsocket::send(Bytes octets) {
    run_->send({Kind::Binary, 0, std::move(octets).release()});
}

WebsocketMessage TestWebsocket::receive_message() {
    return run_->receive();
}
std::string TestWebsocket::receive() {
    WebsocketMessage message = run_->receive();
    POTTLE_REQUIRE(message.kind == Kind::Text, "the application sent octets, not text");
    return std::move(message.data);
}
Bytes TestWebsocket::receive_bytes() {
    WebsocketMessage message = run_->receive();
    POTTLE_REQUIRE(message.kind == Kind::Binary, "the application sent text, not octets");
    return Bytes(std::move(message.data));
}
bool TestWebsocket::quiet() {
    run_->executor().run_until_idle();
    return run_->socket().outgoing().empty();
}

void TestWebsocket::close(int code, std::string reason) {
    run_->end(static_cast<std::uint16_t>(code), std::move(reason));
}
void TestWebsocket::disconnect() {
    run_->end(testing::kAbnormal, {});
}
int TestWebsocket::close_code() {
    run_->executor().run_until_idle();
    return run_->socket().close_code().value_or(0);
}
bool TestWebsocket::finished() {
    run_->executor().run_until_idle();
    return run_->done();
}

}  // namespace pottle
