// SPDX-License-Identifier: MIT
/// \file
/// MultipartBody: the body of a request as the heads and contents of its parts. What Multipart and
/// FormPart stand on; apart from them so that an application's translation units do not read the
/// parser's header.
#pragma once

#include "spool.hpp"

#include <pottle/app/file_storage.hpp>
#include <pottle/async/task.hpp>
#include <pottle/http/content_disposition.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/multipart.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::app {

class RequestContext;

/// A resource of its request.
class MultipartBody {
public:
    /// Errors: throws MultipartError 415 unless the request's body is a multipart one.
    explicit MultipartBody(RequestContext& request);

    /// Skips the rest of the current part and reads the next one's head. False at the end.
    /// Errors: throws MultipartError, and what BodyStream::next() throws.
    Task<bool> next_part();
    /// The next piece of the current part; empty at its end. Lifetime: until the next call.
    Task<std::string_view> next_piece();

    const http::ContentDisposition& disposition() const noexcept { return disposition_; }
    const Headers& headers() const noexcept { return headers_; }

    /// The rest of the part, in UTF-8.
    Task<std::string> read_text();
    Task<FileStorage> store();

private:
    using Event = http::MultipartReader::Event;

    Task<Event> next_event();
    Task<bool> fill();

    RequestContext& request_;
    http::MultipartReader reader_;
    std::string buffer_;
    std::string_view input_;  // of buffer_, or of the body when that is in memory
    http::ContentDisposition disposition_;
    Headers headers_;
    Shared<Spool> spool_;
    std::uint64_t kept_ = 0;  // bytes of files that stand in memory
    bool in_memory_;
    bool part_over_ = true;
    bool over_ = false;
};

}  // namespace pottle::app
