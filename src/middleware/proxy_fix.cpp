// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/middleware/proxy_fix.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include <arpa/inet.h>

namespace pottle::middleware {

namespace {

constexpr unsigned kAddressBits = 128;

/// An address without brackets and port, as the 16 octets of IPv6 (RFC 4291 2.5.5.2).
bool read_address(std::string_view text, unsigned char (&bytes)[16]) {
    const std::string copy(text);
    if (::inet_pton(AF_INET6, copy.c_str(), bytes) == 1) return true;
    static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::memcpy(bytes, kMapped, sizeof kMapped);
    return ::inet_pton(AF_INET, copy.c_str(), bytes + sizeof kMapped) == 1;
}

ProxyFix::Network read_network(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view address = text.substr(0, slash);
    ProxyFix::Network network{};
    POTTLE_REQUIRE(read_address(address, network.bytes),
                   "ProxyFix: a trusted network is an address or address/bits");
    const bool is_v4 = address.find(':') == address.npos;
    unsigned bits = is_v4 ? 32 : kAddressBits;
    if (slash < text.size()) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, bits);
        POTTLE_REQUIRE(error == std::errc{} && stop == end && bits <= (is_v4 ? 32 : kAddressBits),
                       "ProxyFix: the bits of a trusted network are a number up to 32 or 128");
    }
    network.bits = is_v4 ? kAddressBits - 32 + bits : bits;
    return network;
}

bool contains(const ProxyFix::Network& network, const unsigned char (&bytes)[16]) {
    const unsigned whole = network.bits / 8, rest = network.bits % 8;
    if (std::memcmp(network.bytes, bytes, whole) != 0) return false;
    if (rest == 0) return true;
    const auto mask = static_cast<unsigned char>(0xff << (8 - rest));
    return ((network.bytes[whole] ^ bytes[whole]) & mask) == 0;
}

/// "192.0.2.1:80" is 192.0.2.1, "[2001:db8::1]:80" is 2001:db8::1.
std::string_view without_port(std::string_view address) {
    if (address.starts_with('[')) return address.substr(1, address.find(']') - 1);
    const std::size_t colon = address.find(':');
    return colon == address.rfind(':') ? address.substr(0, colon) : address;
}

/// What goes into URLs and logs: no spaces, controls, slashes or quotes.
bool is_sound(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
        return c > ' ' && c < '\x7f' &&
               std::string_view("/\\\"<>@,;").find(c) == std::string_view::npos;
    });
}

bool is_sound_prefix(std::string_view text) {
    return text.starts_with('/') && text.size() <= 255 && !text.starts_with("//") &&
           std::ranges::all_of(text, [](char c) {
               return ascii::is_alnum(c) ||
                      std::string_view("/-._~").find(c) != std::string_view::npos;
           });
}

/// The values of a list field, also when it is sent several times (RFC 9110 5.3).
std::vector<std::string> list_of(const gateway::RequestHead& head, std::string_view name) {
    std::vector<std::string> values;
    for (const http::Field& field : head.fields()) {
        if (field.name != name) continue;
        std::string_view rest = field.value;
        for (;;) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            values.emplace_back(ascii::trim(rest.substr(0, comma)));
            if (comma == rest.size()) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return values;
}

std::string peer_of(const gateway::RequestHead& head) {
    const gateway::ConnectionFacts& connection = head.connection();
    return connection.transport ? connection.transport->peer_address()
                                : std::string(connection.client_address);
}

/// Takes a token or a quoted string (RFC 9110 5.6.4) off the front.
std::string take_value(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) {
        const std::size_t end = std::min(rest.find_first_of(",; \t"), rest.size());
        value = rest.substr(0, end);
        rest.remove_prefix(end);
        return value;
    }
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
        if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
        value += rest.front();
        rest.remove_prefix(1);
    }
    if (!rest.empty()) rest.remove_prefix(1);
    return value;
}

}  // namespace

