// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/http/priority.hpp>

namespace pottle::http {

namespace {

/// Length of the element that `text` begins with, up to its comma. A comma inside a quoted string
/// ends none.
std::size_t element_length(std::string_view text) noexcept {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (quoted || text[at] != ','); ++at) {
        if (text[at] == '"') quoted = !quoted;
        if (quoted && text[at] == '\\') ++at;
    }
    return at < text.size() ? at : text.size();
}

void take(std::string_view member, Priority& priority) noexcept {
    member = ascii::trim(member.substr(0, member.find(';')));  // parameters mean nothing here
    if (member == "i" || member == "i=?1")
        priority.incremental = true;
    else if (member == "i=?0")
        priority.incremental = false;
    else if (member.size() == 3 && member.starts_with("u=") && member[2] >= '0' && member[2] <= '7')
        priority.urgency = static_cast<std::uint8_t>(member[2] - '0');
}

}  // namespace

Priority parse_priority(std::string_view text) noexcept {
    Priority priority;
    while (!text.empty()) {
        const std::size_t length = element_length(text);
        take(text.substr(0, length), priority);
        text.remove_prefix(length < text.size() ? length + 1 : length);
    }
    return priority;
}

}  // namespace pottle::http
