// SPDX-License-Identifier: MIT
/// \file
/// FileCache: files that one loop has open, so that a file which is asked for often is not opened,
/// described and closed each time.
///
/// Invariants:
/// 1. At most kMaxFiles entries; the one that was not used for longest goes first.
/// 2. An entry is used for kFreshFor without looking at the file system's names. Before each use
///    the open file is looked at: one that has changed, was replaced or deleted is dropped.
#pragma once

#include <pottle/base/chrono.hpp>
#include <pottle/gateway/file_spec.hpp>
#include <pottle/gateway/response.hpp>

#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sys/stat.h>

namespace pottle::app {

/// An open regular file and what is sent about it. A value; copies share the descriptor.
struct OpenFile {
    Shared<const FileDescriptor> file;
    std::uint64_t size = 0;
    std::int64_t modified = 0;  ///< Unix time in seconds
    long modified_nanoseconds = 0;
    std::string etag;  ///< with its quotes
    std::string last_modified;

    explicit operator bool() const noexcept { return bool(file); }
};

/// The codings that a file may stand beside itself in, the best first.
struct Coding {
    std::string_view name;    ///< of Content-Encoding
    std::string_view ending;  ///< of the file
};
inline constexpr std::array<Coding, 3> kCodings{{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}};

/// A file with its compressed siblings.
struct OpenFiles {
    OpenFile plain;
    std::array<OpenFile, kCodings.size()> coded;  ///< in the order of kCodings; empty: absent
};

/// Opens a file and, when asked to, its compressed siblings. Blocks.
///
/// Errors: throws HTTPException 404 for what is absent, no regular file, not allowed or outside of
/// the folder; 503 when there are no descriptors left.
OpenFiles open_files(const FileSpec& spec);

/// A resource of one loop.
class FileCache {
public:
    static constexpr std::size_t kMaxFiles = 512;
    static constexpr Milliseconds kFreshFor{1000};

    FileCache() = default;
    FileCache(const FileCache&) = delete;
    FileCache& operator=(const FileCache&) = delete;

    /// The open file; nullptr when it has to be opened (again). Lifetime: until the next call.
    const OpenFiles* find(const FileSpec& spec, SteadyTime now);
    const OpenFiles& insert(const FileSpec& spec, OpenFiles files, SteadyTime now);
    std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        std::string key;
        OpenFiles files;
        SteadyTime opened;
    };
    using Entries = std::list<Entry>;

    void erase(Entries::iterator entry);

    Entries entries_;  // the last used first
    std::unordered_map<std::string_view, Entries::iterator> by_key_;
};

}  // namespace pottle::app
