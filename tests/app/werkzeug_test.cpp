// SPDX-License-Identifier: MIT
/// \file
/// Replays what Werkzeug answered for random routing tables (data/routing.txt, written by
/// werkzeug_oracle.py). Not asked, because Pottle decides otherwise on purpose:
/// - A second route for the same pattern, method and kind: Werkzeug lets the first win, Pottle
///   refuses it when it is added (RT-4).
/// - One route that implies HEAD or OPTIONS beside one that names it: in Werkzeug the first added
///   wins, in Pottle the one that names it.
/// - `merge_slashes=False` on a route that would then need a redirect to its trailing slash:
///   Werkzeug redirects to the merged path, Pottle does not merge for such a route.
/// - Digits outside ASCII, which Python's `\d` accepts; newlines, which its `.` refuses in a path.
#include "router.hpp"
#include "url_path.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::app;

namespace {

std::vector<std::string> split(const std::string& text, char mark) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, mark);) parts.push_back(part);
    return parts;
}

std::string join(const std::vector<std::string>& parts, char mark) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : std::string(1, mark)) + part;
    return text;
}

/// As Python's quote(text, safe="").
std::string quote_all(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const std::string_view plain("-._~");
        if (ascii::is_alnum(c) || plain.find(c) != plain.npos) {
            out += c;
        } else {
            const std::string hex = ascii::hex({&c, 1});
            out += '%';
            for (const char digit : hex) out += ascii::to_upper(digit);
        }
    }
    return out;
}

/// Sorted by name, as the oracle prints them.
std::string sorted_methods(std::string text) {
    std::erase(text, ' ');
    std::vector<std::string> names = split(text, ',');
    std::sort(names.begin(), names.end());
    return join(names, ',');
}

void add_rule(Router& router, const std::vector<std::string>& fields) {
    const std::vector<std::string> names = split(fields.at(2), ',');
    const std::vector<std::string_view> methods(names.begin(), names.end());
    const auto has = [&](char flag) { return fields.at(3).find(flag) != std::string::npos; };
    const auto added = router.add(fields.at(1), methods,
                                  {.strict_slashes = has('s'),
                                   .merge_slashes = has('m'),
                                   .automatic_options = has('a'),
                                   .kind = has('w') ? RouteKind::Websocket : RouteKind::Http},
                                  {"routing.txt", 0});
    REQUIRE_MESSAGE(added.has_value(), added.error());
}

std::string ask(const Router& router, const std::vector<std::string>& fields) {
    std::string storage;
    Captures captures;
    const RouteMatch match =
        router.match({decode_path(fields.at(3), storage), parse_method(fields.at(1)), fields.at(1),
                      fields.at(2) == "http" ? RouteKind::Http : RouteKind::Websocket},
                     captures);
    switch (match.kind) {
        case RouteMatch::Kind::Found: {
            std::vector<std::string> answer{std::to_string(match.route)};
            for (std::size_t i = 0; i < captures.size(); ++i)
                answer.push_back(quote_all(captures[i]));
            return join(answer, '\t');
        }
        case RouteMatch::Kind::AutomaticOptions:
            return "options\t" + sorted_methods(router.list_methods(match.allow));
        case RouteMatch::Kind::Redirect:
            return "308\t" + match.location;
        case RouteMatch::Kind::MethodNotAllowed:
            return "405\t" + sorted_methods(router.list_methods(match.allow));
        case RouteMatch::Kind::NotFound:
            return "404";
        case RouteMatch::Kind::WrongKind:
            return "400";
    }
    return {};
}

}  // namespace

TEST_CASE("Router: answers random tables as Werkzeug does (RT-10 to RT-22)") {
    std::ifstream file(POTTLE_TEST_DATA "/routing.txt");
    REQUIRE(file);
    std::unique_ptr<Router> router;
    std::string table;
    bool frozen = false;
    int asked = 0;
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> fields = split(line, '\t');
        if (fields[0] == "table") {
            router = std::make_unique<Router>();
            table.clear();
            frozen = false;
        } else if (fields[0] == "rule") {
            add_rule(*router, fields);
            table += line + '\n';
        } else if (fields[0] == "ask") {
            if (!frozen) router->freeze();
            frozen = true;
            const std::string expected = join({fields.begin() + 4, fields.end()}, '\t');
            CHECK_MESSAGE(ask(*router, fields) == expected, (table + line));
            ++asked;
        }
    }
    CHECK(asked > 3000);
}
