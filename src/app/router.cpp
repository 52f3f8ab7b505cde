// SPDX-License-Identifier: MIT
#include "router.hpp"

#include "url_path.hpp"

#include <pottle/app/path_value.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>

#include <algorithm>
#include <limits>
#include <ranges>
#include <tuple>

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

std::string Router::describe_twin(const RouteEntry& twin, const RouteEntry& entry,
                                  std::string_view pattern, SourceLine where) const {
    const Route& first = routes_[twin.index];
    const MethodSet both = twin.explicit_methods & entry.explicit_methods;
    return fmt::format("route {} {} at {} is already defined as {} at {}", methods_.list(both),
                       pattern, place(where), first.pattern, place(first.where));
}

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
    if (!options.host.empty()) {
        const RouteMistake mistake = find_mistake("/" + options.host);
        if (mistake != RouteMistake::None || options.host.contains('/'))
            return std::unexpected(fmt::format(
                "route {} at {}: host {}: {}", pattern, place(where), options.host,
                mistake == RouteMistake::None ? "a host has no slash" : describe(mistake)));
    }
    if (!options.build_only) {
        RouteTrie& trie = ensure_table(options.host).trie;
        const RouteEntry* const twin = trie.add(cut_into_parts(merged.substr(1)), entry);
        if (twin) return std::unexpected(describe_twin(*twin, entry, pattern, where));
    }

    Route& route = routes_.emplace_back();
    route.pattern = pattern;
    route.methods = entry.methods();
    route.options = options;
    route.where = where;
    route.pieces = std::move(pieces);
    route.host_pieces = keep_pieces(route.options.host);
    route.checks = std::move(checks);
    return entry.index;
}

void Router::use_hosts(HostMode mode, std::string server_name) {
    POTTLE_REQUIRE(routes_.empty(), "hosts are decided before routes are added");
    mode_ = mode;
    for (char& c : server_name) c = ascii::to_lower(c);
    server_name_ = std::move(server_name);
    tables_.front().accepts_any = mode != HostMode::Subdomain;
}

Router::Table& Router::ensure_table(const std::string& pattern) {
    const auto known = std::ranges::find(tables_, pattern, &Table::pattern);
    if (known != tables_.end()) return *known;
    const std::size_t order = tables_.size();
    Table& table = tables_.emplace_back();
    table.order = order;
    table.pattern = pattern;
    table.accepts_any = false;
    table.part = std::move(cut_into_parts(pattern).front());
    for (char& c : table.part.text) c = ascii::to_lower(c);
    if (!table.part.is_static) table.matcher.emplace(table.part.elements);
    return table;
}

bool Router::Table::accepts(std::string_view domain) const {
    if (accepts_any) return true;
    if (!matcher) return domain == part.text;
    Capture captures[kMaxPathValues];
    return matcher->match(domain, captures);
}

void Router::freeze() {
    for (Table& table : tables_) table.trie.freeze();
    const auto key = [](const Table& table) {
        return std::tuple(!table.part.is_static, table.part.weight, table.order);
    };
    std::ranges::sort(tables_ | std::views::drop(1), {}, key);
}

std::optional<std::string> Router::domain_of(std::string_view authority, bool is_secure) const {
    const std::string_view default_port = is_secure ? ":443" : ":80";
    const auto normal = [&](std::string_view host) {
        if (host.ends_with(default_port)) host.remove_suffix(default_port.size());
        std::string lower(host);
        for (char& c : lower) c = ascii::to_lower(c);
        return lower;
    };
    std::string host = normal(authority);
    if (mode_ == HostMode::Host) return host;
    const std::string server = normal(server_name_);
    // RT-43: a client without a Host field gets the site itself.
    if (host.empty() || host == server) return std::string();
    if (!host.ends_with("." + server)) return std::nullopt;
    host.resize(host.size() - server.size() - 1);
    return host;
}

