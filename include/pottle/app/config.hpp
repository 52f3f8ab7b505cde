// SPDX-License-Identifier: MIT
/// \file
/// Config: the settings of an application under Flask's names, from code, files and the
/// environment. Every known key, its kind and its default: docs/reference/config.md.
#pragma once

#include <pottle/app/config_error.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/json/value.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pottle {

/// Whether a file may be missing.
enum class Missing : std::uint8_t { IsMistake, IsFine };

/// A table of upper-case keys. Keys that Pottle does not know are the application's own. A resource
/// of its application: handlers and hooks take it as `Config&`.
///
///     app.config().from_file("shop.toml", Missing::IsFine);
///     app.config().from_prefixed_env();                       // POTTLE_SECRET_KEY=...
///     const auto lifetime = app.config().get<Seconds>("PERMANENT_SESSION_LIFETIME");
///
/// Errors: every function throws ConfigError with a sentence that names key and place.
/// Thread: changed while the application is set up; constant from its freezing on (App::gateway()),
/// when changing it is an error.
class Config {
public:
    /// One key. Values are JSON: durations are seconds, sizes bytes; "30s" and "16MiB" are read as
    /// well.
    struct Entry {
        std::string key;
        JsonValue value;
        std::string source;  ///< "default", "code", a file's name or an environment variable's
        bool known;          ///< one of Pottle's own
    };

    /// Holds the defaults. DEBUG is what the environment variable POTTLE_DEBUG says.
    Config();

    // ---- reading
    /// The value; null when it has none.
    const JsonValue& operator[](std::string_view key) const noexcept;
    bool contains(std::string_view key) const noexcept { return find_entry(key) != nullptr; }
    /// The value as a T: bool, an integer, double, std::string, Seconds, Milliseconds,
    /// std::vector<std::string> (a single text is a list of one), or std::optional of these, empty
    /// for null.
    template <class T>
    T get(std::string_view key) const;
    /// All keys, known ones first, in the order in which they were first set.
    const std::vector<Entry>& entries() const noexcept { return entries_; }
    /// CFG-5: the members whose key starts with `prefix`, as an object: get_namespace("MAIL_")
    /// makes {"server": ...} of MAIL_SERVER.
    JsonObject get_namespace(std::string_view prefix, bool lowercase = true,
                             bool trim = true) const;

    // ---- setting
    Config& set(std::string_view key, JsonValue value);
    template <class Rep, class Period>
    Config& set(std::string_view key, std::chrono::duration<Rep, Period> value) {
        return set(key, std::chrono::duration<double>(value).count());
    }
    /// Declares a key of the application or of an extension: set unless it has a value already.
    Config& set_default(std::string_view key, JsonValue value);
    /// CFG-1: the upper-case members; others are ignored.
    Config& from_mapping(const JsonObject& values);

    // ---- loading; what comes later replaces what came earlier
    /// CFG-2: a .toml or .json file; of its top level the upper-case keys. A relative path begins
    /// at the application's root path (AppOptions). Returns: false when the file is missing and may
    /// be.
    bool from_file(const std::string& path, Missing missing = Missing::IsMistake);
    /// CFG-4: the file that an environment variable names.
    bool from_envvar(const char* variable, Missing missing = Missing::IsMistake);
    /// CFG-3: every environment variable PREFIX_KEY, in the order of the keys. The value is JSON,
    /// or else text; for a key of Pottle's own, what it holds: DEBUG=1, yes or on is true, a
    /// SECRET_KEY of digits is text. "__" in the key descends into an object: POTTLE_DB__URL is
    /// {"DB":{"URL":...}}.
    Config& from_prefixed_env(std::string_view prefix = "POTTLE");

    /// A sentence for each key that looks like a slip of the pen for a known or declared one, with
    /// that one's name.
    std::vector<std::string> find_slips() const;

    /// A value for people to read: "(not shown)" for a key with SECRET, PASSWORD or TOKEN in it.
    static std::string shown_text(std::string_view key, const JsonValue& value);

    /// Makes every later change throw.
    void freeze() noexcept { frozen_ = true; }
    /// Where relative files begin; empty: at the working directory.
    void set_folder(std::string folder) { folder_ = std::move(folder); }

private:
    void require_open(std::string_view key) const;
    const Entry* find_entry(std::string_view key) const noexcept;
    Entry& ensure_entry(std::string_view key);
    void assign(std::string_view key, JsonValue value, std::string source);
    void assign_members(const JsonObject& values, const std::string& source);

    bool to_bool(std::string_view key) const;
    double to_double(std::string_view key) const;
    std::string to_text(std::string_view key) const;
    std::vector<std::string> to_list(std::string_view key) const;
    Milliseconds to_duration(std::string_view key) const;
    std::int64_t to_signed(std::string_view key, std::int64_t min, std::int64_t max) const;
    std::uint64_t to_unsigned(std::string_view key, std::uint64_t max) const;

    std::vector<Entry> entries_;
    std::string folder_;
    bool frozen_ = false;
};

/// CLI-6: puts the variables of a file into the environment, unless they are there: NAME=value
/// lines, "export " before them, '...' as it stands, "..." with \n \t \" \\ and ${NAME}, comments
/// behind '#'.
///
/// Returns: false when there is no such file. Errors: throws ConfigError with file and line.
/// Thread: before there are others; the environment has no lock.
bool load_dotenv(const std::string& path);
/// The nearest `.env` and then the nearest `.pottleenv`, in the working directory or above; nothing
/// when POTTLE_SKIP_DOTENV is set.
void load_dotenv();

namespace app::detail {
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace app::detail

template <class T>
T Config::get(std::string_view key) const {
    if constexpr (app::detail::is_optional<T>) {
        if ((*this)[key].is_null()) return std::nullopt;
        return get<typename T::value_type>(key);
    } else if constexpr (std::is_same_v<T, bool>) {
        return to_bool(key);
    } else if constexpr (std::signed_integral<T>) {
        using Limits = std::numeric_limits<T>;
        return static_cast<T>(to_signed(key, Limits::min(), Limits::max()));
    } else if constexpr (std::unsigned_integral<T>) {
        return static_cast<T>(to_unsigned(key, std::numeric_limits<T>::max()));
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(to_double(key));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return to_text(key);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return to_list(key);
    } else {
        static_assert(std::is_same_v<T, Seconds> || std::is_same_v<T, Milliseconds>,
                      "pottle: config.get<T> knows bool, integers, double, std::string, Seconds, "
                      "Milliseconds, std::vector<std::string> and std::optional of these");
        return std::chrono::duration_cast<T>(to_duration(key));
    }
}

}  // namespace pottle
