// SPDX-License-Identifier: MIT
#include "site.hpp"

#include <pottle/app/app.hpp>
#include <pottle/app/event_stream.hpp>
#include <pottle/app/extract.hpp>
#include <pottle/async/sleep.hpp>

#include <stdexcept>

#include <doctest/doctest.h>

namespace pottle::test {

namespace {

std::string facts(Request& request) {
    std::string text(request.method_text());
    for (const std::string_view part :
         {request.host(), request.path(), request.query_string(), request.http_version()})
        text.append("|").append(part);
    return text;
}

Generator<std::string> three_pieces() {
    co_yield "one+";
    co_yield "two+";
    co_yield "three";
}

Task<std::string> count_body(BodyStream& body) {
    std::size_t size = 0;
    while (auto chunk = co_await body.next()) size += chunk->size();
    co_return std::to_string(size);
}

/// How many follow the events now.
struct Listeners {
    int count = 0;
};

Task<> tick(EventStream& events, Listeners& listeners) {
    struct Seat {
        Listeners& listeners;
        explicit Seat(Listeners& of) noexcept : listeners(of) { ++listeners.count; }
        ~Seat() { --listeners.count; }
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;
    };
    const Seat seat(listeners);
    for (int i = 0;; ++i) {
        co_await events.send(std::to_string(i));
        co_await sleep(Milliseconds(5));
    }
}

App make_app() {
    App app{"site"};
    app.use<Listeners>();
    app.get("/file", [] { return File(POTTLE_TEST_FILE); });
    app.get("/events", tick);
    app.get("/listeners", [](Listeners& now) { return std::to_string(now.count); });
    app.get("/", [] { return std::string("index"); });
    app.get("/sentinel", [] { return std::string("sentinel"); });
    app.get("/facts", facts);
    app.get("/x", [](Request& request) { return std::string(request.headers().get("x")); });
    app.post("/echo", [](Body body) { return std::string(body.view()); });
    app.post("/count", count_body);
    app.post("/ignore", [] { return std::string("ignored"); });
    app.get("/stream", three_pieces);
    app.get("/large", [] { return std::string(100'000, 'x'); });
    app.get("/204", [] { return Response({}, 204); });
    app.get("/304", [] { return Response({}, 304); });
    app.get("/fail", []() -> std::string { throw std::runtime_error("out of beer"); });
    app.get("/one/<name>", [](std::string name) { return name; });
    app.get("/all/<path:rest>", [](std::string rest) { return rest; });
    app.get("/folder/", [] { return std::string("folder"); });
    return app;
}

class SiteGateway final : public gateway::Gateway {
public:
    SiteGateway() : app_(make_app()), inner_(app_.gateway()) {}
    gateway::Outcome start(gateway::Exchange& exchange) override { return inner_.start(exchange); }
    void loop_started(async::Executor& executor) override { inner_.loop_started(executor); }
    void loop_stopped(async::Executor& executor) noexcept override {
        inner_.loop_stopped(executor);
    }

private:
    App app_;
    gateway::Gateway& inner_;
};

server::Deployment one_loop() {
    server::Deployment deployment;
    deployment.binds = {"127.0.0.1:0"};
    deployment.threads = 1;
    return deployment;
}

}  // namespace

Site::Site(server::Options options)
    : process_(
          []() -> std::unique_ptr<gateway::Gateway> { return std::make_unique<SiteGateway>(); },
          one_loop(), std::move(options)),
      port_(process_.port()) {
    REQUIRE(port_ > 0);
}

const Site& default_site() {
    static const Site site;
    return site;
}

}  // namespace pottle::test
