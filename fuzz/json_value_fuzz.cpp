// SPDX-License-Identifier: MIT
/// \file
/// Any bytes: JsonValue::parse gives a value or an error blamed on the peer; what it accepts is
/// what simdjson's tree parser accepts; a value survives dump and parse.
#include <pottle/json/value.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <simdjson.h>

namespace {

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

/// simdjson 3.0 takes the second half of a surrogate pair alone, which Pottle refuses.
bool may_have_lone_surrogate(std::string_view text) {
    for (std::size_t at = text.find("\\u"); at != text.npos; at = text.find("\\u", at + 2))
        if (at + 2 < text.size() && (text[at + 2] == 'd' || text[at + 2] == 'D')) return true;
    return false;
}

void compare_with_simdjson(std::string_view text, bool is_accepted) {
    simdjson::dom::parser parser;
    require(parser.allocate(text.size() + 64, 1000) == simdjson::SUCCESS, "allocate");
    simdjson::dom::element root;
    const bool reference = parser.parse(text.data(), text.size()).get(root) == simdjson::SUCCESS;
    if (reference == is_accepted) return;
    if (reference && may_have_lone_surrogate(text)) return;
    require(false, is_accepted ? "simdjson refuses what was accepted"
                               : "simdjson accepts what was refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pottle;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = JsonValue::parse(text, {.max_depth = 999});
    compare_with_simdjson(text, value.has_value());
    if (!value) {
        require(value.error().blame == Blame::Peer, "a bad document is the peer's mistake");
        return 0;
    }
    for (const JsonDumpOptions options :
         {JsonDumpOptions{},
          JsonDumpOptions{.indent = 1, .sort_keys = true, .escape_ascii = true}}) {
        const std::string dumped = value->dump(options);
        const auto again = JsonValue::parse(dumped, {.max_depth = 999});
        require(again.has_value(), "what was dumped is parsed");
        require(*again == *value, "and is equal");
        require(again->dump(options) == dumped, "and is dumped the same");
    }
    const JsonValue copy = *value;
    require(copy == *value, "a copy is equal");
    return 0;
}
