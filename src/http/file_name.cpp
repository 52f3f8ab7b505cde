// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/base/utf8.hpp>
#include <pottle/http/file_name.hpp>

#include <vector>

namespace pottle {

std::string secure_filename(std::string_view name) {
    const std::string folded = http::fold_to_ascii(utf8::replace_invalid(std::string(name)));
    std::string out;
    bool gap = false;
    for (const char c : folded) {
        if (c == '/' || c == '\\' || c == ' ' || (c >= '\t' && c <= '\r')) {
            gap = !out.empty();
        } else if (ascii::is_alnum(c) || c == '.' || c == '-' || c == '_') {
            if (gap) out += '_';
            gap = false;
            out += c;
        }
    }
    const std::size_t begin = out.find_first_not_of("._");
    if (begin == out.npos) return {};
    return out.substr(begin, out.find_last_not_of("._") - begin + 1);
}

namespace http {

namespace {

bool begins_with_drive(std::string_view path) noexcept {
    return path.size() >= 2 && ascii::is_alpha(path[0]) && path[1] == ':';
}

}  // namespace

std::optional<std::string> safe_relative_path(std::string_view path) {
    if (path.starts_with('/')) return std::nullopt;
    if (path.find_first_of(std::string_view("\\\0", 2)) != path.npos) return std::nullopt;
    if (begins_with_drive(path)) return std::nullopt;
    std::vector<std::string_view> kept;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (segment.empty() || segment == ".") continue;
        if (segment != "..") {
            kept.push_back(segment);
        } else if (kept.empty()) {
            return std::nullopt;
        } else {
            kept.pop_back();
        }
    }
    if (kept.empty()) return std::nullopt;
    std::string out;
    for (const std::string_view segment : kept) {
        if (!out.empty()) out += '/';
        out += segment;
    }
    if (begins_with_drive(out)) return std::nullopt;
    return out;
}

}  // namespace http
}  // namespace pottle
