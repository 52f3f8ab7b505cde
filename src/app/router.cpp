// SPDX-License-Identifier: MIT
#include "router.hpp"

#include "url_path.hpp"

#include <pottle/app/path_value.hpp>

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace pottle::app {
namespace {

constexpr MethodSet kGet = MethodSet::of(Method::Get);
constexpr MethodSet kHead = MethodSet::of(Method::Head);
constexpr MethodSet kOptions = MethodSet::of(Method::Options);

std::string place(SourceLine where) {
    return fmt::format("{}:{}", where.file, where.line);
}

std::vector<RoutePiece> keep_pieces(std::string_view pattern) {
    std::vector<RoutePiece> pieces;
    PatternReader reader(pattern);
    while (!reader.done()) {
        PatternPiece piece;
        reader.next(piece);
        RoutePiece& kept = pieces.emplace_back();
        kept.is_parameter = piece.is_parameter;
        kept.text = piece.text;
        if (!piece.is_parameter) continue;
        kept.converter = piece.converter;
        parse_converter_options(piece.converter, piece.arguments, kept.options);
        if (piece.converter != Converter::Any) continue;
        ArgumentReader arguments(piece.arguments);
        for (ConverterArgument item; !arguments.done() && arguments.next(item);)
            kept.items.emplace_back(item.value);
    }
    return pieces;
}

bool has_bounds(const ConverterOptions& options) {
    return options.fixed_digits != 0 || options.min.given || options.max.given;
}

/// The options of every parameter; empty when no value needs a check after the match.
std::vector<ConverterOptions> keep_checks(const std::vector<RoutePiece>& pieces) {
    std::vector<ConverterOptions> checks;
    bool any = false;
    for (const RoutePiece& piece : pieces) {
        if (!piece.is_parameter) continue;
        checks.push_back(piece.options);
        any = any || has_bounds(piece.options);
    }
    if (!any) checks.clear();
    return checks;
}

/// Numbers of more digits than a long long has lie beyond every bound that can be written.
bool integer_fits(const ConverterOptions& options, std::string_view text) {
    constexpr long long kMin = std::numeric_limits<long long>::min();
    constexpr long long kMax = std::numeric_limits<long long>::max();
    long long value = 0;
    if (!parse_path_integer(text, value, kMin, kMax)) value = text.front() == '-' ? kMin : kMax;
    return (!options.min.given || value >= options.min.integer) &&
           (!options.max.given || value <= options.max.integer);
}

bool real_fits(const ConverterOptions& options, std::string_view text) {
    double value = 0;
    return parse_path_real(text, value) && (!options.min.given || value >= options.min.real) &&
           (!options.max.given || value <= options.max.real);
}

bool value_fits(const ConverterOptions& options, std::string_view text) {
    if (!has_bounds(options)) return true;
    if (options.fixed_digits != 0 && text.size() != options.fixed_digits) return false;
    return text.find('.') == text.npos ? integer_fits(options, text) : real_fits(options, text);
}

}  // namespace

std::expected<RouteIndex, std::string> Router::add(std::string_view pattern,
                                                   std::span<const std::string_view> methods,
                                                   RouteOptions options, SourceLine where) {
    if (const RouteMistake mistake = find_mistake(pattern); mistake != RouteMistake::None)
        return std::unexpected(
            fmt::format("route {} at {}: {}", pattern, place(where), describe(mistake)));

    RouteEntry entry;
    entry.index = static_cast<RouteIndex>(routes_.size());
    entry.kind = options.kind;
    entry.strict_slashes = options.strict_slashes;
    for (const std::string_view name : methods) {
        const std::optional<MethodSet> method = methods_.ensure(name);
        if (!method)
            return std::unexpected(
                fmt::format("route {} at {}: '{}' is not a method", pattern, place(where), name));
        entry.explicit_methods |= *method;
    }
    if (entry.explicit_methods.empty())
        return std::unexpected(
            fmt::format("route {} at {}: a route needs a method", pattern, place(where)));
    if (entry.explicit_methods.contains(kGet)) entry.implied_methods |= kHead;
    if (options.automatic_options) entry.implied_methods |= kOptions;

    const std::string merged =
        options.merge_slashes ? merge_slashes(pattern) : std::string(pattern);
    std::vector<RoutePiece> pieces = keep_pieces(merged);
    std::vector<ConverterOptions> checks = keep_checks(pieces);
    entry.has_checks = !checks.empty();
    entry.parameter_count =
        static_cast<std::uint8_t>(std::ranges::count(pieces, true, &RoutePiece::is_parameter));
    if (const RouteEntry* twin = trie_.add(cut_into_parts(merged.substr(1)), entry)) {
        const Route& first = routes_[twin->index];
        const MethodSet both = twin->explicit_methods & entry.explicit_methods;
        return std::unexpected(fmt::format("route {} {} at {} is already defined as {} at {}",
                                           methods_.list(both), pattern, place(where),
                                           first.pattern, place(first.where)));
    }

    Route& route = routes_.emplace_back();
    route.pattern = pattern;
    route.methods = entry.methods();
    route.options = options;
    route.where = where;
    route.pieces = std::move(pieces);
    route.checks = std::move(checks);
    return entry.index;
}

RouteMatch Router::match(const RouteQuery& query, Captures& captures) const {
    const MethodSet method = methods_.find(query.method, query.method_text);
    std::string_view path = query.path;
    while (path.starts_with('/')) path.remove_prefix(1);  // "//a" is "/a": never another host
    const RouteTrie::Result result =
        trie_.match(path, query.path.empty(), method, query.kind, captures.values_);
    RouteMatch match;
    if (result.verdict == RouteTrie::Verdict::Found) [[likely]] {
        match.route = result.route->index;
        captures.size_ = result.route->parameter_count;
        if (result.route->has_checks && !values_fit(routes_[match.route], captures))
            report_no_match(result, match);
        else if (query.method == Method::Options &&
                 !result.route->explicit_methods.contains(kOptions))
            answer_options(*result.route, query, path, match);
        else
            match.kind = RouteMatch::Kind::Found;
    } else if (result.verdict == RouteTrie::Verdict::SlashRequired) {
        match.kind = RouteMatch::Kind::Redirect;
        match.route = result.route->index;
        match.location = query.path.empty() ? "/" : "/" + encode_path(path) + "/";
    } else {
        match_merged(result, query, method, path, match);
    }
    return match;
}

bool Router::values_fit(const Route& route, const Captures& captures) {
    for (std::size_t i = 0; i < route.checks.size(); ++i)
        if (!value_fits(route.checks[i], captures[i])) return false;
    return true;
}

/// Once more with merged slashes (RT-22), for routes that want it.
void Router::match_merged(const RouteTrie::Result& unmerged, const RouteQuery& query,
                          MethodSet method, std::string_view path, RouteMatch& match) const {
    if (path.find("//") == path.npos) return report_no_match(unmerged, match);
    const std::string merged = merge_slashes(path);
    Captures ignored;
    RouteTrie::Result result = trie_.match(merged, false, method, query.kind, ignored.values_);
    result.allow |= unmerged.allow;
    result.wrong_kind |= unmerged.wrong_kind;
    if (result.verdict == RouteTrie::Verdict::NoMatch ||
        !routes_[result.route->index].options.merge_slashes)
        return report_no_match(result, match);
    match.kind = RouteMatch::Kind::Redirect;
    match.route = result.route->index;
    match.location = "/" + encode_path(merged);
    if (result.verdict == RouteTrie::Verdict::SlashRequired) match.location += '/';
}

void Router::report_no_match(const RouteTrie::Result& result, RouteMatch& match) {
    match.allow = result.allow;
    match.kind = !result.allow.empty() ? RouteMatch::Kind::MethodNotAllowed
                 : result.wrong_kind   ? RouteMatch::Kind::WrongKind
                                       : RouteMatch::Kind::NotFound;
}

/// Allow lists the methods of every route that this path matches: a method that none accepts
/// collects them.
void Router::answer_options(const RouteEntry& route, const RouteQuery& query, std::string_view path,
                            RouteMatch& match) const {
    Captures ignored;
    const RouteTrie::Result others =
        trie_.match(path, query.path.empty(), MethodSet{}, query.kind, ignored.values_);
    match.kind = RouteMatch::Kind::AutomaticOptions;
    match.allow = others.allow | route.methods();
}

}  // namespace pottle::app
