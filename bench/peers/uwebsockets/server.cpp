// SPDX-License-Identifier: MIT
/// \file
/// The benchmark's routes on uWebSockets, with a WebSocket echo at /ws and a broadcast at /room.
///
///     server --port PORT --www DIRECTORY [--certfile FILE --keyfile FILE]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include <App.h>

namespace {

constexpr int kRoutes = 100;

struct Nothing {};

template <bool TLS>
void serve(uWS::TemplatedApp<TLS>&& app, int port) {
    app.get("/plaintext", [](auto* response, auto*) {
        response->writeHeader("Content-Type", "text/plain")->end("Hello, World!");
    });
    app.get("/json", [](auto* response, auto*) {
        response->writeHeader("Content-Type", "application/json")
            ->end(R"({"message":"Hello, World!"})");
    });
    for (int i = 0; i < kRoutes; ++i) {
        app.get("/api/res" + std::to_string(i) + "/:id", [](auto* response, auto* request) {
            const int id = std::atoi(std::string(request->getParameter(0)).c_str());
            response->writeHeader("Content-Type", "text/plain")->end(std::to_string(id));
        });
    }
    app.post("/echo", [](auto* response, auto*) {
        response->onAborted([] {});
        response->onData(
            [response, body = std::string()](std::string_view chunk, bool last) mutable {
                if (last && body.empty()) {
                    response->writeHeader("Content-Type", "application/octet-stream")->end(chunk);
                    return;
                }
                body.append(chunk);
                if (last)
                    response->writeHeader("Content-Type", "application/octet-stream")->end(body);
            });
    });
    app.template ws<Nothing>(
        "/ws", {.message = [](auto* socket, std::string_view message, uWS::OpCode code) {
            socket->send(message, code);
        }});
    app.template ws<Nothing>(
        "/room", {.open = [](auto* socket) { socket->subscribe("room"); },
                  .message = [&app](auto*, std::string_view message,
                                    uWS::OpCode code) { app.publish("room", message, code); }});
    app.listen("127.0.0.1", port, [](auto* socket) {
        if (socket == nullptr) std::exit(1);
    });
    app.run();
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::string> options;
    for (int i = 1; i + 1 < argc; i += 2) options[argv[i]] = argv[i + 1];
    const int port = std::atoi(options["--port"].c_str());
    if (!options.contains("--certfile")) {
        serve(uWS::App(), port);
    } else {
        serve(uWS::SSLApp({.key_file_name = options["--keyfile"].c_str(),
                           .cert_file_name = options["--certfile"].c_str()}),
              port);
    }
}