std::vector<std::vector<std::pair<std::string, std::string>>> parse_forwarded(
    std::string_view value) {
    std::vector<std::vector<std::pair<std::string, std::string>>> elements(1);
    std::string_view rest = value;
    while (!(rest = ascii::trim(rest)).empty()) {
        if (rest.front() == ',') elements.emplace_back();
        if (rest.front() == ',' || rest.front() == ';') {
            rest.remove_prefix(1);
            continue;
        }
        const std::size_t equals = rest.find_first_of("=,;");
        if (equals == rest.npos || rest[equals] != '=') {
            rest.remove_prefix(std::min(equals, rest.size()));  // not a pair: skipped
            continue;
        }
        std::string name(ascii::trim(rest.substr(0, equals)));
        for (char& c : name) c = ascii::to_lower(c);
        rest.remove_prefix(equals + 1);
        elements.back().emplace_back(std::move(name), take_value(rest));
    }
    return elements;
}

ProxyFix::ProxyFix(gateway::Gateway& inner, ProxyFixOptions options)
    : HeadMiddleware(inner), options_(std::move(options)) {
    for (const std::string& text : options_.trusted_networks) {
        if (text == "unix")
            trusts_unix_ = true;
        else
            networks_.push_back(read_network(text));
    }
}

bool ProxyFix::trusts(std::string_view address) const {
    if (address.empty() || address.starts_with("unix:")) return trusts_unix_;
    unsigned char bytes[16];
    if (!read_address(without_port(address), bytes)) return false;
    return std::ranges::any_of(networks_,
                               [&](const Network& network) { return contains(network, bytes); });
}

std::optional<std::size_t> ProxyFix::client_hop(const std::vector<Hop>& hops,
                                                std::string_view peer) const {
    if (hops.empty()) return std::nullopt;
    if (options_.trusted_networks.empty()) {
        if (options_.hops == 0 || hops.size() < options_.hops) return std::nullopt;
        return options_.hops - 1;
    }
    if (!trusts(peer)) return std::nullopt;
    for (std::size_t i = 0; i < hops.size(); ++i)
        if (!trusts(hops[i].address)) return i;
    return hops.size() - 1;
}

/// The lists side by side, counted from the right; a proxy that adds no value shortens its list.
std::vector<ProxyFix::Hop> ProxyFix::read_x_forwarded(const gateway::RequestHead& head) const {
    std::vector<Hop> hops;
    const auto fill = [&](std::string_view name, std::string Hop::* member) {
        const std::vector<std::string> values = list_of(head, name);
        if (hops.size() < values.size()) hops.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            hops[i].*member = values[values.size() - 1 - i];
    };
    fill("x-forwarded-for", &Hop::address);
    fill("x-forwarded-proto", &Hop::scheme);
    fill("x-forwarded-host", &Hop::host);
    fill("x-forwarded-prefix", &Hop::prefix);
    return hops;
}

HeadMiddleware::Decision ProxyFix::look(gateway::Exchange& exchange, Kind) {
    const gateway::RequestHead& head = exchange.head();
    std::vector<Hop> hops;
    if (options_.fields == ProxyFixOptions::Fields::XForwarded) {
        hops = read_x_forwarded(head);
    } else {
        for (const http::Field& field : head.fields()) {
            if (field.name != "forwarded") continue;
            for (const auto& element : parse_forwarded(field.value)) {
                Hop& hop = *hops.emplace(hops.begin());
                for (const auto& [name, value] : element) {
                    if (name == "for") hop.address = value;
                    if (name == "proto") hop.scheme = value;
                    if (name == "host") hop.host = value;
                }
            }
        }
    }
    const std::optional<std::size_t> client = client_hop(hops, peer_of(head));
    if (!client) return Decision::PassOn;

    const Hop& hop = hops[*client];
    gateway::Forwarded said;
    // RFC 7239 6.3: "unknown" says nothing; an obfuscated name stays what it is.
    const std::string_view address = without_port(hop.address);
    if (is_sound(address) && address != "unknown") said.client_address = address;
    if (ascii::iequals(hop.scheme, "https") || ascii::iequals(hop.scheme, "wss"))
        said.scheme = "https";
    if (ascii::iequals(hop.scheme, "http") || ascii::iequals(hop.scheme, "ws"))
        said.scheme = "http";
    if (options_.host && is_sound(hop.host)) said.host = hop.host;
    if (options_.prefix && is_sound_prefix(hop.prefix)) {
        said.prefix = hop.prefix;
        while (said.prefix.ends_with('/')) said.prefix.pop_back();
    }
    exchange.set_forwarded(std::move(said));
    return Decision::PassOn;
}

}  // namespace pottle::middleware
