// SPDX-License-Identifier: MIT
/// \file
/// What an application costs per request: Gateway::start() on an Exchange without a server.
#include <pottle/async/virtual_executor.hpp>
#include <pottle/gateway/gateway.hpp>
#include <pottle/pottle.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace pottle;

class BenchExchange final : public gateway::Exchange {
public:
    BenchExchange(async::VirtualExecutor& executor, std::string_view method,
                  std::string_view target, std::string_view body = {}, std::string_view cookie = {})
        : scope_(executor), body_(body) {
        const http::Field all[] = {{"host", "localhost"},
                                   {"content-type", "application/json"},
                                   {"user-agent", "bench"},
                                   {"cookie", cookie}};
        const http::Fields fields(all, cookie.empty() ? 3 : 4);
        head_.assign({.method = parse_method(method),
                      .method_text = method,
                      .target = target,
                      .path = target,
                      .authority = "localhost",
                      .fields = fields},
                     connection_);
    }

    const gateway::RequestHead& head() const noexcept override { return head_; }
    async::CancelScope& scope() noexcept override { return scope_; }
    std::optional<std::string_view> body_in_hand() noexcept override { return body_; }
    Task<Result<Bytes>> read() override { co_return Bytes(); }
    Result<> set_body_limit(ByteCount) noexcept override { return {}; }
    Task<> send_informational(int, Headers) override { co_return; }
    Task<> send_head(std::optional<std::uint64_t>) override { co_return; }
    Task<> send_chunk(std::string) override { co_return; }
    Task<> finish(Headers) override { co_return; }

private:
    async::CancelScope scope_;
    gateway::ConnectionFacts connection_;
    gateway::RequestHead head_;
    std::string_view body_;
};

struct Message {
    std::string message;
};

App create_app() {
    App app("bench");
    app.get("/plaintext", [] { return "Hello, World!"; });
    app.get("/coroutine", []() -> Task<std::string> { co_return "Hello, World!"; });
    app.get("/json", [] { return Message{"Hello, World!"}; });
    app.post("/echo", [](Json<Message> in) { return Message{std::move(in->message)}; });
    for (int i = 0; i < 100; ++i)
        app.get(runtime("/api/res" + std::to_string(i) + "/<int:id>"),
                [](long id) { return std::to_string(id); });
    Blueprint hooked("hooked", {.url_prefix = "/hooked"});
    hooked.after_request([](Response& response) { response.headers.set("X-A", "1"); });
    hooked.get("/plain", [] { return "Hello, World!"; });
    app.register_blueprint(std::move(hooked));
    app.config().set("SECRET_KEY", "secret");
    app.get("/session", [](Session& session) {
        session.set("visits", session.get("visits", 0) + 1);
        return "Hello, World!";
    });
    app.get("/session/read",
            [](Session& session) { return session.get("visits", 0) ? "Hello" : "Hello, World!"; });
    return app;
}

void serve(benchmark::State& state, std::string_view method, std::string_view target,
           std::string_view body = {}, std::string_view cookie = {}) {
    App app = create_app();
    gateway::Gateway& gateway = app.gateway();
    async::VirtualExecutor executor;
    executor.set_unix_now(1'700'000'000);
    BenchExchange exchange(executor, method, target, body, cookie);
    for (auto _ : state) {
        exchange.response().reset();
        gateway::Outcome outcome = gateway.start(exchange);
        benchmark::DoNotOptimize(outcome);
    }
}

void plaintext(benchmark::State& state) {
    serve(state, "GET", "/plaintext");
}
void coroutine(benchmark::State& state) {
    serve(state, "GET", "/coroutine");
}
void json(benchmark::State& state) {
    serve(state, "GET", "/json");
}
void hundred_routes(benchmark::State& state) {
    serve(state, "GET", "/api/res57/12345");
}
void echo_json(benchmark::State& state) {
    serve(state, "POST", "/echo", R"({"message":"Hello, World!"})");
}
void one_plain_hook(benchmark::State& state) {
    serve(state, "GET", "/hooked/plain");
}
void not_found(benchmark::State& state) {
    serve(state, "GET", "/missing");
}

// {"user_id":42,"name":"Zo\u00eb","visits":7}
constexpr std::string_view kCookie =
    "session=eyJ1c2VyX2lkIjo0MiwibmFtZSI6IlpvXHUwMGViIiwidmlzaXRzIjo3fQ.ZVPxAA."
    "cfWPjWhawVfrgQfbOSCn8j5J21E";
void session_read(benchmark::State& state) {
    serve(state, "GET", "/session/read", {}, kCookie);
}
void session_read_and_written(benchmark::State& state) {
    serve(state, "GET", "/session", {}, kCookie);
}
void session_new(benchmark::State& state) {
    serve(state, "GET", "/session");
}
void session_cookie_unused(benchmark::State& state) {
    serve(state, "GET", "/plaintext", {}, kCookie);
}

BENCHMARK(plaintext);
BENCHMARK(coroutine);
BENCHMARK(json);
BENCHMARK(hundred_routes);
BENCHMARK(echo_json);
BENCHMARK(one_plain_hook);
BENCHMARK(not_found);
BENCHMARK(session_read);
BENCHMARK(session_read_and_written);
BENCHMARK(session_new);
BENCHMARK(session_cookie_unused);

}  // namespace

BENCHMARK_MAIN();
