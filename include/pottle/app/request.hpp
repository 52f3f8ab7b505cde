// SPDX-License-Identifier: MIT
/// \file
/// Request: what hooks and handlers see of the request they serve. Everything beyond the head is
/// computed when it is first asked for, so that a handler that asks for nothing pays for nothing.
#pragma once

#include <pottle/app/body_stream.hpp>
#include <pottle/app/globals.hpp>
#include <pottle/app/inject.hpp>
#include <pottle/app/logger.hpp>
#include <pottle/app/request_fields.hpp>
#include <pottle/app/url_for.hpp>
#include <pottle/async/task.hpp>
#include <pottle/gateway/exchange.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

class AppHandle;
class FileDict;
class JsonProvider;
class JsonValue;
class MultiDict;
class Session;

/// How Request::get_json() takes a body.
struct JsonOptions {
    bool force = false;   ///< whatever its Content-Type
    bool silent = false;  ///< nothing instead of 400 when it cannot be parsed
};

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

namespace app {

/// What after_this_request() keeps.
class AfterThis {
public:
    virtual ~AfterThis() = default;
    virtual Task<> call(Response& response) = 0;
};
template <class F>
class AfterThisFunction final : public AfterThis {
public:
    explicit AfterThisFunction(F function) : function_(std::move(function)) {}
    Task<> call(Response& response) override {
        if constexpr (is_task<decltype(function_(response))>)
            co_await function_(response);
        else
            function_(response);
        co_return;
    }

private:
    F function_;
};

}  // namespace app

/// The running request. A resource of the dispatcher; handlers and hooks take it as `Request&`.
///
/// Lifetime: views that it returns live as long as the request. Thread: its connection's loop.
class Request : public RequestFields {
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
    std::string_view scheme() const noexcept {
        const gateway::Forwarded* said = exchange_.forwarded();
        return said && !said->scheme.empty() ? std::string_view(said->scheme) : head().scheme();
    }
    bool is_secure() const noexcept { return scheme() == "https"; }
    /// Host and port as the client named them, without the default port of the scheme.
    std::string_view host() const noexcept;
    /// Scheme, host, path and query, as IRI-encoded text: "http://example.org/a?b=1".
    std::string url() const;
    /// url() without the query.
    std::string base_url() const;
    /// "http://example.org/", with the prefix under which the application is mounted.
    std::string root_url() const;
    /// "http://example.org/".
    std::string host_url() const;
    /// The prefix under which the application is mounted; empty at the root.
    std::string root_path() const;
    /// "1.0", "1.1", "2" or "3".
    std::string_view http_version() const noexcept { return version_name(head().version()); }
    /// The request came in TLS early data and may be a replay (RFC 8470); see require_handshake().
    bool early_data() const noexcept { return head().early_data(); }
    /// The client's address without its port; "<local>" when there is none.
    std::string remote_addr() const;

    /// The addresses that X-Forwarded-For names, the client's first; remote_addr() without that
    /// field. Anybody can send it: see the proxy-fix middleware before trusting it.
    std::vector<std::string> access_route() const;
    /// The address the request came to: "127.0.0.1:8000"; empty in process.
    std::string server() const;

    // Values that came with the head; what other fields say is in RequestFields.
    /// The arguments of the query, decoded, in the order sent.
    const MultiDict& args();
    const MultiDict& cookies();

    /// Names the request in the log: the value of REQUEST_ID_HEADER, or 16 hexadecimal digits.
    const std::string& id();
    /// Writes lines that carry id().
    Logger logger();

    // Routing. Empty for a request that no route matched.
    std::string_view url_rule() const noexcept;
    std::string_view endpoint() const noexcept;
    /// Dotted name of the innermost blueprint.
    std::string_view blueprint() const noexcept;
    /// Dotted names, innermost first.
    std::vector<std::string_view> blueprints() const;
    /// Text of a path value by its name in the pattern.
    std::optional<std::string_view> view_arg(std::string_view name) const;
    /// Replaces it, for the handler as well; for a url_value_preprocessor.
    /// Errors: throws LogicError when the route has no value of that name.
    void set_view_arg(std::string_view name, std::string text);

