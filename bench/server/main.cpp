// SPDX-License-Identifier: MIT
/// \file
/// The Pottle application under test: an ordinary one, with nothing that a user could not write.
///
///     bench_server run --bind 127.0.0.1:9000 --threads 1
#include "../documents.hpp"

#include <pottle/app/broadcaster.hpp>
#include <pottle/pottle.hpp>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace bench {

using namespace pottle;

namespace {

constexpr int kResources = 100;

std::string plaintext(Response& response) {
    response.set_static_content_type("text/plain; charset=utf-8");
    return "Hello, World!";
}

Task<std::string> plaintext_later(Response& response) {
    response.set_static_content_type("text/plain; charset=utf-8");
    co_return "Hello, World!";
}

std::string resource(long id, Response& response) {
    response.set_static_content_type("text/plain; charset=utf-8");
    return std::to_string(id);
}

Task<Bytes> echo(Request& request) {
    co_return Bytes{co_await request.get_data()};
}

/// Reads the session and writes it.
std::string count_visits(Session& session, Response& response) {
    response.set_static_content_type("text/plain; charset=utf-8");
    const int visits = session.get("visits", 0) + 1;
    session.set("visits", visits);
    return "Hello, World!";
}

Task<> echo_messages(Websocket& ws) {
    while (auto message = co_await ws.receive_message()) {
        if (message->kind == WebsocketMessage::Kind::Text)
            co_await ws.send(std::move(message->data));
        else
            co_await ws.send(Bytes(std::move(message->data)));
    }
}

}  // namespace

App create_app(std::string directory) {
    App app{"bench"};
    app.get("/", [] { return "<h1>Hello, World!</h1>"; });
    app.get("/plaintext", &plaintext);
    app.get("/coroutine", &plaintext_later);
    app.get("/json", [] { return Message{"Hello, World!"}; });
    app.post("/echo", &echo);
    app.post("/order", [](Json<Order> order) { return std::move(*order); });
    app.config().set("SECRET_KEY", "of the benchmark, and no secret");
    app.get("/session", &count_visits);
    app.get("/file.bin", [path = directory + "/file.bin"] { return File{path}; });
    app.get("/large.bin", [path = std::move(directory) + "/large.bin"] { return File{path}; });
    app.websocket("/ws", &echo_messages);
    app.websocket("/room", [room = std::make_shared<Broadcaster<>>()](Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room->join(ws);
        while (auto text = co_await ws.receive()) co_await room->publish(*text);
    });
    for (int i = 0; i < kResources; ++i)
        app.get(runtime("/api/res" + std::to_string(i) + "/<int:id>"), &resource);
    return app;
}

}  // namespace bench

int main(int argc, char** argv) {
    const char* directory = std::getenv("BENCH_WWW");
    return pottle::run(bench::create_app(directory == nullptr ? "." : directory), argc, argv);
}
