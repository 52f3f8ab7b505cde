// SPDX-License-Identifier: MIT
/// \file
/// Random patterns and paths. Input: patterns, one a line, an empty line, paths, one a line. No
/// pattern or path may crash; what is found must give the path back when the captures are put into
/// the pattern; a redirect must lead to what is found.
#include "router.hpp"
#include "url_path.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace pottle;
using namespace pottle::app;

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return line;
}

void require(bool condition) {
    if (!condition) std::abort();
}

/// The path that the captures make of the route's pattern.
std::string rebuild(const Route& route, const Captures& captures) {
    std::string path;
    std::size_t next = 0;
    for (const RoutePiece& piece : route.pieces)
        path += piece.is_parameter ? captures[next++] : std::string_view(piece.text);
    require(next == captures.size());
    return path;
}

/// Without leading slashes, which never count, and one at the end, which strict_slashes rules.
std::string_view core(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

void check(const Router& router, std::string_view raw) {
    std::string storage;
    const std::string_view path = decode_path(raw, storage);
    Captures captures;
    const RouteMatch match = router.match({path}, captures);
    if (match.kind == RouteMatch::Kind::Found) {
        require(core(rebuild(router.route(match.route), captures)) == core(path));
    } else if (match.kind == RouteMatch::Kind::Redirect) {
        require(match.location.starts_with('/') && !match.location.starts_with("//"));
        const RouteMatch after = router.match({decode_path(match.location, storage)}, captures);
        // NotFound: bounds are checked only then (RT-12). Never one redirect after the other.
        require(after.kind == RouteMatch::Kind::Found || after.kind == RouteMatch::Kind::NotFound ||
                after.kind == RouteMatch::Kind::MethodNotAllowed);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::string_view kGet[] = {"GET"};
    constexpr std::string_view kPost[] = {"POST"};
    Router router;
    for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
        RouteOptions options;
        const bool relaxed = line.starts_with('~');
        const bool posts = line.starts_with('!');
        if (relaxed || posts) line.remove_prefix(1);
        options.strict_slashes = !relaxed;
        const auto added = router.add(line, posts ? kPost : kGet, options, {});
        require(added.has_value() || !added.error().empty());
    }
    router.freeze();
    while (!text.empty()) check(router, take_line(text));
    return 0;
}
