// SPDX-License-Identifier: MIT
#include "url_map.hpp"

#include "nearest.hpp"
#include "router.hpp"
#include "url_path.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <charconv>
#include <tuple>

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// UF-5: the value as the converter writes it; empty when it cannot.
std::optional<std::string> write_value(const RoutePiece& piece, const UrlValue& value) {
    using Kind = UrlValue::Kind;
    const std::string& text = value.text();
    if (value.kind() == Kind::None || value.kind() == Kind::List) return std::nullopt;
    switch (piece.converter) {
        case Converter::Int: {
            long long number = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
            return fmt::format("{:0{}}", number, piece.options.fixed_digits);
        }
        case Converter::Float: {
            double number = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
            std::string written = fmt::format("{}", number);
            if (written.find_first_of(".e") == written.npos) written += ".0";
            return written;
        }
        case Converter::Any:
            if (std::ranges::find(piece.items, text) == piece.items.end()) return std::nullopt;
            return encode_path(text);
        case Converter::Uuid: {
            const std::optional<Uuid> uuid = Uuid::parse(text);
            if (!uuid) return std::nullopt;
            return UrlValue(*uuid).text();
        }
        case Converter::String:
        case Converter::Path:
        case Converter::Custom:
            return encode_path(text);
    }
    return std::nullopt;
}

/// The pieces with values in the places of their parameters; empty when one does not fit.
std::optional<std::string> write_pieces(const std::vector<RoutePiece>& pieces,
                                        const RouteRecord& record, const UrlValues& values) {
    std::string out;
    for (const RoutePiece& piece : pieces) {
        if (!piece.is_parameter) {
            out += encode_path(piece.text);
            continue;
        }
        const UrlValue* value = values.find(piece.text);
        if (!value) value = record.settings.defaults.find(piece.text);
        if (!value) return std::nullopt;
        const auto written = write_value(piece, *value);
        if (!written) return std::nullopt;
        out += *written;
    }
    return out;
}

/// RFC 3986 3.4 with '+' for spaces; the characters that Werkzeug leaves as they are.
void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view kSafe = "-._~!$'()*,/:;?@";
    for (const char c : text) {
        if (ascii::is_alnum(c) || kSafe.find(c) != kSafe.npos)
            out += c;
        else if (c == ' ')
            out += '+';
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
}

void append_argument(std::string& query, std::string_view name, std::string_view value) {
    query += query.empty() ? '?' : '&';
    append_encoded(query, name);
    query += '=';
    append_encoded(query, value);
}

/// UF-3: what is no argument of the route, in the order given.
std::string write_query(const RouteRecord& record, const UrlValues& values) {
    std::string query;
    for (const auto& [name, value] : values) {
        if (value.is_none() || std::ranges::find(record.arguments, name) != record.arguments.end())
            continue;
        if (value.kind() == UrlValue::Kind::List)
            for (const std::string& item : value.list()) append_argument(query, name, item);
        else
            append_argument(query, name, value.text());
    }
    return query;
}

/// Values as a converter reads them: "01" is 1.
bool same_value(const UrlValue& a, const UrlValue& b) {
    const auto normal = [](const UrlValue& value) {
        std::string_view text = value.text();
        const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
        while (digits && text.size() > 1 && text.front() == '0') text.remove_prefix(1);
        return text;
    };
    return normal(a) == normal(b);
}

bool has_defaults_like(const RouteRecord& record, const UrlValues& values) {
    return std::ranges::all_of(record.settings.defaults, [&](const UrlValues::Entry& entry) {
        const UrlValue* value = values.find(entry.name);
        return !value || same_value(*value, entry.value);
    });
}

}  // namespace

void UrlMap::fill(const std::vector<std::unique_ptr<RouteRecord>>& records, const Router& router) {
    router_ = &router;
    for (const auto& record : records) {
        const auto group = std::ranges::find(groups_, record->endpoint, &Group::endpoint);
        if (group != groups_.end())
            group->records.push_back(record.get());
        else
            groups_.push_back({record->endpoint, {record.get()}});
    }
    std::ranges::sort(groups_, {}, &Group::endpoint);
    // Those that take more come first, so that values go into the path rather than the query.
    const auto key = [](const RouteRecord* record) {
        return std::tuple(record->settings.alias, -static_cast<long>(record->arguments.size()),
                          -static_cast<long>(record->settings.defaults.size()), record->index);
    };
    for (Group& group : groups_) std::ranges::sort(group.records, {}, key);
}

