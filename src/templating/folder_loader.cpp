// SPDX-License-Identifier: MIT
/// \file
/// FolderLoader. Two checks keep it inside its folders: the name is a clean relative path, and the
/// path that the system resolves it to, with symbolic links followed, lies below the folder.
#include <pottle/templating/error.hpp>
#include <pottle/templating/loader.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace pottle::templating {

namespace {

namespace fs = std::filesystem;

bool is_clean(std::string_view name) {
    if (name.empty() || name.find('\0') != std::string_view::npos ||
        name.find('\\') != std::string_view::npos)
        return false;
    while (true) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

/// The regular file that `name` is in `folder`.
std::optional<fs::path> resolve(const std::string& folder, std::string_view name) {
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) return std::nullopt;
    fs::path file = fs::canonical(root / name, error);
    if (error || !fs::is_regular_file(file, error)) return std::nullopt;
    const auto [end, _] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
    if (end != root.end()) return std::nullopt;
    return file;
}

std::uint64_t version_of(const fs::path& file) {
    std::error_code error;
    const auto time = fs::last_write_time(file, error).time_since_epoch().count();
    const auto size = fs::file_size(file, error);
    return static_cast<std::uint64_t>(time) * 0x9E3779B97F4A7C15ULL ^ size;
}

}  // namespace

FolderLoader::FolderLoader(std::vector<std::string> folders) : folders_(std::move(folders)) {}

FolderLoader::FolderLoader(std::string folder) {
    folders_.push_back(std::move(folder));
}

std::optional<Source> FolderLoader::load(std::string_view name, ByteCount limit) const {
    if (!is_clean(name)) return std::nullopt;
    for (const std::string& folder : folders_) {
        const auto file = resolve(folder, name);
        if (!file) continue;
        // The version before the text: a change in between shows at the next look.
        Source source{{}, version_of(*file)};
        std::ifstream stream(*file, std::ios::binary);
        if (!stream) continue;
        std::error_code error;
        source.text.resize(std::min<std::size_t>(fs::file_size(*file, error), limit) + 1);
        stream.read(source.text.data(), static_cast<std::streamsize>(source.text.size()));
        source.text.resize(static_cast<std::size_t>(stream.gcount()));
        if (source.text.size() > limit)
            fail(ErrorKind::Limit,
                 "the template '" + std::string(name) +
                     "' is longer than Limits::source allows: " + std::to_string(limit) + " bytes");
        source.text.shrink_to_fit();
        return source;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> FolderLoader::version(std::string_view name) const {
    if (!is_clean(name)) return std::nullopt;
    for (const std::string& folder : folders_)
        if (const auto file = resolve(folder, name)) return version_of(*file);
    return std::nullopt;
}

std::vector<std::string> FolderLoader::list() const {
    std::vector<std::string> names;
    for (const std::string& folder : folders_) {
        std::error_code error;
        for (auto at = fs::recursive_directory_iterator(folder, error);
             !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
            if (at->is_regular_file(error))
                names.push_back(at->path().lexically_relative(folder).generic_string());
        }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace pottle::templating
