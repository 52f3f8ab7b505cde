// SPDX-License-Identifier: MIT
/// \file
/// Any bytes, in any split, give the same events or the same error blamed on the peer; the vector
/// searches find what the scalar ones find.
///
/// The first byte seeds the split, the second chooses small or default limits; the rest is wire.
#include "scan.hpp"

#include <pottle/proto/h1/reader.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

using namespace pottle;
using namespace pottle::h1;

namespace {

void demand(bool condition) {
    if (!condition) std::abort();
}

void append_view(std::string& trace, std::string_view text) {
    trace.append(std::to_string(text.size())).append(":").append(text);
}

void append_fields(std::string& trace, http::Fields fields) {
    for (const http::Field& field : fields) {
        append_view(trace, field.name);
        append_view(trace, field.value);
    }
}

/// Reads `wire` and writes down every event; `piece` gives the sizes of the pieces.
template <class PieceSize>
std::string read(std::string_view wire, const Limits& limits, HeadScratch& scratch,
                 PieceSize piece) {
    Reader reader(limits);
    std::string trace;
    std::string content;
    std::size_t begin = 0;
    std::size_t end = 0;
    while (true) {
        const auto block = std::make_unique<char[]>(end - begin);
        wire.substr(begin, end - begin).copy(block.get(), end - begin);
        Head head;
        const Event event = reader.next({block.get(), end - begin}, head, scratch);
        demand(event.consumed <= end - begin);
        begin += event.consumed;
        switch (event.kind) {
            case Event::Kind::NeedMore:
                demand(event.consumed == 0);
                demand(end - begin <= limits.head + limits.trailers + limits.chunk_line + 16);
                if (end == wire.size()) return trace + content;
                end += std::min(piece(), wire.size() - end);
                break;
            case Event::Kind::Head:
                demand(head.version == HttpVersion::Http10 || !head.authority.empty());
                demand(head.fields.size() <= limits.fields);
                trace += "head " + std::to_string(static_cast<int>(head.framing)) +
                         std::to_string(static_cast<int>(head.form)) +
                         std::to_string(head.content_length) +
                         std::to_string(head.keep_alive + 2 * head.expect_continue +
                                        4 * head.has_upgrade);
                for (const std::string_view text :
                     {head.method_text, head.target, head.path, head.query, head.authority})
                    append_view(trace, text);
                append_fields(trace, head.fields);
                break;
            case Event::Kind::Data:
                demand(!event.data.empty());
                content += event.data;
                break;
            case Event::Kind::End:
                append_view(trace, content);
                content.clear();
                append_fields(trace, event.trailers);
                reader.next_message();
                break;
            case Event::Kind::Error:
                demand(event.error.blame == Blame::Peer);
                demand(event.error.status >= 400 && event.error.status <= 505);
                return trace + content + " error " + std::string(event.error.text);
        }
    }
}

template <class Set>
void compare_searches(std::string_view wire) {
    const std::size_t longest = std::min<std::size_t>(wire.size(), 64);
    for (std::size_t from = 0; from < longest; ++from)
        demand(scan::find<Set>(wire, from) == scan::find_scalar<Set>(wire, from));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view wire(reinterpret_cast<const char*>(data) + 2, size - 2);
    static const Limits kSmall{.request_line = 64,
                               .head = 256,
                               .fields = 6,
                               .body = 100,
                               .chunk_line = 24,
                               .chunk_extensions = 48,
                               .trailers = 64};
    static const Limits kDefault;
    const Limits& limits = data[1] % 2 == 0 ? kDefault : kSmall;
    const auto scratch = std::make_unique<HeadScratch>();

    const std::string whole = read(wire, limits, *scratch, [&] { return wire.size(); });
    std::uint32_t state = data[0];
    const auto random_piece = [&state] {
        state = state * 1664525 + 1013904223;
        return std::size_t{1} + (state >> 24) % 32;
    };
    demand(read(wire, limits, *scratch, random_piece) == whole);
    if (wire.size() <= 512)
        demand(read(wire, limits, *scratch, [] { return std::size_t{1}; }) == whole);
    compare_searches<scan::ControlBytes>(wire);
    compare_searches<scan::NonTargetBytes>(wire);
    compare_searches<scan::NonPathBytes>(wire);
    compare_searches<scan::UnusualNameBytes>(wire);
    return 0;
}