const UrlMap::Group* UrlMap::find_group(std::string_view endpoint) const noexcept {
    const auto found = std::ranges::lower_bound(groups_, endpoint, {}, &Group::endpoint);
    return found != groups_.end() && found->endpoint == endpoint ? &*found : nullptr;
}

const Pipeline* UrlMap::find_pipeline(std::string_view endpoint) const noexcept {
    const Group* const group = find_group(endpoint);
    return group ? group->records.front()->pipeline : nullptr;
}

bool UrlMap::suits(const RouteRecord& record, const UrlValues& values, std::string_view method) {
    if (!method.empty() && std::ranges::find(record.methods, method) == record.methods.end())
        return false;
    const bool complete = std::ranges::all_of(record.arguments, [&](const std::string& name) {
        return values.contains(name) || record.settings.defaults.contains(name);
    });
    return complete && has_defaults_like(record, values);
}

std::optional<BuiltUrl> UrlMap::build_route(const RouteRecord& record,
                                            const UrlValues& values) const {
    const Route& route = router_->route(record.index);
    const auto domain = write_pieces(route.host_pieces, record, values);
    const auto path = write_pieces(route.pieces, record, values);
    if (!domain || !path) return std::nullopt;
    return BuiltUrl{&record, *domain, *path + write_query(record, values)};
}

std::optional<BuiltUrl> UrlMap::build_first(const Group& group, const UrlValues& values,
                                            std::string_view method) const {
    for (const RouteRecord* record : group.records) {
        if (!suits(*record, values, method)) continue;
        if (auto built = build_route(*record, values)) return built;
    }
    return std::nullopt;
}

std::expected<BuiltUrl, std::string> UrlMap::build(std::string_view endpoint,
                                                   const UrlValues& values, std::string_view method,
                                                   std::string_view preferred) const {
    if (const Group* const group = find_group(endpoint)) {
        if (method.empty() && !preferred.empty())
            if (auto built = build_first(*group, values, preferred)) return *built;
        if (auto built = build_first(*group, values, method)) return *built;
        return std::unexpected(explain(endpoint, group, values, method));
    }
    return std::unexpected(explain(endpoint, nullptr, values, method));
}

/// UF-9.
std::string UrlMap::explain(std::string_view endpoint, const Group* group, const UrlValues& values,
                            std::string_view method) const {
    std::string sentence = fmt::format("no URL can be built for the endpoint \"{}\"", endpoint);
    if (!group) {
        std::vector<std::string_view> known;
        known.reserve(groups_.size());
        for (const Group& other : groups_) known.push_back(other.endpoint);
        const std::string_view nearest = find_nearest(endpoint, known);
        return sentence + (nearest.empty() ? ": no route has it"
                                           : fmt::format(": did you mean \"{}\"?", nearest));
    }
    const RouteRecord& record = *group->records.front();
    std::vector<std::string> missing;
    for (const std::string& name : record.arguments)
        if (!values.contains(name) && !record.settings.defaults.contains(name))
            missing.push_back(name);
    if (!missing.empty())
        return fmt::format("{}: it needs values for {}", sentence, fmt::join(missing, ", "));
    if (!method.empty() && std::ranges::find(record.methods, method) == record.methods.end())
        return fmt::format("{}: its methods are {}", sentence, fmt::join(record.methods, ", "));
    return fmt::format("{}: a value does not fit the pattern {}", sentence, record.pattern);
}

const RouteRecord* UrlMap::find_canonical(const RouteRecord& record,
                                          const UrlValues& values) const {
    const Group* const group = find_group(record.endpoint);
    for (const RouteRecord* other : group->records) {
        const UrlValues& defaults = other->settings.defaults;
        if (other == &record || defaults.empty() || other->settings.build_only) continue;
        if (!std::ranges::is_permutation(other->arguments, record.arguments)) continue;
        const bool same = std::ranges::all_of(defaults, [&](const UrlValues::Entry& entry) {
            const UrlValue* value = values.find(entry.name);
            return value && same_value(*value, entry.value);
        });
        // Of two routes with defaults the one that says more stands.
        if (same && defaults.size() > record.settings.defaults.size()) return other;
    }
    return nullptr;
}

}  // namespace pottle::app
