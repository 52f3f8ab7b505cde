// SPDX-License-Identifier: MIT
/// \file
/// What url_for() takes: values for the parameters of a route, and options.
#pragma once

#include <pottle/app/path_converter.hpp>

#include <concepts>
#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

/// A path converter that can also write: `static std::string format(const T&)`.
template <class T>
concept FormatsPathValue = requires(const T& value) {
    { PathConverter<T>::format(value) } -> std::convertible_to<std::string>;
};

/// One value of a URL: text, a number, a list for the query, or nothing. A value.
class UrlValue {
public:
    enum class Kind : std::uint8_t { None, Text, Integer, Real, List };

    UrlValue(std::nullopt_t) noexcept {}
    UrlValue(std::string text) : kind_(Kind::Text), text_(std::move(text)) {}
    UrlValue(std::string_view text) : UrlValue(std::string(text)) {}
    UrlValue(const char* text) : UrlValue(std::string(text)) {}
    template <std::integral T>
    UrlValue(T number) : kind_(Kind::Integer), text_(std::to_string(number)) {}
    UrlValue(double number);
    UrlValue(const Uuid& uuid);
    UrlValue(std::vector<std::string> list) : kind_(Kind::List), list_(std::move(list)) {}
    template <FormatsPathValue T>
    UrlValue(const T& value) : UrlValue(std::string(PathConverter<T>::format(value))) {}
    template <std::convertible_to<UrlValue> T>
    UrlValue(const std::optional<T>& value)
        : UrlValue(value ? UrlValue(*value) : UrlValue(std::nullopt)) {}

    Kind kind() const noexcept { return kind_; }
    bool is_none() const noexcept { return kind_ == Kind::None; }
    /// Of text and numbers; empty for a list.
    const std::string& text() const noexcept { return text_; }
    const std::vector<std::string>& list() const noexcept { return list_; }

    friend bool operator==(const UrlValue&, const UrlValue&) noexcept;

private:
    Kind kind_ = Kind::None;
    std::string text_;
    std::vector<std::string> list_;
};

/// Names and values in order, each name once. A value.
class UrlValues {
public:
    struct Entry {
        std::string name;
        UrlValue value;
    };

    UrlValues() = default;
    UrlValues(std::initializer_list<Entry> entries);

    const UrlValue* find(std::string_view name) const noexcept;
    bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
    void set(std::string_view name, UrlValue value);
    /// Sets it unless it is there.
    void set_default(std::string_view name, UrlValue value) {
        if (!contains(name)) set(name, std::move(value));
    }

    bool empty() const noexcept { return entries_.empty(); }
    std::size_t size() const noexcept { return entries_.size(); }
    auto begin() const noexcept { return entries_.begin(); }
    auto end() const noexcept { return entries_.end(); }

    friend bool operator==(const UrlValues&, const UrlValues&) noexcept;

private:
    std::vector<Entry> entries_;
};

struct UrlOptions {
    std::string anchor{};            ///< behind '#'
    std::optional<bool> external{};  ///< with scheme and host; not set: as it must be
    std::string scheme{};            ///< implies external
    std::string method{};            ///< the route that answers this method
};

/// url_for() found no route that fits. what() names the nearest endpoint, the values or the methods
/// that are missing.
class UrlBuildError : public std::exception {
public:
    explicit UrlBuildError(std::string sentence) : sentence_(std::move(sentence)) {}
    UrlBuildError(const UrlBuildError&) = default;
    ~UrlBuildError() override;
    const char* what() const noexcept override { return sentence_.c_str(); }

private:
    std::string sentence_;
};

}  // namespace pottle
