// SPDX-License-Identifier: MIT
#include "response_head.hpp"

#include <pottle/http/status.hpp>
#include <pottle/http/token.hpp>

#include <charconv>

namespace pottle::h1 {

namespace {

/// Fields that this class writes itself or must know of.
enum class Role : std::uint8_t {
    Ordinary,
    ContentType,
    ContentLength,
    Connection,
    TransferEncoding,
    Preset,
    Upgrade,
};

Role role_of(std::string_view name) noexcept {
    switch (name.size()) {
        case 4:
            return ascii::iequals(name, "date") ? Role::Preset : Role::Ordinary;
        case 6:
            return ascii::iequals(name, "server") ? Role::Preset : Role::Ordinary;
        case 7:
            if (ascii::iequals(name, "alt-svc")) return Role::Preset;
            return ascii::iequals(name, "upgrade") ? Role::Upgrade : Role::Ordinary;
        case 10:
            return ascii::iequals(name, "connection") ? Role::Connection : Role::Ordinary;
        case 12:
            return ascii::iequals(name, "content-type") ? Role::ContentType : Role::Ordinary;
        case 14:
            return ascii::iequals(name, "content-length") ? Role::ContentLength : Role::Ordinary;
        case 17:
            return ascii::iequals(name, "transfer-encoding") ? Role::TransferEncoding
                                                             : Role::Ordinary;
        default:
            return Role::Ordinary;
    }
}

/// Whether the writer has its own say on that field.
bool is_framing(Role role) noexcept {
    return role == Role::ContentLength || role == Role::Connection ||
           role == Role::TransferEncoding;
}

/// Status line of the codes that most responses have; empty for others.
std::string_view common_status_line(int status) noexcept {
    switch (status) {
        case 200:
            return "HTTP/1.1 200 OK\r\n";
        case 201:
            return "HTTP/1.1 201 Created\r\n";
        case 204:
            return "HTTP/1.1 204 No Content\r\n";
        case 206:
            return "HTTP/1.1 206 Partial Content\r\n";
        case 302:
            return "HTTP/1.1 302 Found\r\n";
        case 303:
            return "HTTP/1.1 303 See Other\r\n";
        case 304:
            return "HTTP/1.1 304 Not Modified\r\n";
        case 400:
            return "HTTP/1.1 400 Bad Request\r\n";
        case 401:
            return "HTTP/1.1 401 Unauthorized\r\n";
        case 403:
            return "HTTP/1.1 403 Forbidden\r\n";
        case 404:
            return "HTTP/1.1 404 Not Found\r\n";
        case 500:
            return "HTTP/1.1 500 Internal Server Error\r\n";
        default:
            return {};
    }
}

constexpr std::size_t kLongestStatusLine = 64;

/// Always HTTP/1.1: a server answers with the highest minor version it has (RFC 9110 6.2).
char* put_status_line(char* at, int status) noexcept {
    if (const std::string_view line = common_status_line(status); !line.empty())
        return put(at, line);
    at = put(at, "HTTP/1.1 ");
    at = std::to_chars(at, at + 3, status).ptr;
    *at++ = ' ';  // stays without a phrase (RFC 9112 4)
    at = put(at, http::status_phrase(status));
    return put(at, "\r\n");
}

constexpr std::size_t kLongestContentLength = 16 + 20 + 2;

char* put_content_length(char* at, std::uint64_t length) noexcept {
    at = put(at, "content-length: ");
    at = std::to_chars(at, at + 20, length).ptr;
    return put(at, "\r\n");
}

constexpr std::size_t kLongestConnection = 64;  // with Transfer-Encoding

/// Connection only where the default of the version is not meant (RFC 9112 9.3, 9.6), or to go with
/// Upgrade (RFC 9110 7.8).
char* put_connection(char* at, const HeadPlan& plan, bool has_upgrade) noexcept {
    if (!plan.close && !plan.keep_alive && !has_upgrade) return at;
    at = put(at, "connection: ");
    if (plan.close) at = put(at, "close");
    if (plan.keep_alive) at = put(at, "keep-alive");
    if (has_upgrade) at = put(at, plan.close || plan.keep_alive ? ", upgrade" : "upgrade");
    return put(at, "\r\n");
}

char* put_fields(char* at, const Headers& headers) noexcept {
    for (const Headers::Entry& entry : headers)
        if (!is_framing(role_of(entry.name))) at = put_field(at, entry.name, entry.value);
    return at;
}

/// The preset's lines without those that the application's fields replace.
char* put_preset(char* at, std::string_view preset, const FieldSummary& fields) noexcept {
    if (!fields.replaces_preset) return put(at, preset);
    while (!preset.empty()) {
        const std::size_t end = preset.find("\r\n");
        const std::string_view line = preset.substr(0, end == preset.npos ? end : end + 2);
        preset.remove_prefix(line.size());
        if (!fields.headers->contains(line.substr(0, line.find(':')))) at = put(at, line);
    }
    return at;
}

}  // namespace

void FieldSummary::note(const Headers& fields) noexcept {
    for (const Headers::Entry& entry : fields) {
        bytes += entry.name.size() + entry.value.size() + 4;
        switch (role_of(entry.name)) {
            case Role::ContentType:
                has_content_type = true;
                break;
            case Role::ContentLength:
                ++content_lengths;
                content_length = entry.value;
                break;
            case Role::Connection:
                wants_close |= http::list_contains(entry.value, "close");
                break;
            case Role::Preset:
                replaces_preset = true;
                break;
            case Role::Upgrade:
                has_upgrade = true;
                break;
            case Role::TransferEncoding:
            case Role::Ordinary:
                break;
        }
    }
}

void append_head(std::string& out, const HeadPlan& plan, const FieldSummary& fields,
                 std::string_view preset, std::string_view content) {
    const std::size_t bound = kLongestStatusLine + kLongestContentLength + kLongestConnection +
                              plan.content_type.size() + 16 + fields.bytes + preset.size() + 2 +
                              content.size();
    append_bounded(out, bound, [&](char* at) noexcept {
        at = put_status_line(at, plan.status);
        if (!plan.content_type.empty()) at = put_field(at, "content-type", plan.content_type);
        if (plan.content_length) at = put_content_length(at, *plan.content_length);
        if (plan.chunked) at = put(at, "transfer-encoding: chunked\r\n");
        at = put_connection(at, plan, fields.has_upgrade);
        if (fields.headers != nullptr) at = put_fields(at, *fields.headers);
        at = put_preset(at, preset, fields);
        at = put(at, "\r\n");
        return put(at, content);
    });
}

}  // namespace pottle::h1
