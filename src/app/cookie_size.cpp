// SPDX-License-Identifier: MIT
#include "file_sender.hpp"

#include <pottle/base/log.hpp>

#include <fmt/format.h>

namespace pottle::app {

void warn_of_large_cookies(RequestContext& request) {
    const ByteCount limit = request.routing().limits.cookie_size;
    if (limit == 0) return;
    for (const std::string_view cookie : request.response().headers.get_all("set-cookie"))
        if (cookie.size() > limit)
            log::warning(fmt::format(
                "route {}: the cookie {} is {} bytes long, browsers may drop what is over {} "
                "(MAX_COOKIE_SIZE)",
                request.url_rule(), cookie.substr(0, cookie.find('=')), cookie.size(), limit));
}

}  // namespace pottle::app
