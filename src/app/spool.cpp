// SPDX-License-Identifier: MIT
#include "spool.hpp"

#include <pottle/async/run_blocking.hpp>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace pottle::app {

namespace {

FileDescriptor open_temporary() {
    const char* chosen = std::getenv("TMPDIR");
    const std::string folder = chosen && *chosen ? chosen : "/tmp";
    // Without a name from the beginning; file systems that cannot do it (overlayfs of old) get a
    // name that is taken away at once.
    FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
    std::string path = folder + "/pottle-upload-XXXXXX";
    file = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
    if (!file)
        throw std::system_error(errno, std::generic_category(), "a temporary file in " + folder);
    ::unlink(path.c_str());
    return file;
}

}  // namespace

FileDescriptor create_file(const std::string& path) {
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) throw std::system_error(errno, std::generic_category(), path);
    return file;
}

std::string write_block(int descriptor, std::string block, std::uint64_t offset) {
    write_all(descriptor, block, offset);
    block.clear();
    return block;
}

void write_all(int descriptor, std::string_view octets, std::uint64_t offset) {
    while (!octets.empty()) {
        const ssize_t count =
            ::pwrite(descriptor, octets.data(), octets.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw std::system_error(errno, std::generic_category(), "write");
        octets.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

Spool::Spool() : file_(open_temporary()) {}

Task<std::string> Spool::append(std::string block) {
    const std::uint64_t offset = size_;
    size_ += block.size();
    co_return co_await run_blocking(&write_block, file_.get(), std::move(block), offset);
}

}  // namespace pottle::app
