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
    const auto exactly = [name](Method method) {
        return name == method_name(method) ? method : Method::Other;
    };
    switch (name.size()) {
        case 3:
            return name == "GET" ? Method::Get : exactly(Method::Put);
        case 4:
            return name == "POST" ? Method::Post : exactly(Method::Head);
        case 5:
            return name == "PATCH" ? Method::Patch : exactly(Method::Trace);
        case 6:
            return exactly(Method::Delete);
        case 7:
            return name == "OPTIONS" ? Method::Options : exactly(Method::Connect);
        default:
            return Method::Other;
    }
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
