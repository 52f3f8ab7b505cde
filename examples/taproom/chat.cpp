// SPDX-License-Identifier: MIT
#include "chat.hpp"

#include <pottle/app/broadcaster.hpp>

#include <memory>

namespace taproom {

using namespace pottle;

namespace {

struct Said {
    Text<1, 200> text;
};

struct Line {
    std::string guest;
    std::string text;
    std::string http_version;  ///< that the speaker's websocket came over
};

std::string name_of(const Websocket& ws) {
    const std::string address = ws.remote_addr();
    return "guest from " + address;
}

}  // namespace

Blueprint chat() {
    Blueprint bp{"chat"};
    // Owned by the handler, so it lives as long as the application.
    bp.websocket("/chat", [room = std::make_shared<Broadcaster<Line>>()](Websocket& ws) -> Task<> {
        const BroadcastSeat seat = room->join(ws, SlowClient::Disconnect);
        while (auto said = co_await ws.receive<Said>())
            co_await room->publish(
                {name_of(ws), std::string(said->text), std::string(ws.http_version())});
    });
    return bp;
}

}  // namespace taproom
