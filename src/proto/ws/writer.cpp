// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/proto/ws/writer.hpp>

namespace pottle::ws {

namespace {
constexpr unsigned kFin = 0x80;
constexpr unsigned kRsv1 = 0x40;

void append_big_endian(std::string& out, std::uint64_t value, int octets) {
    while (octets-- > 0) out.push_back(static_cast<char>(value >> (octets * 8)));
}
}  // namespace

void append_header(std::string& out, Opcode opcode, std::uint64_t length, Compressed compressed) {
    const unsigned rsv1 = compressed == Compressed::Yes ? kRsv1 : 0;
    out.push_back(static_cast<char>(kFin | rsv1 | static_cast<unsigned>(opcode)));
    // RFC 6455 5.2: the shortest of the three forms.
    if (length < 126) {
        out.push_back(static_cast<char>(length));
    } else if (length <= 0xFFFF) {
        out.push_back(126);
        append_big_endian(out, length, 2);
    } else {
        out.push_back(127);
        append_big_endian(out, length, 8);
    }
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload,
                  Compressed compressed) {
    POTTLE_REQUIRE(!is_control(opcode) || payload.size() <= kMaxControlPayload,
                   "a control frame carries at most 125 octets");
    append_header(out, opcode, payload.size(), compressed);
    out.append(payload);
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason) {
    if (code == close_code::kNoStatus) return append_header(out, Opcode::Close, 0);
    POTTLE_REQUIRE(may_travel(code), "this close code must not be sent");
    POTTLE_REQUIRE(reason.size() <= kMaxCloseReason, "a close reason has at most 123 octets");
    append_header(out, Opcode::Close, reason.size() + 2);
    append_big_endian(out, code, 2);
    out.append(reason);
}

}  // namespace pottle::ws
