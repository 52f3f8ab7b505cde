// SPDX-License-Identifier: MIT
/// \file
/// FileStorage: an uploaded file, in memory while it is small and in a temporary file beyond.
#pragma once

#include <pottle/async/task.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/http/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

namespace app {
class Spool;
}

/// One file of a form. A value; copies share the content.
///
/// The temporary file has no name from the beginning, so nothing is left behind whatever happens;
/// it ends with the last copy and the request. Names come from the client: see secure_filename().
class FileStorage {
public:
    struct Parts {
        std::string name = {};
        std::string filename = {};
        Headers headers = {};
        std::string memory = {};
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    /// `spool`: where the content stands; null: in `parts.memory`.
    FileStorage(Parts parts, Shared<app::Spool> spool);
    FileStorage(const FileStorage&) noexcept;
    FileStorage(FileStorage&&) noexcept;
    FileStorage& operator=(const FileStorage&) noexcept;
    FileStorage& operator=(FileStorage&&) noexcept;
    ~FileStorage();

    /// Of the form's field.
    std::string_view name() const noexcept;
    /// As the client sent it: not a path to write to.
    std::string_view filename() const noexcept;
    std::string_view content_type() const noexcept;
    /// Without parameters, in lower case.
    std::string mimetype() const;
    const Headers& headers() const noexcept;
    /// In bytes.
    std::uint64_t size() const noexcept;
    /// The content when it is in memory.
    std::optional<std::string_view> in_memory() const noexcept;

    /// The whole content. Cost: as much memory.
    Task<std::string> read() const;
    /// Up to `count` bytes from `offset`; less at the end.
    Task<std::string> read(std::uint64_t offset, std::size_t count) const;
    /// Writes the content to a file, in place of one that is there.
    ///
    /// Errors: throws std::system_error. Thread: the writing is done by the blocking pool.
    Task<> save(std::string path) const;

private:
    struct State;
    Shared<State> state_;
};

/// The files of a form in the order they came. A value.
class FileDict {
public:
    using const_iterator = std::vector<FileStorage>::const_iterator;

    void add(FileStorage file);
    void clear() noexcept { files_.clear(); }
    bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
    /// First file of that field, or nullptr. Lifetime: until the dictionary changes.
    const FileStorage* find(std::string_view name) const noexcept;
    /// First file of that field. Errors: throws MissingKey, which is answered 400.
    const FileStorage& at(std::string_view name) const;
    std::vector<FileStorage> get_all(std::string_view name) const;

    bool empty() const noexcept { return files_.empty(); }
    std::size_t size() const noexcept { return files_.size(); }
    const_iterator begin() const noexcept { return files_.begin(); }
    const_iterator end() const noexcept { return files_.end(); }

private:
    std::vector<FileStorage> files_;
};

}  // namespace pottle
