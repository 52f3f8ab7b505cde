// SPDX-License-Identifier: MIT
/// \file
/// Field: one received header or trailer field, as views. Owned fields are Headers (headers.hpp).
#pragma once

#include <pottle/base/ascii.hpp>

#include <span>
#include <string_view>

namespace pottle::http {

/// Name and value without surrounding white space. Views; the owner of the bytes is the event or
/// the request head.
struct Field {
    std::string_view name;
    std::string_view value;
};

using Fields = std::span<const Field>;

/// First field of that name in any case; nullptr when there is none.
inline const Field* find_field(Fields fields, std::string_view name) noexcept {
    for (const Field& field : fields)
        if (ascii::iequals(field.name, name)) return &field;
    return nullptr;
}

}  // namespace pottle::http
