// SPDX-License-Identifier: MIT
/// \file
/// An application with every bad habit: handlers that throw, wait for ever, block their loop,
/// stream without end.
#include <pottle/async/event.hpp>
#include <pottle/pottle.hpp>

#include <stdexcept>
#include <thread>

namespace soak {

using namespace pottle;

struct Counters {
    std::uint64_t connections_open;
    std::uint64_t requests_active;
    std::uint64_t requests_total;
    std::uint64_t bad_requests;
};

Task<std::string> count_body(BodyStream& body) {
    std::size_t size = 0;
    while (auto chunk = co_await body.next()) size += chunk->size();
    co_return std::to_string(size);
}

// Each answers how many bytes it was sent.
Task<std::string> upload_parts(Multipart& form) {
    std::size_t size = 0;
    while (FormPart* part = co_await form.next())
        while (auto piece = co_await part->next()) size += piece->size();
    co_return std::to_string(size);
}
Task<std::string> upload_save(Multipart& form) {
    std::uint64_t size = 0;
    while (FormPart* part = co_await form.next()) size += co_await part->save("/dev/null");
    co_return std::to_string(size);
}
std::string upload_files(FileDict& files) {
    return std::to_string(files.at("f").size());
}

Generator<std::string> megabytes(int count) {
    for (int i = 0; i < count * 16; ++i) co_yield std::string(64 * 1024, 'x');
}
Generator<std::string> sixty_four_megabytes() {
    return megabytes(64);
}

/// Leaves a body unread, whatever comes.
Task<std::string> ignore_body(BodyStream&) {
    co_await sleep(std::chrono::seconds(5));
    co_return "ignored";
}

/// Counts octets until a text comes, and answers with their number.
Task<> count_messages(Websocket& ws) {
    std::size_t size = 0;
    while (auto message = co_await ws.receive_message()) {
        size += message->data.size();
        if (message->kind == WebsocketMessage::Kind::Text) co_await ws.send(std::to_string(size));
    }
}
Task<> send_messages(Websocket& ws) {
    const auto asked = co_await ws.receive();
    const int count = asked ? std::stoi(*asked) : 0;
    for (int i = 0; i < count * 16; ++i) co_await ws.send(Bytes(std::string(64 * 1024, 'x')));
    co_await ws.close(1000, "");
}
Task<> ignore_messages(Websocket& ws) {
    co_await ws.accept();
    co_await sleep(std::chrono::seconds(30));
}

Task<std::string> wait_for_ever() {
    async::Event never;
    co_await never.wait();
    co_return "unreachable";
}

App create_app() {
    App app{"soak"};
    app.get("/", [] { return "ordinary"; });
    app.get("/throw", []() -> std::string { throw std::runtime_error("thrown on purpose"); });
    app.get("/stuck", wait_for_ever);
    app.get("/big", sixty_four_megabytes);
    app.get("/down/<int:mebibytes>", [](int mebibytes) { return megabytes(mebibytes); });
    app.post("/count", count_body);
    app.config().set("BODY_TIMEOUT", nullptr);
    app.post("/upload/stream", count_body, body_limit(0));
    app.post("/upload/parts", upload_parts, body_limit(0));
    app.post("/upload/save", upload_save, body_limit(0));
    app.post("/upload/files", upload_files, body_limit(0));
    app.post("/upload/ignored", ignore_body, body_limit(0));
    app.websocket("/ws/up", count_messages);
    app.websocket("/ws/down", send_messages);
    app.websocket("/ws/ignored", ignore_messages);
    app.websocket("/ws", [](Websocket& ws) -> Task<> {
        while (auto message = co_await ws.receive_message())
            co_await ws.send(Bytes(std::move(message->data)));
    });
    app.get("/block", [] {
        std::this_thread::sleep_for(std::chrono::seconds(8));
        return "unblocked";
    });
    app.get("/stats", [](ServerStats& stats) {
        const ServerCounters now = stats.read();
        return Counters{now.connections_open, now.requests_active, now.requests_total,
                        now.bad_requests};
    });
    return app;
}

}  // namespace soak

int main(int argc, char** argv) {
    return pottle::run(soak::create_app, argc, argv);
}
