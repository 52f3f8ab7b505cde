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
    : status(status_code), octets_(std::move(body)) {}
Response::Response(Response&& other) noexcept = default;
Response& Response::operator=(Response&& other) noexcept = default;
Response::~Response() = default;

void Response::drop_file_and_stream() noexcept {
    file_spec_ = {};
    if (kind_ == Body::Octets) return;
    file_ = {};
    stream_ = {};
    kind_ = Body::Octets;
}

void Response::set_body(std::string octets) {
    drop_file_and_stream();
    octets_ = std::move(octets);
}
void Response::set_body(FileRange range) {
    drop_file_and_stream();
    octets_.clear();
    file_ = std::move(range);
    kind_ = Body::File;
}
void Response::set_body(StreamBody stream) {
    drop_file_and_stream();
    octets_.clear();
    stream_ = std::move(stream);
    kind_ = Body::Stream;
}
void Response::set_body(FileSpec file) {
    drop_file_and_stream();
    octets_.clear();
    file_spec_ = Shared<const FileSpec>::make(std::move(file));
}

Shared<const FileSpec> Response::take_file_spec() noexcept {
    return std::exchange(file_spec_, {});
}

bool Response::untouched() const noexcept {
    return status == 200 && headers.empty() && kind_ == Body::Octets && octets_.empty() &&
           !file_spec_;
}

void Response::reset() noexcept {
    status = 200;
    headers.clear();
    set_static_content_type("text/html; charset=utf-8");
    drop_file_and_stream();
    octets_.clear();
    conditional_ = cookies_ = false;
    timeout = Milliseconds{-1};
}

}  // namespace pottle
