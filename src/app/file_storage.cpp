// SPDX-License-Identifier: MIT
#include "spool.hpp"

#include <pottle/app/file_storage.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/multi_dict.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace pottle {

struct FileStorage::State {
    Parts parts;
    Shared<app::Spool> spool;
};

namespace {

std::string read_part(int descriptor, std::uint64_t offset, std::size_t count) {
    std::string out(count, '\0');
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got =
            ::pread(descriptor, out.data() + done, count - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    out.resize(done);
    return out;
}

/// In the kernel where the file systems can, else piece by piece.
void copy_range(int from, std::uint64_t offset, std::uint64_t size, const std::string& path) {
    constexpr std::size_t kPiece = 256 * 1024;
    const FileDescriptor to = app::create_file(path);
    std::uint64_t done = 0;
    while (done < size) {
        auto in = static_cast<off_t>(offset + done);
        auto out = static_cast<off_t>(done);
        const ssize_t copied = ::copy_file_range(from, &in, to.get(), &out, size - done, 0);
        if (copied <= 0) break;
        done += static_cast<std::uint64_t>(copied);
    }
    while (done < size) {
        const std::string piece =
            read_part(from, offset + done, std::min<std::uint64_t>(kPiece, size - done));
        if (piece.empty()) throw std::system_error(EIO, std::generic_category(), path);
        app::write_all(to.get(), piece, done);
        done += piece.size();
    }
}

}  // namespace

FileStorage::FileStorage(Parts parts, Shared<app::Spool> spool)
    : state_(Shared<State>::make(std::move(parts), std::move(spool))) {}
FileStorage::FileStorage(const FileStorage&) noexcept = default;
FileStorage::FileStorage(FileStorage&&) noexcept = default;
FileStorage& FileStorage::operator=(const FileStorage&) noexcept = default;
FileStorage& FileStorage::operator=(FileStorage&&) noexcept = default;
FileStorage::~FileStorage() = default;

std::string_view FileStorage::name() const noexcept {
    return state_->parts.name;
}
std::string_view FileStorage::filename() const noexcept {
    return state_->parts.filename;
}
std::string_view FileStorage::content_type() const noexcept {
    return headers().get("content-type");
}
std::string FileStorage::mimetype() const {
    return http::mimetype_of(content_type());
}
const Headers& FileStorage::headers() const noexcept {
    return state_->parts.headers;
}
std::uint64_t FileStorage::size() const noexcept {
    return state_->parts.size;
}
std::optional<std::string_view> FileStorage::in_memory() const noexcept {
    if (state_->spool) return std::nullopt;
    return state_->parts.memory;
}

Task<std::string> FileStorage::read() const {
    return read(0, size());
}

Task<std::string> FileStorage::read(std::uint64_t offset, std::size_t count) const {
    const Shared<State> state = state_;  // this copy may be gone before the task ends
    offset = std::min(offset, state->parts.size);
    count = std::min<std::uint64_t>(count, state->parts.size - offset);
    if (!state->spool) co_return state->parts.memory.substr(offset, count);
    co_return co_await run_blocking(&read_part, state->spool->descriptor(),
                                    state->parts.offset + offset, count);
}

Task<> FileStorage::save(std::string path) const {
    const Shared<State> state = state_;
    if (state->spool) {
        co_await run_blocking(&copy_range, state->spool->descriptor(), state->parts.offset,
                              state->parts.size, std::move(path));
    } else {
        co_await run_blocking(
            [](Shared<State> held, const std::string& to) {
                app::write_all(app::create_file(to).get(), held->parts.memory, 0);
            },
            state, std::move(path));
    }
}

const FileStorage* FileDict::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(files_, name, &FileStorage::name);
    return found == files_.end() ? nullptr : &*found;
}

const FileStorage& FileDict::at(std::string_view name) const {
    const FileStorage* file = find(name);
    if (file == nullptr) throw MissingKey(name);
    return *file;
}

std::vector<FileStorage> FileDict::get_all(std::string_view name) const {
    std::vector<FileStorage> found;
    for (const FileStorage& file : files_)
        if (file.name() == name) found.push_back(file);
    return found;
}

void FileDict::add(FileStorage file) {
    files_.push_back(std::move(file));
}

}  // namespace pottle
