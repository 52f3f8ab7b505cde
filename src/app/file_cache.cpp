// SPDX-License-Identifier: MIT
#include "file_cache.hpp"

#include <pottle/app/http_exception.hpp>
#include <pottle/base/log.hpp>
#include <pottle/http/date.hpp>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pottle::app {

namespace {

/// Absent, a directory, a device or not allowed: for the client there is no such thing.
[[noreturn]] void refuse(int error, const std::string& path) {
    for (const int usual : {ENOENT, ENOTDIR, EACCES, ELOOP, EXDEV, ENXIO, ENAMETOOLONG})
        if (error == usual) abort(404);
    log::error(fmt::format("the file {:?} cannot be opened: {}", path, std::strerror(error)));
    // A full table of descriptors is our trouble, not the client's (RFC 9110 15.6.4).
    abort(error == EMFILE || error == ENFILE ? 503 : 404);
}

// O_NONBLOCK: opening a FIFO would wait for a writer. Regular files ignore it.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;

FileDescriptor open_below(int folder, const std::string& path, Symlinks symlinks) {
    if (symlinks == Symlinks::Follow)
        return FileDescriptor(::openat(folder, path.c_str(), kOpenFlags));
    open_how how{};
    how.flags = kOpenFlags;
    // The kernel resolves the links: nothing can be swapped between a check and the opening.
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return FileDescriptor(
        static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how)));
}

/// `folder` < 0: the path stands alone. Returns: an empty OpenFile and sets errno when there is no
/// such regular file.
OpenFile open_one(int folder, const std::string& path, Symlinks symlinks) {
    FileDescriptor descriptor = folder < 0 ? FileDescriptor(::open(path.c_str(), kOpenFlags))
                                           : open_below(folder, path, symlinks);
    struct stat facts{};
    if (!descriptor || ::fstat(descriptor.get(), &facts) != 0) return {};
    if (!S_ISREG(facts.st_mode)) {
        errno = ENOENT;
        return {};
    }
    OpenFile out;
    out.file = Shared<const FileDescriptor>::make(std::move(descriptor));
    out.size = static_cast<std::uint64_t>(facts.st_size);
    out.modified = facts.st_mtim.tv_sec;
    out.modified_nanoseconds = facts.st_mtim.tv_nsec;
    // Differs whenever size or time do, which is what a strong validator needs here.
    out.etag = fmt::format("\"{:x}.{:x}-{:x}\"", out.modified, out.modified_nanoseconds, out.size);
    out.last_modified = http::format_http_date(out.modified);
    return out;
}

/// False when the open file is no longer what its name stands for, or has changed.
bool is_current(const OpenFile& file) noexcept {
    if (!file) return true;  // a sibling that was absent
    struct stat facts{};
    return ::fstat(file.file->get(), &facts) == 0 && facts.st_nlink > 0 &&
           static_cast<std::uint64_t>(facts.st_size) == file.size &&
           facts.st_mtim.tv_sec == file.modified &&
           facts.st_mtim.tv_nsec == file.modified_nanoseconds;
}

std::string key_of(const FileSpec& spec) {
    std::string key;
    key.reserve(spec.folder.size() + spec.path.size() + 3);
    key += spec.options.precompressed ? 'p' : '-';
    key += spec.options.symlinks == Symlinks::Follow ? 'f' : '-';
    key.append(spec.folder) += '\0';
    key += spec.path;
    return key;
}

}  // namespace

OpenFiles open_files(const FileSpec& spec) {
    FileDescriptor folder;
    if (!spec.folder.empty()) {
        folder = FileDescriptor(::open(spec.folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!folder) refuse(errno, spec.folder);
    }
    OpenFiles files;
    files.plain = open_one(folder.get(), spec.path, spec.options.symlinks);
    if (!files.plain) refuse(errno, spec.path);
    if (!spec.options.precompressed) return files;
    for (std::size_t i = 0; i < kCodings.size(); ++i)
        files.coded[i] = open_one(folder.get(), spec.path + std::string(kCodings[i].ending),
                                  spec.options.symlinks);
    return files;
}

const OpenFiles* FileCache::find(const FileSpec& spec, SteadyTime now) {
    const auto found = by_key_.find(key_of(spec));
    if (found == by_key_.end()) return nullptr;
    const auto entry = found->second;
    bool usable = now - entry->opened < kFreshFor && is_current(entry->files.plain);
    for (const OpenFile& coded : entry->files.coded) usable = usable && is_current(coded);
    if (!usable) {
        erase(entry);
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return &entry->files;
}

const OpenFiles& FileCache::insert(const FileSpec& spec, OpenFiles files, SteadyTime now) {
    std::string key = key_of(spec);
    // Two requests may have opened the same file at the same time.
    if (const auto found = by_key_.find(key); found != by_key_.end()) erase(found->second);
    if (entries_.size() == kMaxFiles) erase(std::prev(entries_.end()));
    entries_.push_front({std::move(key), std::move(files), now});
    by_key_.emplace(entries_.front().key, entries_.begin());
    return entries_.front().files;
}

void FileCache::erase(Entries::iterator entry) {
    by_key_.erase(entry->key);
    entries_.erase(entry);
}

}  // namespace pottle::app
