// SPDX-License-Identifier: MIT
#include "request_line.hpp"

#include "scan.hpp"
#include "violations.hpp"

#include <pottle/http/authority.hpp>
#include <pottle/http/token.hpp>

namespace pottle::h1 {

namespace {

/// HTTP-version = "HTTP/" DIGIT "." DIGIT, case-sensitive (RFC 9112 2.3).
const Error* parse_version(std::string_view text, Head& head) noexcept {
    if (text == "HTTP/1.1") {
        head.version = HttpVersion::Http11;
        return nullptr;
    }
    if (text.size() != 8 || !text.starts_with("HTTP/") || !ascii::is_digit(text[5]) ||
        text[6] != '.' || !ascii::is_digit(text[7]))
        return &violations::kVersion;
    if (text[5] != '1') return &violations::kVersionUnsupported;
    // RFC 9110 2.5: a higher minor version is treated as the highest one that we know.
    head.version = text[7] == '0' ? HttpVersion::Http10 : HttpVersion::Http11;
    return nullptr;
}

void split_query(std::string_view path_and_query, Head& head) noexcept {
    const std::size_t mark = path_and_query.find('?');
    head.path = path_and_query.substr(0, mark);
    head.query = mark == path_and_query.npos ? std::string_view{} : path_and_query.substr(mark + 1);
}

/// absolute-form: ("http" / "https") "://" authority path-abempty [ "?" query ]
const Error* parse_absolute(std::string_view target, Head& head) noexcept {
    const std::size_t colon = target.find(':');
    const std::string_view scheme = target.substr(0, colon);
    if (colon == target.npos ||
        (!ascii::iequals(scheme, "http") && !ascii::iequals(scheme, "https")))
        return &violations::kTarget;
    std::string_view rest = target.substr(colon + 1);
    if (!rest.starts_with("//")) return &violations::kTarget;
    rest.remove_prefix(2);
    const std::size_t authority_end = rest.find_first_of("/?");
    head.form = TargetForm::Absolute;
    head.authority = rest.substr(0, authority_end);
    // RFC 9110 4.2.1 and 4.2.4: an empty host and user information are refused.
    if (!http::parse_authority(head.authority)) return &violations::kTarget;
    split_query(authority_end == rest.npos ? std::string_view{} : rest.substr(authority_end), head);
    if (head.path.empty()) head.path = "/";
    return nullptr;
}

/// The forms that only one method may use (RFC 9112 3.2.3, 3.2.4), and the absolute form.
const Error* parse_other_form(std::string_view target, Head& head) noexcept {
    if (head.method == Method::Connect) {
        const auto authority = http::parse_authority(target);
        if (!authority || !authority->port) return &violations::kTargetForm;
        head.form = TargetForm::Authority;
        head.authority = target;
        return nullptr;
    }
    if (target == "*") {
        if (head.method != Method::Options) return &violations::kTargetForm;
        head.form = TargetForm::Asterisk;
        head.path = target;
        return nullptr;
    }
    return parse_absolute(target, head);
}

}  // namespace

const Error* parse_request_line(std::string_view line, Head& head) noexcept {
    // Nearly every request is a GET: one comparison of four octets.
    const bool is_get = line.starts_with("GET ");
    const std::size_t method_end = is_get ? 3 : http::token_length(line);
    if (method_end == 0 || method_end == line.size() || line[method_end] != ' ')
        return &violations::kRequestLine;
    if (method_end > kMaxMethodLength) return &violations::kMethodTooLong;  // RFC 9112 3
    const std::size_t target_begin = method_end + 1;
    const std::size_t path_end = scan::find<scan::NonPathBytes>(line, target_begin);
    const bool has_query = path_end < line.size() && line[path_end] == '?';
    const std::size_t target_end =
        has_query ? scan::find<scan::NonTargetBytes>(line, path_end + 1) : path_end;
    if (target_end == line.size()) return &violations::kRequestLine;
    if (line[target_end] != ' ') return &violations::kTarget;
    if (target_end == target_begin) return &violations::kRequestLine;

    head = Head{};
    head.method_text = line.substr(0, method_end);
    head.method = is_get ? Method::Get : parse_method(head.method_text);
    head.target = line.substr(target_begin, target_end - target_begin);
    if (const Error* error = parse_version(line.substr(target_end + 1), head)) return error;
    if (head.target[0] != '/' || head.method == Method::Connect)
        return parse_other_form(head.target, head);
    head.path = line.substr(target_begin, path_end - target_begin);
    if (has_query) head.query = line.substr(path_end + 1, target_end - path_end - 1);
    return nullptr;
}

}  // namespace pottle::h1
