// SPDX-License-Identifier: MIT
#include <pottle/gateway/response.hpp>

#include <unistd.h>

namespace pottle {

FileDescriptor::~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void Response::reset() noexcept {
    status = 200;
    headers.clear();
    set_static_content_type("text/html; charset=utf-8");
    if (std::string* text = std::get_if<std::string>(&body_))
        text->clear();
    else
        body_.emplace<std::string>();
}

}  // namespace pottle
