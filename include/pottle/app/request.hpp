// SPDX-License-Identifier: MIT
/// \file
/// Request: what hooks and handlers see of the request they serve. Everything beyond the head is
/// computed when it is first asked for, so that a handler that asks for nothing pays for nothing.
#pragma once

#include <pottle/app/body_stream.hpp>
#include <pottle/app/globals.hpp>
#include <pottle/app/inject.hpp>
#include <pottle/app/request_headers.hpp>
#include <pottle/async/task.hpp>
#include <pottle/gateway/exchange.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

class JsonValue;
class MultiDict;

namespace app {

class RequestContext;
struct RouteRecord;

/// The text of a path value. A plain pointer and size, so that an array of them costs nothing.
struct PathText {
    const char* data;
    std::size_t size;
    std::string_view view() const noexcept { return {data, size}; }
};

/// What the shims read; set by the dispatcher before each call.
struct Bindings {
    const PathText* path_values = nullptr;  ///< in the pattern's order
    void* const* extensions = nullptr;      ///< of the callable, in its parameters' order
    const void* error = nullptr;            ///< of an error handler
};

}  // namespace app

/// The running request. A resource of the dispatcher; handlers and hooks take it as `Request&`.
///
/// Lifetime: views that it returns live as long as the request. Thread: its connection's loop.
class Request {
public:
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // The request line.
    Method method() const noexcept { return head().method(); }
    /// As sent: "GET", or the client's own word when method() is Method::Other.
    std::string_view method_text() const noexcept { return head().method_text(); }
    /// Percent-decoded, with a leading slash.
    std::string_view path() const noexcept { return path_; }
    /// Not decoded, without the question mark.
    std::string_view query_string() const noexcept { return head().query(); }
    /// "path?query"; the question mark is always there.
    std::string full_path() const;
    /// "http" or "https".
    std::string_view scheme() const noexcept { return head().scheme(); }
    bool is_secure() const noexcept { return scheme() == "https"; }
    /// Host and port as the client named them, without the default port of the scheme.
    std::string_view host() const noexcept;
    /// Scheme, host, path and query, as IRI-encoded text: "http://example.org/a?b=1".
    std::string url() const;
    /// url() without the query.
    std::string base_url() const;
    /// "http://example.org/".
    std::string root_url() const;
    /// The prefix under which the application is mounted; empty at the root.
    std::string_view root_path() const noexcept { return {}; }
    /// "1.0", "1.1", "2" or "3".
    std::string_view http_version() const noexcept { return version_name(head().version()); }
    /// The client's address without its port; "<local>" when there is none.
    std::string remote_addr() const;

    // Fields.
    RequestHeaders headers() const noexcept { return RequestHeaders(head().fields()); }
    /// The Content-Type field as sent, or empty.
    std::string_view content_type() const noexcept { return head().get("content-type"); }
    /// Type and subtype in lower case without parameters, or empty.
    std::string mimetype() const;
    /// Nothing when absent or not a number: a chunked body has none.
    std::optional<ByteCount> content_length() const noexcept;
    /// True for application/json and application/*+json.
    bool is_json() const;

    /// The arguments of the query, decoded, in the order sent.
    const MultiDict& args();
    const MultiDict& cookies();

    // Routing. Empty for a request that no route matched.
    std::string_view url_rule() const noexcept;
    std::string_view endpoint() const noexcept;
    /// Dotted name of the innermost blueprint.
    std::string_view blueprint() const noexcept;
    /// Dotted names, innermost first.
    std::vector<std::string_view> blueprints() const;
    /// Text of a path value by its name in the pattern.
    std::optional<std::string_view> view_arg(std::string_view name) const noexcept;

    // Body.
    /// Errors: throws HTTPException 413 when the announced length is over the route's limit.
    BodyStream& body();
    /// Reads the rest of the body into memory; later calls give the same text.
    ///
    /// Errors: throws HTTPException: 413 over the route's limit, 408 when the client pauses too
    ///         long, 400 for bad framing.
    Task<std::string_view> get_data();
    /// The body decoded into a plain struct, as Json<T> does it.
    template <class T>
    Task<T> get_json();
    /// The body as a dynamic document. Returns: nothing when the Content-Type is not JSON. Errors:
    /// throws 400 when it cannot be parsed.
    Task<std::optional<JsonValue>> get_json();
    /// The fields of an application/x-www-form-urlencoded body; empty for another type.
    Task<MultiDict> form();

    /// The response under construction: its fields and status are merged with what the handler
    /// returns.
    Response& response() noexcept { return exchange_.response(); }
    /// The exchange below, for what the application layer has no word for.
    gateway::Exchange& exchange() noexcept { return exchange_; }
    const gateway::RequestHead& head() const noexcept { return exchange_.head(); }

    /// What hooks and handlers of this request hand to each other.
    Globals g;

    /// For the shims.
    const app::Bindings& bindings() const noexcept { return bindings_; }

private:
    friend class app::RequestContext;
    explicit Request(gateway::Exchange& exchange) noexcept : exchange_(exchange) {}
    ~Request() = default;
    app::RequestContext& context() noexcept;
    const app::RequestContext& context() const noexcept;

    gateway::Exchange& exchange_;
    app::Bindings bindings_;
    std::string_view path_;
};

inline Response& Inject<Response&>::from(Request& request) noexcept {
    return request.response();
}
inline BodyStream& Inject<BodyStream&>::from(Request& request) {
    return request.body();
}

}  // namespace pottle
