// SPDX-License-Identifier: MIT
#include "make_url.hpp"

#include <pottle/base/ascii.hpp>

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// UF-2.
std::string full_endpoint(const RequestContext* request, std::string_view endpoint) {
    if (!endpoint.starts_with('.')) return std::string(endpoint);
    const std::string_view blueprint = request ? request->blueprint() : std::string_view();
    if (blueprint.empty()) return std::string(endpoint.substr(1));
    return fmt::format("{}{}", blueprint, endpoint);
}

/// RT-32.
void add_defaults(const Routing& routing, RequestContext* request, std::string_view endpoint,
                  UrlValues& values) {
    const Pipeline* pipeline = routing.urls.find_pipeline(endpoint);
    if (!pipeline) pipeline = &routing.application;
    for (const UrlDefaultsHook* hook : pipeline->url_defaults)
        reinterpret_cast<UrlDefaultsHook::Enter>(hook->callee.function())(
            hook->callee.closure(), endpoint, values, request);
}

/// UF-7.
std::string encode_anchor(std::string_view anchor) {
    constexpr std::string_view kSafe = "-._~%!#$&'()*+,/:;=?@";
    std::string out = "#";
    for (const char c : anchor) {
        if (ascii::is_alnum(c) || kSafe.find(c) != kSafe.npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

/// The scheme of an absolute URL; UF-8.
std::string choose_scheme(std::string_view current, bool is_websocket, const UrlOptions& options) {
    if (!options.scheme.empty()) return options.scheme;
    const bool secure = current == "https" || current == "wss";
    if (is_websocket) return secure ? "wss" : "ws";
    return secure ? "https" : "http";
}

/// The host of an absolute URL.
std::string choose_host(const Router& router, std::string_view current, const BuiltUrl& built) {
    if (router.host_mode() == HostMode::Host)
        return built.domain.empty() ? std::string(current) : built.domain;
    if (router.host_mode() != HostMode::Subdomain) return std::string(current);
    return built.domain.empty() ? router.server_name()
                                : fmt::format("{}.{}", built.domain, router.server_name());
}

/// Whether the built URL is on the host that was asked.
bool is_same_host(const Router& router, RequestContext& request, const BuiltUrl& built) {
    if (!router.uses_hosts()) return true;
    if (router.host_mode() == HostMode::Host && built.domain.empty()) return true;
    return built.domain == request.domain();
}

}  // namespace

std::string make_url(const Routing& routing, RequestContext* request, std::string_view endpoint,
                     UrlValues values, const UrlOptions& options) {
    if (!options.scheme.empty() && options.external == false)
        throw UrlBuildError("url_for: a scheme needs an external URL");
    const std::string name = full_endpoint(request, endpoint);
    add_defaults(routing, request, name, values);

    const std::string_view preferred = request ? request->method_text() : std::string_view();
    const auto built = routing.urls.build(name, values, options.method, preferred);
    if (!built) {
        const UrlBuildError error(built.error());
        for (const UrlErrorHook& hook : routing.url_errors)
            if (auto url = reinterpret_cast<UrlErrorHook::Enter>(hook.callee.function())(
                    hook.callee.closure(), error, name, values))
                return *url;
        throw error;
    }

    const Router& router = routing.router;
    const bool is_websocket =
        router.route(built->record->index).options.kind == RouteKind::Websocket;
    const std::string root = request ? request->root_path() : routing.url_roots.root;
    std::string url = root + built->path;
    if (!options.anchor.empty()) url += encode_anchor(options.anchor);

    const bool relative_by_default =
        request && !is_websocket && is_same_host(router, *request, *built);
    const bool external = !options.scheme.empty() ||
                          options.external.value_or(!relative_by_default) ||
                          (request && !relative_by_default);
    if (!external) return url;
    if (!request && routing.url_roots.server_name.empty())
        throw UrlBuildError(
            "url_for: outside of a request an absolute URL needs the setting SERVER_NAME");
    const std::string current_host =
        request ? std::string(request->host()) : routing.url_roots.server_name;
    const std::string_view current_scheme =
        request ? request->scheme() : std::string_view(routing.url_roots.scheme);
    return fmt::format("{}://{}{}", choose_scheme(current_scheme, is_websocket, options),
                       choose_host(router, current_host, *built), url);
}

}  // namespace pottle::app
