// SPDX-License-Identifier: MIT
#include <pottle/gateway/file_spec.hpp>
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
    file_ = {};
    body_ = std::move(octets);
}
void Response::set_body(FileRange range) {
    file_ = {};
    body_ = std::move(range);
}
void Response::set_body(StreamBody stream) {
    file_ = {};
    body_ = std::move(stream);
}
void Response::set_body(FileSpec file) {
    file_ = Shared<const FileSpec>::make(std::move(file));
    body_.emplace<std::string>();
}

Shared<const FileSpec> Response::take_file() noexcept {
    return std::exchange(file_, {});
}

bool Response::is_streamed() const noexcept {
    return std::holds_alternative<StreamBody>(body_);
}

const std::string* Response::octets() const noexcept {
    return std::get_if<std::string>(&body_);
}

bool Response::untouched() const noexcept {
    const std::string* text = octets();
    return status == 200 && headers.empty() && text && text->empty() && !file_;
}

void Response::reset() noexcept {
    status = 200;
    headers.clear();
    set_static_content_type("text/html; charset=utf-8");
    if (std::string* text = std::get_if<std::string>(&body_))
        text->clear();
    else
        body_.emplace<std::string>();
    file_ = {};
    conditional_ = cookies_ = false;
    timeout = Milliseconds{-1};
}

}  // namespace pottle
