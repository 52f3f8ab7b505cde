// SPDX-License-Identifier: MIT
#include "debug_page.hpp"

#include "code_names.hpp"
#include "error_log.hpp"

#include <pottle/app/escape.hpp>
#include <pottle/base/ascii.hpp>

#include <algorithm>
#include <cstdlib>

#include <cxxabi.h>
#include <fmt/format.h>

namespace pottle::app {

namespace {

/// "std::out_of_range".
std::string type_of(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (...) {
        const std::type_info* type = abi::__cxa_current_exception_type();
        if (!type) return "exception";
        int status = 0;
        char* const name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
        std::string text = name ? name : type->name();
        std::free(name);
        return text;
    }
}

bool is_secret(std::string_view name) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"authorization", "cookie", "proxy-authorization"},
        [&](std::string_view secret) { return ascii::iequals(name, secret); });
}

/// A page of sections, each a table of names and values. Escapes everything.
class Page {
public:
    explicit Page(std::string_view title) {
        text_ = fmt::format(
            "<!doctype html>\n<html lang=en>\n<title>{0}</title>\n"
            "<style>body{{font:15px/1.5 sans-serif;margin:2em;max-width:70em}}"
            "h1{{font-size:1.4em}}h2{{font-size:1.1em}}pre,td,th{{font-family:monospace}}"
            "th{{text-align:left;padding-right:2em;vertical-align:top}}"
            "pre{{background:#f4f4f4;padding:1em;white-space:pre-wrap}}</style>\n"
            "<h1>{0}</h1>\n",
            escape(title));
    }
    void add_text(std::string_view text) { text_ += fmt::format("<pre>{}</pre>\n", escape(text)); }
    void begin_table(std::string_view title) {
        text_ += fmt::format("<h2>{}</h2>\n<table>\n", escape(title));
    }
    void add_row(std::string_view name, std::string_view value) {
        text_ += fmt::format("<tr><th>{}<td>{}\n", escape(name), escape(value));
    }
    void end_table() { text_ += "</table>\n"; }
    std::string finish() && {
        text_ += "<p>This page is shown because DEBUG is on. Switch it off in production.\n";
        return std::move(text_);
    }

private:
    std::string text_;
};

void add_request(Page& page, const RequestContext& request) {
    page.begin_table("Request");
    page.add_row("Method", request.method_text());
    page.add_row("URL", request.url());
    page.add_row("Version", request.http_version());
    page.add_row("Client", request.remote_addr());
    page.end_table();
    page.begin_table("Header fields");
    for (const http::Field& field : request.head().fields())
        page.add_row(field.name, is_secret(field.name) ? "(not shown)" : field.value);
    page.end_table();
}

bool is_internal(std::string_view function) {
    return function.starts_with("pottle::app::") || function.starts_with("pottle::async::");
}

/// Who awaited whom when the exception came, the innermost first.
void add_coroutines(Page& page, RequestContext& request, const std::exception_ptr& error) {
    const RequestContext::Parsed& notes = request.parsed();
    if (notes.failed.empty() || notes.failure != error) return;
    page.begin_table("Coroutines, the innermost first");
    for (const CodeName& code : name_code(notes.failed))
        if (!is_internal(code.function)) page.add_row(code.function, code.source);
    page.end_table();
}

void add_session(Page& page, const RequestContext& request) {
    const Session* session = request.find_session();
    if (!session) return;
    page.begin_table("Session");
    for (const JsonObject::Member& member : session->document())
        page.add_row(member.key, member.value.dump());
    page.end_table();
}

void add_route(Page& page, const RequestContext& request) {
    const RouteRecord* record = request.record();
    if (!record) return;
    page.begin_table("Route");
    page.add_row("Pattern", record->pattern);
    page.add_row("Endpoint", record->endpoint);
    page.add_row("Source", to_string(record->where));
    for (const std::string_view name : record->parameters)
        page.add_row(name, request.view_arg(name).value_or(""));
    page.end_table();
}

}  // namespace

Response debug_page(RequestContext& request, const std::exception_ptr& error) {
    Page page(type_of(error));
    page.add_text(describe(error));
    add_coroutines(page, request, error);
    add_route(page, request);
    add_request(page, request);
    add_session(page, request);
    return Response(std::move(page).finish(), 500);
}

}  // namespace pottle::app
