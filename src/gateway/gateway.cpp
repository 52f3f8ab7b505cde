// SPDX-License-Identifier: MIT
#include <pottle/gateway/gateway.hpp>
#include <pottle/gateway/websocket.hpp>

namespace pottle::gateway {

Outcome Gateway::start_websocket(Websocket& websocket) {
    Response& response = websocket.handshake().response();
    response.status = 400;
    response.set_static_content_type("text/plain; charset=utf-8");
    response.set_body(std::string("There is no websocket here.\n"));
    return Outcome::finished();
}

}  // namespace pottle::gateway
