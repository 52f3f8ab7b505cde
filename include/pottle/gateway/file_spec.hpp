// SPDX-License-Identifier: MIT
/// \file
/// FileSpec: a file that a response is to be made of, before it is opened: its name and what is
/// said about it.
#pragma once

#include <pottle/base/chrono.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace pottle {

/// Where symbolic links below a folder may lead.
enum class Symlinks : std::uint8_t {
    StayInside,  ///< one that leads out of the folder does not exist
    Follow       ///< anywhere
};

/// What send_file() and send_from_directory() say about a file. A value.
struct SendFileOptions {
    std::string mimetype = {};       ///< empty: by the ending of the name
    bool as_attachment = false;      ///< browsers save it instead of showing it
    std::string download_name = {};  ///< for saving; empty: the file's own name
    bool etag = true;
    /// Answers conditions and ranges of the request (304, 412, 206, 416).
    bool conditional = true;
    /// How long a cache may keep it; absent: SEND_FILE_MAX_AGE_DEFAULT.
    std::optional<Seconds> max_age = {};
    /// Unix time in seconds; absent: the file's.
    std::optional<std::int64_t> last_modified = {};
    /// Sends name.br, name.zst or name.gz in its place to clients that accept the coding.
    bool precompressed = false;
    Symlinks symlinks = Symlinks::StayInside;  ///< of files in a folder
};

/// A file by name. A value. The application layer opens it before the response is sent.
struct FileSpec {
    std::string path = {};    ///< relative to `folder` when there is one
    std::string folder = {};  ///< what `path` may not leave; empty: the application vouches for it
    SendFileOptions options = {};
};

}  // namespace pottle
