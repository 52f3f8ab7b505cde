// SPDX-License-Identifier: MIT
#include <pottle/gateway/response.hpp>

#include <unistd.h>

namespace pottle {

FileDescriptor::~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Response::Response() noexcept = default;
Response::Response(std::string body, int status_code)
    : status(status_code), body_(std::move(body)) {}
Response::Response(Response&& other) noexcept = default;
Response& Response::operator=(Response&& other) noexcept = default;
Response::~Response() = default;

void Response::set_body(std::string octets) {
    body_ = std::move(octets);
}
void Response::set_body(FileRange range) {
    body_ = std::move(range);
}
void Response::set_body(StreamBody stream) {
    body_ = std::move(stream);
}

const std::string* Response::octets() const noexcept {
    return std::get_if<std::string>(&body_);
}

bool Response::untouched() const noexcept {
    const std::string* text = octets();
    return status == 200 && headers.empty() && text && text->empty();
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