std::optional<std::string> Router::host_value(RouteIndex index, std::string_view domain,
                                              std::string_view name) const {
    const auto table = std::ranges::find(tables_, routes_[index].options.host, &Table::pattern);
    Capture captures[kMaxPathValues];
    if (table == tables_.end() || !table->matcher || !table->matcher->match(domain, captures))
        return std::nullopt;
    std::size_t i = 0;
    for (const RoutePiece& piece : routes_[index].host_pieces) {
        if (!piece.is_parameter) continue;
        if (piece.text == name) return std::string(captures[i].view());
        ++i;
    }
    return std::nullopt;
}

RouteMatch Router::match_host(const RouteQuery& query, std::string_view authority, bool is_secure,
                              Captures& captures) const {
    RouteMatch best;
    const std::optional<std::string> domain = domain_of(authority, is_secure);
    if (!domain) {
        best.foreign_host = true;
        return best;
    }
    const auto try_table = [&](const Table& table) {
        if (!table.accepts(*domain)) return false;
        RouteMatch match = match_in(table.trie, query, captures);
        const bool over = match.kind == RouteMatch::Kind::Found ||
                          match.kind == RouteMatch::Kind::AutomaticOptions ||
                          match.kind == RouteMatch::Kind::Redirect;
        if (over || match.kind == RouteMatch::Kind::MethodNotAllowed ||
            best.kind == RouteMatch::Kind::NotFound) {
            match.allow |= best.allow;
            best = std::move(match);
        }
        return over;
    };
    for (std::size_t i = 1; i < tables_.size(); ++i)
        if (try_table(tables_[i])) return best;
    try_table(tables_.front());
    return best;
}

RouteMatch Router::match_in(const RouteTrie& trie, const RouteQuery& query,
                            Captures& captures) const {
    const MethodSet method = methods_.find(query.method, query.method_text);
    std::string_view path = query.path;
    while (path.starts_with('/')) path.remove_prefix(1);  // "//a" is "/a": never another host
    RouteMatch match;
    if (!query.path.empty() && query.method != Method::Options) [[likely]] {
        if (const RouteEntry* route = trie.find_static_route(path, method, query.kind)) {
            match.kind = RouteMatch::Kind::Found;
            match.route = route->index;
            captures.size_ = 0;
            return match;
        }
    }
    const RouteTrie::Result result =
        trie.match(path, query.path.empty(), method, query.kind, captures.values_);
    if (result.verdict == RouteTrie::Verdict::Found) [[likely]] {
        match.route = result.route->index;
        captures.size_ = result.route->parameter_count;
        if (result.route->has_checks && !values_fit(routes_[match.route], captures))
            report_no_match(result, match);
        else if (query.method == Method::Options &&
                 !result.route->explicit_methods.contains(kOptions))
            answer_options(trie, *result.route, query, path, match);
        else
            match.kind = RouteMatch::Kind::Found;
    } else if (result.verdict == RouteTrie::Verdict::SlashRequired) {
        match.kind = RouteMatch::Kind::Redirect;
        match.route = result.route->index;
        match.location = query.path.empty() ? "/" : "/" + encode_path(path) + "/";
    } else {
        match_merged(trie, result, query, method, path, match);
    }
    return match;
}

bool Router::values_fit(const Route& route, const Captures& captures) {
    for (std::size_t i = 0; i < route.checks.size(); ++i)
        if (!value_fits(route.checks[i], captures[i])) return false;
    return true;
}

/// Once more with merged slashes (RT-22), for routes that want it.
void Router::match_merged(const RouteTrie& trie, const RouteTrie::Result& unmerged,
                          const RouteQuery& query, MethodSet method, std::string_view path,
                          RouteMatch& match) const {
    if (path.find("//") == path.npos) return report_no_match(unmerged, match);
    const std::string merged = merge_slashes(path);
    Captures ignored;
    RouteTrie::Result result = trie.match(merged, false, method, query.kind, ignored.values_);
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
void Router::answer_options(const RouteTrie& trie, const RouteEntry& route, const RouteQuery& query,
                            std::string_view path, RouteMatch& match) const {
    Captures ignored;
    const RouteTrie::Result others =
        trie.match(path, query.path.empty(), MethodSet{}, query.kind, ignored.values_);
    match.kind = RouteMatch::Kind::AutomaticOptions;
    match.allow = others.allow | route.methods();
}

}  // namespace pottle::app
