// SPDX-License-Identifier: MIT
/// \file
/// File results: opening a regular file and describing it.

#include <pottle/app/http_exception.hpp>
#include <pottle/app/result.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/mime.hpp>

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace pottle::app::detail {

namespace {

/// Absent, a directory, a device or not allowed: for the client there is no such thing.
[[noreturn]] void refuse(int error) {
    // A full table of descriptors is our trouble, not the client's (RFC 9110 15.6.4).
    abort(error == EMFILE || error == ENFILE ? 503 : 404);
}

}  // namespace

void write_file(Response& response, File&& file) {
    // O_NONBLOCK: opening a FIFO would wait for a writer. Regular files ignore it.
    FileDescriptor descriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor) refuse(errno);
    struct stat facts{};
    if (::fstat(descriptor.get(), &facts) != 0) refuse(errno);
    if (!S_ISREG(facts.st_mode)) refuse(ENOENT);

    if (file.content_type.empty())
        response.set_static_content_type(http::content_type_of(file.path));
    else
        response.set_content_type(file.content_type);
    const auto length = static_cast<std::uint64_t>(facts.st_size);
    response.headers.set_default("last-modified", http::format_http_date(facts.st_mtim.tv_sec));
    // Differs whenever size or time do, which is what a strong validator needs here.
    response.headers.set_default("etag", fmt::format("\"{:x}.{:x}-{:x}\"", facts.st_mtim.tv_sec,
                                                     facts.st_mtim.tv_nsec, length));
    response.set_body(
        FileRange{Shared<const FileDescriptor>::make(std::move(descriptor)), 0, length});
}

}  // namespace pottle::app::detail