    /// The URL of an endpoint (UF-1): relative to this request's host unless an option says
    /// otherwise. A leading dot stands for this request's blueprint. Values that the route does not
    /// take become the query.
    /// Errors: throws UrlBuildError.
    std::string url_for(std::string_view endpoint, UrlValues values = {},
                        const UrlOptions& options = {});

    // Body. Everything that reads it throws HTTPException: 413 over a limit, 408 when the client
    // pauses too long or BODY_TIMEOUT is over, 400 for bad framing.
    /// Before anything of the body is read; in place of the route's and the application's limit.
    /// Empty: no limit.
    void set_max_content_length(std::optional<ByteCount> limit) noexcept;
    void set_max_form_memory_size(std::optional<ByteCount> limit);
    void set_max_form_parts(std::optional<std::size_t> limit);

    /// The body piece by piece. BODY_TIMEOUT does not apply.
    BodyStream& body();
    /// Reads the rest of the body into memory; later calls give the same text.
    Task<std::string_view> get_data();
    /// The same without keeping it: later calls give nothing.
    Task<std::string> take_data();
    /// The body as text. Errors: throws 400 when it is not valid UTF-8.
    Task<std::string_view> get_text();
    /// The body decoded into a plain struct, as Json<T> does it.
    template <class T>
    Task<T> get_json();
    /// The body as a dynamic document. Returns: nothing when the Content-Type is not JSON. Errors:
    /// throws 400 when it cannot be parsed.
    Task<std::optional<JsonValue>> get_json(JsonOptions options = {});
    /// The fields of a form, urlencoded or multipart; empty for another type, and for a body that
    /// is no form. Lifetime of this and the next two: the request's.
    Task<const MultiDict&> form();
    /// The files of a multipart form, by the same rules.
    Task<const FileDict&> files();
    /// args(), and the fields of form() behind them unless the method is GET or HEAD.
    Task<const MultiDict&> values();

    /// The session. Handlers that take `Session&` have it opened for them.
    ///
    /// Errors: throws LogicError when it comes from a store and was not opened yet: then
    ///         `co_await request.open_session()` first.
    Session& session();
    /// Opens the session, wherever it is kept; does nothing the second time.
    Task<> open_session();

    /// The application that serves this request: its settings, extensions, logger.
    AppHandle app() const noexcept;

    /// How this application writes and reads JSON: `return request.json_provider().jsonify(x);`
    const JsonProvider& json_provider() const noexcept;

    /// RESP-9: calls `function(Response&)`, plain or a coroutine, when the handler is done, before
    /// the after_request hooks; several in the order of registration.
    template <class F>
    void after_this_request(F function) {
        add_after_this(new app::AfterThisFunction<F>(std::move(function)));
    }

    /// Fields that came behind the body; nullptr when there were none, and before the body was read
    /// to its end.
    const Headers* trailers() const noexcept { return exchange_.trailers(); }
    /// PUSH-1: promises the client the answer to a GET of `path`, which is served beside this
    /// request with its Accept, Accept-Encoding, Accept-Language, Cache-Control and User-Agent.
    /// Returns: false when the connection cannot push (only HTTP/2 can) or the client does not want
    /// it, as browsers do; 103 Early Hints is what they take.
    bool make_push_promise(std::string_view path);

    /// The response under construction: its fields and status are merged with what the handler
    /// returns.
    Response& response() noexcept { return exchange_.response(); }
    /// The exchange below, for what the application layer has no word for.
    gateway::Exchange& exchange() noexcept { return exchange_; }

    /// What hooks and handlers of this request hand to each other.
    Globals g;

    /// For the shims.
    const app::Bindings& bindings() const noexcept { return bindings_; }

private:
    void add_after_this(app::AfterThis* function);
    friend class app::RequestContext;
    explicit Request(gateway::Exchange& exchange) noexcept
        : RequestFields(exchange.head()), exchange_(exchange) {}
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
/// The files of the form, read before the handler starts.
template <>
struct Inject<FileDict&> {
    static constexpr Needs needs = Needs::Form;
    static FileDict& from(Request& request);
};

/// For handlers that must not act on a replayed request: throws 425 Too Early when it came in early
/// data. Clients send it again when the handshake is done.
void require_handshake(const Request& request);

}  // namespace pottle
