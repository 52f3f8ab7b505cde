// SPDX-License-Identifier: MIT
/// \file
/// Server-sent events as text/event-stream (WHATWG HTML 9.2).
#pragma once

#include <pottle/base/chrono.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle {

/// One event. A value. Yield it from a `Generator<ServerSentEvent>`, or send it with an
/// EventStream.
///
/// No text of it can end a field early: data is split at line ends, CR, LF and NUL are taken out of
/// the other fields.
struct ServerSentEvent {
    std::string data = {};
    std::string event = {};  ///< the type; empty: "message"
    std::string id = {};     ///< comes back as Last-Event-ID after a lost connection
    std::optional<Milliseconds> retry = {};  ///< how long a browser waits before it connects again

    /// Appends the event with the empty line that ends it. An event without data is still one: its
    /// id is remembered, nothing is dispatched.
    void append_to(std::string& out) const;
    std::string text() const {
        std::string out;
        append_to(out);
        return out;
    }
};

namespace http {

/// Appends `: text`, which browsers ignore: it keeps proxies from closing a silent connection.
void append_comment(std::string& out, std::string_view text);

}  // namespace http
}  // namespace pottle
