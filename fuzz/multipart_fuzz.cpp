// SPDX-License-Identifier: MIT
/// \file
/// The multipart reader on any bytes: the same parts however the input is cut, nothing held back
/// but the beginning of a delimiter or a head, errors blamed on the peer and repeated.
///
/// The first byte seeds the cuts.
#include <pottle/http/multipart.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace pottle;
using namespace pottle::http;

namespace {

constexpr MultipartLimits kLimits{.parts = 8, .part_head = 256};

void demand(bool condition) {
    if (!condition) std::abort();
}

/// What the reader says, as text.
template <class NextSize>
std::string read(std::string_view body, NextSize next_size) {
    using Kind = MultipartReader::Event::Kind;
    MultipartReader reader("b", kLimits);
    std::string said;
    std::string buffer;
    while (true) {
        std::string_view input = buffer;
        while (true) {
            const MultipartReader::Event event = reader.next(input);
            if (event.kind == Kind::NeedMore) break;
            if (event.kind == Kind::End) return said + "END";
            if (event.kind == Kind::Error) {
                demand(event.error.blame == Blame::Peer && event.error.status >= 400);
                demand(reader.next(input).kind == Kind::Error);
                return said + "ERROR";
            }
            if (event.kind == Kind::Part) {
                said += "PART";
                for (const Field& field : reader.fields())
                    said.append(field.name).append("=").append(field.value);
            } else if (event.kind == Kind::Data) {
                demand(!event.data.empty());
                said += event.data;
            } else {
                said += "OVER";
            }
        }
        demand(input.size() <= kLimits.part_head + 300);
        buffer.erase(0, buffer.size() - input.size());
        if (body.empty()) return said + (reader.finish() ? "END" : "ERROR");
        const std::size_t size = std::min(body.size(), next_size());
        buffer += body.substr(0, size);
        body.remove_prefix(size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::uint32_t seed = data[0];
    const std::string whole = read(body, [] { return std::size_t{1} << 30; });
    demand(read(body, [] { return std::size_t{1}; }) == whole);
    demand(read(body, [&] {
               seed = seed * 1664525 + 1013904223;
               return std::size_t{1} + (seed >> 27);
           }) == whole);
    if (const auto boundary = multipart_boundary(body)) demand(boundary->size() <= 70);
    return 0;
}
