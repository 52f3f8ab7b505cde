// SPDX-License-Identifier: MIT
#include "websocket_wire.hpp"

#include <pottle/proto/ws/deflate.hpp>
#include <pottle/proto/ws/writer.hpp>

namespace pottle::server {

namespace {
ws::Opcode opcode_of(const gateway::SharedMessage& message) noexcept {
    return message.kind() == WebsocketMessage::Kind::Text ? ws::Opcode::Text : ws::Opcode::Binary;
}
}  // namespace

const WebsocketWire& WebsocketWire::of(const gateway::SharedMessage& message) {
    return static_cast<const WebsocketWire&>(message.wire(
        [](const gateway::SharedMessage& source) -> std::unique_ptr<gateway::SharedMessage::Wire> {
            return std::make_unique<WebsocketWire>(source);
        }));
}

WebsocketWire::WebsocketWire(const gateway::SharedMessage& message) : message_(message) {
    ws::append_frame(plain_, opcode_of(message), message.data());
}

std::string_view WebsocketWire::deflated(const ws::DeflateOptions& options) const {
    std::call_once(compressed_, [&] {
        ws::Deflater deflater(options, kSharedWindowBits);
        std::string payload;
        deflater.deflate(message_.data(), payload, ws::ContextTakeover::No);
        ws::append_frame(deflated_, opcode_of(message_), payload, ws::Compressed::Yes);
    });
    return deflated_;
}

}  // namespace pottle::server
