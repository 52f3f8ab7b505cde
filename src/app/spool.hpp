// SPDX-License-Identifier: MIT
/// \file
/// Spool: the temporary file of one request. All its files stand in it one behind the other, so
/// that a form of a thousand files takes one descriptor.
#pragma once

#include <pottle/async/task.hpp>
#include <pottle/gateway/response.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace pottle::app {

/// Octets of a file that are written at once, so that a hop to the pool is paid for once in a
/// while.
inline constexpr std::size_t kFileBlock = 256 * 1024;

// For the blocking pool. Errors: each throws std::system_error.
/// Makes a file, in place of one that is there.
FileDescriptor create_file(const std::string& path);
/// Writes all of `octets`.
void write_all(int descriptor, std::string_view octets, std::uint64_t offset);
/// The same. Returns: the empty string with the block's capacity, to be filled again.
std::string write_block(int descriptor, std::string block, std::uint64_t offset);

/// A resource. Thread: one loop; the blocking pool does the writing and reading.
class Spool {
public:
    /// Errors: throws std::system_error when no temporary file can be made.
    Spool();
    Spool(Spool&&) = default;

    std::uint64_t size() const noexcept { return size_; }
    int descriptor() const noexcept { return file_.get(); }
    /// Appends. Returns: the empty string with the block's capacity, to be filled again.
    Task<std::string> append(std::string block);

private:
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

}  // namespace pottle::app
