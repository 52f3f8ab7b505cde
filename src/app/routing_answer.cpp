// SPDX-License-Identifier: MIT
#include "routing_answer.hpp"

#include <fmt/format.h>

namespace pottle::app {

namespace {

/// RT-20, RT-24: absolute, with the request's own scheme, host and query string.
void redirect_to(RequestContext& request, std::string_view path) {
    if (!path.starts_with('/')) {
        request.response() = redirect_response(path, 308);
        return;
    }
    std::string location =
        fmt::format("{}://{}{}{}", request.scheme(), request.host(), request.root_path(), path);
    if (!request.query_string().empty()) location += fmt::format("?{}", request.query_string());
    request.response() = redirect_response(location, 308);
}

}  // namespace

std::optional<HTTPException> answer_without_route(RequestContext& request) {
    const RouteMatch& match = request.match();
    const Router& router = request.routing().router;
    switch (match.kind) {
        case RouteMatch::Kind::AutomaticOptions:
            // RT-33: 200 and no content.
            request.response().headers.set("allow", router.list_methods(match.allow));
            return std::nullopt;
        case RouteMatch::Kind::Redirect:
            redirect_to(request, match.location);
            return std::nullopt;
        case RouteMatch::Kind::MethodNotAllowed:
            // RFC 9110 15.5.6: Allow is required.
            return HTTPException(405, {}, Headers{{"allow", router.list_methods(match.allow)}});
        case RouteMatch::Kind::WrongKind:
            return HTTPException(400);
        case RouteMatch::Kind::NotFound:
            // RFC 9110 9.3.7: "OPTIONS *" asks whether the server is there, not for a resource.
            if (request.method() == Method::Options && request.head().target() == "*")
                return std::nullopt;
            // RFC 9110 9.3.6: an origin server that makes no tunnels does not implement CONNECT.
            if (request.method() == Method::Connect && !request.websocket())
                return HTTPException(501);
            return HTTPException(404);
        case RouteMatch::Kind::Found:
            return HTTPException(404);
    }
    return std::nullopt;
}

}  // namespace pottle::app
