// SPDX-License-Identifier: MIT
#include <pottle/http/method.hpp>

#include <array>

namespace pottle {

namespace {
constexpr std::array<std::string_view, 9> kMethods{"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                                   "CONNECT", "OPTIONS", "TRACE", "PATCH"};
}

std::string_view method_name(Method method) noexcept {
    return method == Method::Other ? std::string_view{}
                                   : kMethods[static_cast<std::size_t>(method)];
}

Method parse_method(std::string_view name) noexcept {
    for (std::size_t i = 0; i < kMethods.size(); ++i)
        if (kMethods[i] == name) return static_cast<Method>(i);
    return Method::Other;
}

std::string_view version_name(HttpVersion version) noexcept {
    switch (version) {
        case HttpVersion::Http10:
            return "1.0";
        case HttpVersion::Http11:
            return "1.1";
        case HttpVersion::Http2:
            return "2";
        case HttpVersion::Http3:
            return "3";
    }
    return {};
}

}  // namespace pottle
