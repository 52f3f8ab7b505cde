// SPDX-License-Identifier: MIT
#include "redirect.hpp"

#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <vector>

namespace pottle::testing {

namespace {

std::string_view path_of(std::string_view target) {
    return target.substr(0, std::min(target.find('?'), target.size()));
}

/// RFC 3986 5.2.4.
std::string remove_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    bool ends_in_dots = false;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(end);
        ends_in_dots = segment == "." || segment == "..";
        if (segment == ".." && !kept.empty()) kept.pop_back();
        if (!ends_in_dots) kept.push_back(segment);
    }
    std::string out;
    for (const std::string_view segment : kept) out.append("/").append(segment);
    if (ends_in_dots || out.empty()) out += '/';
    return out;
}

/// Takes "scheme:" and "//host" off the front of `location`; sets what it says.
void take_authority(std::string_view& location, TestRequest& request) {
    for (const std::string_view scheme : {"http", "https"}) {
        if (!ascii::iequals(location.substr(0, scheme.size()), scheme) ||
            !location.substr(scheme.size()).starts_with("://"))
            continue;
        request.scheme = scheme;
        location.remove_prefix(scheme.size() + 1);
        break;
    }
    if (!location.starts_with("//")) return;
    location.remove_prefix(2);
    const std::size_t end = std::min(location.find_first_of("/?"), location.size());
    request.host = location.substr(0, end);
    location.remove_prefix(end);
    if (!location.starts_with('/')) request.target = "/";
}

}  // namespace

bool is_redirect(const TestResponse& response) {
    switch (response.status) {
        case 301:
        case 302:
        case 303:
        case 307:
        case 308:
            return response.headers.contains("location");
        default:
            return false;
    }
}

TestRequest follow(TestRequest request, const TestResponse& response) {
    std::string_view location = response.header("location");
    location = location.substr(0, location.find('#'));
    take_authority(location, request);

    const std::string base(path_of(request.target));
    const std::size_t path_size = path_of(location).size();
    std::string path(location.substr(0, path_size));
    if (path.empty())
        path = base;
    else if (path.front() != '/')
        path.insert(0, base, 0, base.rfind('/') + 1);
    request.target = remove_dot_segments(path).append(location.substr(path_size));

    const bool becomes_get = response.status == 302 || response.status == 303;
    if (becomes_get && request.method != "HEAD") {
        request.method = "GET";
        request.body.clear();
        request.content_type.clear();
    }
    return request;
}

}  // namespace pottle::testing
