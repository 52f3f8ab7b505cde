// SPDX-License-Identifier: MIT
// The examples of docs/how_to/websockets.md.
#include <pottle/app/broadcaster.hpp>
#include <pottle/base/log.hpp>
#include <pottle/pottle.hpp>

#include <memory>

namespace chat {

using namespace pottle;

struct Move {
    Text<1, 20> piece;
    Int<0, 63> field;
};

struct Tick {
    long number;
};

void add_first(App& app) {
    // doc: first
    app.websocket("/rooms/<room>", [](std::string room, Websocket& ws) -> Task<> {
        while (auto text = co_await ws.receive()) co_await ws.send(room + ": " + *text);
    });
    // doc: end
}

void add_end(App& app) {
    // doc: end-of-it
    app.websocket("/watch", [](Websocket& ws) -> Task<> {
        while (auto message = co_await ws.receive_message()) {
            // message->kind is Text or Binary, message->data holds it
            if (message->data == "enough") co_await ws.close(4000, "as you wish");
        }
        log::info("closed with " + std::to_string(ws.close_code()));
    });
    // doc: end
}

void add_json(App& app) {
    // doc: json
    app.websocket("/game", [](Websocket& ws) -> Task<> {
        while (auto move = co_await ws.receive<Move>()) {
            co_await ws.send(*move);
        }
    });
    // doc: end
}

void add_refusal(App& app) {
    // doc: refuse
    app.websocket("/members", [](Websocket& ws) -> Task<> {
        if (!ws.cookies().contains("member")) abort(401);
        co_await ws.accept("chat.v2", Headers{{"x-room", "7"}});
        co_await ws.send("welcome");
    });
    app.before_websocket([](Websocket& ws) {
        if (ws.headers().get("origin") == "https://elsewhere.example") abort(403);
    });
    // doc: end
}

void add_two_tasks(App& app) {
    // doc: both-ways
    app.websocket("/ticks", [](Websocket& ws) -> Task<> {
        co_await with_scope(
            [](Scope& scope, Websocket* socket) -> Task<> {
                scope.spawn(
                    [](Websocket* to) -> Task<> {
                        for (long number = 0;; ++number) {
                            co_await to->send(Tick{number});
                            co_await sleep(1s);
                        }
                    },
                    socket);
                while (co_await socket->receive()) {
                }
                scope.cancel();  // the client is gone: the ticking ends
            },
            &ws);
    });
    // doc: end
}

void add_broadcast(App& app) {
    // doc: broadcast
    auto room = std::make_shared<Broadcaster<>>();
    app.websocket("/chat", [room](Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room->join(ws, SlowClient::Disconnect);
        while (auto text = co_await ws.receive()) co_await room->publish(*text);
    });
    app.post("/announce", [room](Body text) { room->post(std::string(text.view())); });
    // doc: end
}

App create_app() {
    App app{"websockets"};
    add_first(app);
    add_end(app);
    add_json(app);
    add_refusal(app);
    add_two_tasks(app);
    add_broadcast(app);
    return app;
}

}  // namespace chat

int main(int argc, char** argv) {
    return pottle::run(chat::create_app(), argc, argv);
}
