// SPDX-License-Identifier: MIT
/// \file
/// Joins the tables of this folder.
#include "library.hpp"

#include "basics.hpp"

#include <array>

namespace pottle::templating::library {

std::span<const std::span<const NativeEntry>> filters() {
    static const std::array tables{basic_filters()};
    return tables;
}

std::span<const std::span<const NativeEntry>> tests() {
    static const std::array tables{basic_tests()};
    return tables;
}

std::span<const std::span<const NativeEntry>> globals() {
    static const std::array tables{basic_globals()};
    return tables;
}

Native find_method(const Value& value, std::string_view name) {
    if (!value.is_string()) return nullptr;
    for (const NativeEntry& entry : string_methods())
        if (entry.name == name) return entry.function;
    return nullptr;
}

}  // namespace pottle::templating::library
