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

LateBody::~LateBody() = default;

void Response::drop_other_bodies() noexcept {
    if (file_spec_) file_spec_ = {};
    if (late_body_.get()) late_body_ = {};
    if (kind_ == Body::Octets) return;
    file_ = {};
    stream_ = {};
    kind_ = Body::Octets;
}

void Response::set_body(std::string octets) {
    drop_other_bodies();
    octets_ = std::move(octets);
}
void Response::set_body(FileRange range) {
    drop_other_bodies();
    octets_.clear();
    file_ = std::move(range);
    kind_ = Body::File;
}
void Response::set_body(StreamBody stream) {
    drop_other_bodies();
    octets_.clear();
    stream_ = std::move(stream);
    kind_ = Body::Stream;
}
void Response::set_body(FileSpec file) {
    drop_other_bodies();
    octets_.clear();
    file_spec_ = Shared<const FileSpec>::make(std::move(file));
}

void Response::set_late_body(OwnedLateBody body) noexcept {
    drop_other_bodies();
    octets_.clear();
    late_body_ = std::move(body);
}

Shared<const FileSpec> Response::take_file_spec() noexcept {
    return std::exchange(file_spec_, {});
}

Response Response::copy() const {
    Response made(octets_, status);
    made.headers = headers;
    made.trailers = trailers;
    made.timeout = timeout;
    made.static_type_ = static_type_;
    made.owned_type_ = owned_type_;
    made.file_spec_ = file_spec_;
    if (kind_ == Body::File) {
        made.file_ = file_;
        made.kind_ = kind_;
    }
    made.conditional_ = conditional_;
    made.cookies_ = cookies_;
    return made;
}

bool Response::untouched() const noexcept {
    return status == 200 && headers.empty() && trailers.empty() && kind_ == Body::Octets &&
           octets_.empty() && !file_spec_ && !late_body_.get();
}

void Response::reset() noexcept {
    status = 200;
    headers.clear();
    trailers.clear();
    set_static_content_type("text/html; charset=utf-8");
    drop_other_bodies();
    octets_.clear();
    conditional_ = cookies_ = expires_ = false;
    timeout = Milliseconds{-1};
}

}  // namespace pottle
