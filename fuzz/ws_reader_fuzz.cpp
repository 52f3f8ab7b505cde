// SPDX-License-Identifier: MIT
/// \file
/// Any bytes, in any split, give the same events or the same error blamed on the peer, within the
/// limits; the fast unmasking gives what the scalar one gives.
///
/// The first byte seeds the split, the second chooses role, limits and deflate; the rest is wire.
#include "mask.hpp"

#include <pottle/proto/ws/reader.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

using namespace pottle;
using namespace pottle::ws;

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

struct Choice {
    Limits limits;
    Role role;
    bool deflate;
    ContextTakeover takeover;
};

Choice choose(unsigned bits) {
    return {.limits = {.message = (bits & 1) != 0 ? 100UL : 64_KiB},
            .role = (bits & 2) != 0 ? Role::Client : Role::Server,
            .deflate = (bits & 4) != 0,
            .takeover = (bits & 8) != 0 ? ContextTakeover::Yes : ContextTakeover::No};
}

std::string describe(const Event& event, Reader& reader, const Choice& choice) {
    std::string line = std::to_string(static_cast<int>(event.kind)) + " " +
                       std::to_string(event.code) + " " + std::string(event.payload);
    if (event.kind == Event::Kind::Message) {
        const std::string message = reader.take_message();
        demand(message.size() <= choice.limits.message);
        line += std::to_string(static_cast<int>(event.opcode)) + message;
    }
    if (event.kind == Event::Kind::Error) {
        demand(event.error.blame == Blame::Peer);
        demand(event.error.wire_code == 1002 || event.error.wire_code == 1007 ||
               event.error.wire_code == 1009);
        line += std::to_string(event.error.wire_code);
    }
    return line + "\n";
}

template <class PieceSize>
std::string read(std::string_view wire, const Choice& choice, PieceSize piece) {
    Inflater inflater;
    Reader reader(choice.limits, choice.role);
    if (choice.deflate) reader.use_deflate(inflater, choice.takeover);
    std::string trace;
    while (true) {
        const std::size_t size = std::min(piece(), wire.size());
        std::size_t begin = 0;
        while (true) {
            const auto block = std::make_unique<char[]>(size - begin);
            wire.substr(begin, size - begin).copy(block.get(), size - begin);
            const Event event = reader.next({block.get(), size - begin});
            demand(event.consumed <= size - begin);
            begin += event.consumed;
            if (event.kind == Event::Kind::NeedMore) break;
            trace += describe(event, reader, choice);
            if (event.kind == Event::Kind::Error) return trace;
        }
        demand(begin == size);
        wire.remove_prefix(size);
        if (wire.empty()) return trace;
    }
}

void compare_masks(std::string_view text) {
    const std::array<char, 4> mask{'\x12', '\xfe', '\x00', '\x77'};
    const unsigned phase = text.size() % 4;
    std::string fast(text.size(), '\0'), slow(text.size(), '\0');
    apply_mask(fast.data(), text.data(), text.size(), mask, phase);
    apply_mask_scalar(slow.data(), text.data(), text.size(), mask, phase);
    demand(fast == slow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view wire(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Choice choice = choose(data[1]);
    const std::string whole = read(wire, choice, [&] { return wire.size(); });
    std::uint32_t state = data[0];
    demand(read(wire, choice, [&state] {
               state = state * 1664525 + 1013904223;
               return std::size_t{1} + (state >> 24) % 32;
           }) == whole);
    if (wire.size() <= 512) demand(read(wire, choice, [] { return std::size_t{1}; }) == whole);
    compare_masks(wire);
    return 0;
}
