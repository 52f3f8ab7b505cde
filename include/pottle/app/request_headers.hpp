// SPDX-License-Identifier: MIT
/// \file
/// RequestHeaders: the header fields of a request as an application sees them.
#pragma once

#include <pottle/http/field.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace pottle {

/// A view of received fields, in the order they came. Names compare without case and are stored in
/// lower case. Lifetime: the request's.
class RequestHeaders {
public:
    explicit RequestHeaders(http::Fields fields) noexcept : fields_(fields) {}

    /// First value of that name.
    std::optional<std::string_view> find(std::string_view name) const noexcept {
        const http::Field* field = http::find_field(fields_, name);
        return field ? std::optional(field->value) : std::nullopt;
    }
    /// First value of that name, or `fallback`.
    std::string_view get(std::string_view name, std::string_view fallback = {}) const noexcept {
        const http::Field* field = http::find_field(fields_, name);
        return field ? field->value : fallback;
    }
    /// First value of that name. Errors: throws MissingKey, which is answered 400.
    std::string_view at(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    bool contains(std::string_view name) const noexcept {
        return http::find_field(fields_, name) != nullptr;
    }

    std::size_t size() const noexcept { return fields_.size(); }
    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }

private:
    http::Fields fields_;
};

}  // namespace pottle
