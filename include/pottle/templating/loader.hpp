// SPDX-License-Identifier: MIT
/// \file
/// Where templates come from: a dictionary in memory, folders, several loaders one after the other,
/// the program itself (pottle_templates() of the CMake package). A template's name is a relative
/// path with '/' whatever the loader.
#pragma once

#include <pottle/base/bytes.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::templating {

/// The text of a template and what tells whether it has changed since.
struct Source {
    std::string text;
    std::uint64_t version = 0;  ///< of the loader's own making: a file's time and size
};

/// Thread: called from every loop.
class Loader {
public:
    Loader() = default;
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    virtual ~Loader();

    /// Empty when there is no template of this name. `limit` bounds the text in bytes: more throws
    /// TemplateError (Limit).
    virtual std::optional<Source> load(std::string_view name, ByteCount limit) const = 0;
    /// The present version; empty when the template is gone.
    virtual std::optional<std::uint64_t> version(std::string_view name) const = 0;
    /// The names it has, sorted.
    virtual std::vector<std::string> list() const = 0;
};

/// Templates in memory.
class DictLoader final : public Loader {
public:
    DictLoader() = default;
    DictLoader(std::initializer_list<std::pair<std::string_view, std::string_view>> templates);
    void set(std::string_view name, std::string_view text);

    std::optional<Source> load(std::string_view name, ByteCount limit) const override;
    std::optional<std::uint64_t> version(std::string_view name) const override;
    std::vector<std::string> list() const override;

private:
    struct Entry {
        std::string name;
        Source source;
    };
    const Entry* find(std::string_view name) const;
    std::vector<Entry> entries_;
};

/// Files of folders, the first that has the name. A name with an empty, "." or ".." part, a
/// backslash or a NUL is not found, and nothing outside a folder is read through symbolic links
/// that point out of it.
class FolderLoader final : public Loader {
public:
    explicit FolderLoader(std::vector<std::string> folders);
    explicit FolderLoader(std::string folder);

    std::optional<Source> load(std::string_view name, ByteCount limit) const override;
    std::optional<std::uint64_t> version(std::string_view name) const override;
    std::vector<std::string> list() const override;

private:
    std::vector<std::string> folders_;
};

/// One template of a program, as pottle_templates() writes it.
struct BuiltInTemplate {
    std::string_view name;
    std::string_view text;
};

/// Templates that are part of the program. `templates` has static storage, sorted by name.
class BuiltInLoader final : public Loader {
public:
    explicit BuiltInLoader(std::span<const BuiltInTemplate> templates) : templates_(templates) {}

    std::optional<Source> load(std::string_view name, ByteCount limit) const override;
    std::optional<std::uint64_t> version(std::string_view name) const override;
    std::vector<std::string> list() const override;

private:
    std::span<const BuiltInTemplate> templates_;
};

/// The first loader that has the name.
class ChoiceLoader final : public Loader {
public:
    void add(std::unique_ptr<Loader> loader) { loaders_.push_back(std::move(loader)); }

    std::optional<Source> load(std::string_view name, ByteCount limit) const override;
    std::optional<std::uint64_t> version(std::string_view name) const override;
    std::vector<std::string> list() const override;

private:
    std::vector<std::unique_ptr<Loader>> loaders_;
};

}  // namespace pottle::templating
