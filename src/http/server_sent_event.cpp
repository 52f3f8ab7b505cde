// SPDX-License-Identifier: MIT
#include <pottle/http/server_sent_event.hpp>

#include <algorithm>

namespace pottle {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value)
        if (c != '\r' && c != '\n' && c != '\0') out += c;
    out += '\n';
}

/// One field for each line; lines end in CR LF, LF or CR, as the reader takes them.
void append_lines(std::string& out, std::string_view name, std::string_view text) {
    while (true) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        out.append(name).append(": ").append(text.substr(0, end)).append("\n");
        if (end == text.size()) return;
        text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
    }
}

}  // namespace

void ServerSentEvent::append_to(std::string& out) const {
    if (!event.empty()) append_field(out, "event", event);
    if (!id.empty()) append_field(out, "id", id);
    if (retry) append_field(out, "retry", std::to_string(retry->count()));
    if (!data.empty() || (id.empty() && !retry)) append_lines(out, "data", data);
    out += '\n';
}

void http::append_comment(std::string& out, std::string_view text) {
    append_lines(out, "", text);
    out += '\n';
}

}  // namespace pottle
