// SPDX-License-Identifier: MIT
#include <pottle/net/address.hpp>

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace pottle::net {

namespace {

std::unexpected<SetupError> bad_address(std::string_view text, std::string_view reason) {
    return std::unexpected(
        SetupError{Errc::Address, 0, fmt::format("cannot listen at '{}': {}", text, reason)});
}

template <class Number>
std::optional<Number> parse_number(std::string_view digits) {
    Number number{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return number;
}

SetupResult<Address> parse_unix(std::string_view text, std::string_view path) {
    constexpr std::size_t kLongestPath = 107;  // sockaddr_un holds 108 with the terminator
    if (path.empty()) return bad_address(text, "the path after 'unix:' is missing");
    if (path.size() > kLongestPath)
        return bad_address(text, "the path is longer than the 107 bytes a Unix socket may have");
    if (path.find('\0') != path.npos) return bad_address(text, "the path contains a NUL byte");
    Address address;
    address.kind = Address::Kind::Unix;
    address.path = path;
    return address;
}

SetupResult<Address> parse_descriptor(std::string_view text, std::string_view digits) {
    const auto number = parse_number<int>(digits);
    if (!number || *number < 0)
        return bad_address(text, "after 'fd://' the number of an open socket is expected");
    Address address;
    address.kind = Address::Kind::Descriptor;
    address.descriptor = *number;
    return address;
}

}  // namespace

SetupResult<Address> Address::parse(std::string_view text) {
    constexpr std::string_view kUnix = "unix:";
    constexpr std::string_view kDescriptor = "fd://";
    if (text.empty()) return bad_address(text, "the address is empty");
    if (text.starts_with(kUnix)) return parse_unix(text, text.substr(kUnix.size()));
    if (text.starts_with(kDescriptor))
        return parse_descriptor(text, text.substr(kDescriptor.size()));
    if (text.find("://") != text.npos)
        return bad_address(text, "an address has no scheme; write host:port");

    Address address;
    std::string_view host = text;
    std::string_view rest;
    if (text.front() == '[') {
        const auto close = text.find(']');
        if (close == text.npos) return bad_address(text, "the bracket '[' is not closed");
        host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
        if (host.find(':') == host.npos)
            return bad_address(text, "between brackets an IPv6 address is expected");
        if (!rest.empty() && rest.front() != ':')
            return bad_address(text, "after ']' only ':port' may follow");
    } else if (const auto colon = text.find(':'); colon != text.npos) {
        host = text.substr(0, colon);
        rest = text.substr(colon);
        if (rest.find(':', 1) != rest.npos)
            return bad_address(text, "an IPv6 address needs brackets: [address]:port");
    }
    if (host.find_first_of(" \t\r\n/\0", 0, 6) != host.npos)
        return bad_address(text, "the host contains a character that no host name has");
    address.host = host;
    address.port = kDefaultPort;
    if (!rest.empty()) {
        const auto port = parse_number<std::uint16_t>(rest.substr(1));
        if (!port) return bad_address(text, "the port is not a number from 0 to 65535");
        address.port = *port;
    }
    return address;
}

std::string Address::text() const {
    switch (kind) {
        case Kind::Unix:
            return "unix:" + path;
        case Kind::Descriptor:
            return fmt::format("fd://{}", descriptor);
        case Kind::Tcp:
            break;
    }
    const bool is_v6 = host.find(':') != host.npos;
    return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

}  // namespace pottle::net
