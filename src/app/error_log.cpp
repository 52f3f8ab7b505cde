// SPDX-License-Identifier: MIT
#include "error_log.hpp"

#include <pottle/base/log.hpp>

#include <fmt/format.h>

namespace pottle::app {

std::string describe(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an exception that is not a std::exception";
    }
}

bool is_cancelled(const std::exception_ptr& error) {
    return detail::match_error<Cancelled>(error) != nullptr;
}

void log_error(std::string_view note, const std::exception_ptr& error) {
    log::error(fmt::format("{}: {}", note, describe(error)));
}

void log_error(RequestContext& request, const std::exception_ptr& error, std::string_view note) {
    // The raw path: percent-encoded, so nothing in it can break the line.
    const std::string_view path = request.head().raw_path();
    std::string line = request.websocket()
                           ? fmt::format("Exception on websocket {}", path)
                           : fmt::format("Exception on request {} {}", request.method_text(), path);
    if (const RouteRecord* record = request.record())
        line += fmt::format(" (route {}, {})", record->pattern, to_string(record->where));
    if (!note.empty()) line += fmt::format(", {}", note);
    log::write({.level = log::Level::Error,
                .message = fmt::format("{}: {}", line, describe(error)),
                .request_id = request.id()});
}

}  // namespace pottle::app
