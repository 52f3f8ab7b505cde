// SPDX-License-Identifier: MIT
/// \file
/// Members of the application's structs by their name.
#pragma once

#include "same_name.hpp"

#include <pottle/templating/value.hpp>

#include <string_view>

namespace pottle::templating {

/// nullptr when there is none.
inline const reflect::Field* find_field(const reflect::Object& object,
                                        std::string_view name) noexcept {
    for (std::size_t i = 0; i < object.field_count; ++i)
        if (same_name(object.fields[i].name, name)) return object.fields + i;
    return nullptr;
}

inline Value read_field(const void* structure, const reflect::Field& field) {
    return Value::reflected(static_cast<const char*>(structure) + field.offset, *field.table);
}

}  // namespace pottle::templating
