// SPDX-License-Identifier: MIT
/// \file
/// How an H1Connection becomes an HTTP/2 one: the client knows beforehand (RFC 9113 3.3) or asks
/// for the upgrade (RFC 7540 3.2). On clear text only: over TLS it is ALPN that decides.
#include "h1_connection.hpp"
#include "h2_connection.hpp"

#include <pottle/http/token.hpp>

#include <utility>

namespace pottle::server {

namespace {
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
}

/// Looks at the first input of the connection. Returns: true when it is another's now, or when too
/// little is here to tell.
bool H1Connection::meets_h2_preface() {
    if (!context_.options().h2_prior_knowledge || stream_->tls()) return false;
    for (;;) {
        const std::string_view begin = input_.view().substr(0, kPreface.size());
        if (begin.empty() || !kPreface.starts_with(begin)) return false;
        if (begin.size() == kPreface.size()) break;
        // Part of the preface is no request line that could be judged: wait for the rest.
        const async::IoResult result = fill_input();
        if (result.kind == async::IoResult::Kind::Done) continue;
        if (result.kind != async::IoResult::Kind::WouldBlock) return false;
        if (waiting_ != Waiting::Head) await(Waiting::Head, options().timeouts.header);
        return true;
    }
    auto connection = std::make_unique<H2Connection>(context_, std::move(stream_));
    connection->give_input(input_.view());
    become_h2(std::move(connection));
    return true;
}

bool H1Connection::wants_h2(const h1::Head& head) const noexcept {
    if (!context_.options().h2c_upgrade || stream_->tls()) return false;
    // RFC 7540 3.2: a request with a body is answered over HTTP/1.1.
    if (head.framing != h1::Framing::None || context_.draining()) return false;
    std::size_t settings = 0;
    bool h2c = false;
    bool settings_option = false;
    for (const http::Field& field : head.fields) {
        if (ascii::iequals(field.name, "http2-settings")) ++settings;
        if (ascii::iequals(field.name, "upgrade")) h2c |= http::list_contains(field.value, "h2c");
        if (ascii::iequals(field.name, "connection"))
            settings_option |= http::list_contains(field.value, "http2-settings");
    }
    return h2c && settings_option && settings == 1;  // RFC 7540 3.2.1
}

bool H1Connection::upgrade_to_h2(const h1::Head& head) {
    send_batch();  // answers to requests in front of this one
    if (!output_.empty()) return false;
    auto connection = std::make_unique<H2Connection>(context_, std::move(stream_));
    http::RequestParts parts;
    parts.method = head.method;
    parts.method_text = head.method_text;
    parts.scheme = "http";
    parts.authority = head.authority;
    parts.target = head.target;
    parts.path = head.path;
    parts.query = head.query;
    parts.fields = head.fields;
    const std::string_view settings = http::find_field(head.fields, "http2-settings")->value;
    connection->adopt_upgrade(settings, parts);
    connection->give_input(input_.view());
    become_h2(std::move(connection));
    return true;
}

/// This connection ends without its stream. It was counted once, and still is.
void H1Connection::become_h2(std::unique_ptr<H2Connection> connection) noexcept {
    close();
    context_.stats().connections_total.subtract(1);
    connection.release()->start();  // owned by the context
}

}  // namespace pottle::server
