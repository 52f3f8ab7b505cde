// SPDX-License-Identifier: MIT
#include "violations.hpp"

#include <pottle/crypto/base64.hpp>
#include <pottle/crypto/digest.hpp>
#include <pottle/http/token.hpp>
#include <pottle/proto/ws/handshake.hpp>

#include <algorithm>

namespace pottle::ws {

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3
constexpr std::size_t kKeySize = 16;

/// The value of a field that stands once; empty otherwise.
std::string_view find_only(http::Fields fields, std::string_view name) noexcept {
    const http::Field* found = nullptr;
    for (const http::Field& field : fields) {
        if (!ascii::iequals(field.name, name)) continue;
        if (found) return {};
        found = &field;
    }
    return found ? ascii::trim(found->value) : std::string_view();
}

}  // namespace

bool wants_websocket(Method method, bool has_upgrade, http::Fields fields) noexcept {
    if (method != Method::Get || !has_upgrade) return false;
    return std::ranges::any_of(fields, [](const http::Field& field) {
        return ascii::iequals(field.name, "upgrade") &&
               http::list_contains(field.value, "websocket");
    });
}

Result<> check_handshake(HttpVersion version, http::Fields fields) noexcept {
    // Before the key: the two may change together with the version (RFC 6455 4.4).
    if (find_only(fields, "sec-websocket-version") != "13") return fail(violations::kVersion);
    if (version != HttpVersion::Http11) return {};  // RFC 8441 5
    const auto key = crypto::decode_base64(find_only(fields, "sec-websocket-key"));
    if (!key || key->size() != kKeySize) return fail(violations::kNoKey);
    return {};
}

Headers unsupported_version_fields(HttpVersion version) {
    Headers fields{{"sec-websocket-version", "13"}};
    // RFC 9110 15.5.22.
    if (version == HttpVersion::Http11) {
        fields.add("upgrade", "websocket");
        fields.add("connection", "upgrade");
    }
    return fields;
}

std::vector<std::string_view> offered_subprotocols(http::Fields fields) {
    std::vector<std::string_view> offered;
    for (const http::Field& field : fields) {
        if (!ascii::iequals(field.name, "sec-websocket-protocol")) continue;
        http::ListReader list(field.value);
        for (std::string_view name; list.next(name);)
            if (!name.empty()) offered.push_back(name);
    }
    return offered;
}

std::string accept_value(std::string_view key) {
    return crypto::base64(crypto::sha1(std::string(key).append(kGuid)).view());
}

Headers accepting_fields(HttpVersion version, http::Fields request, std::string_view subprotocol,
                         const DeflateAnswer& deflate) {
    Headers fields;
    if (version == HttpVersion::Http11) {
        fields.add("upgrade", "websocket");
        fields.add("sec-websocket-accept", accept_value(find_only(request, "sec-websocket-key")));
    }
    if (!subprotocol.empty()) fields.add("sec-websocket-protocol", subprotocol);
    if (deflate.accepted) fields.add("sec-websocket-extensions", deflate.field);
    return fields;
}

}  // namespace pottle::ws
