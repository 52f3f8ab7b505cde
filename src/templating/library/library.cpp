// SPDX-License-Identifier: MIT
/// \file
/// Joins the tables of this folder, and finds methods in them.
#include "library.hpp"

#include "tables.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace pottle::templating::library {

namespace {

/// Sorted, so that an attribute that is no method is known for one after a few comparisons.
using Methods = std::vector<NativeEntry>;

Methods merged(std::initializer_list<Entries> tables) {
    Methods methods;
    for (const Entries table : tables) methods.insert(methods.end(), table.begin(), table.end());
    std::sort(methods.begin(), methods.end(),
              [](const NativeEntry& a, const NativeEntry& b) { return a.name < b.name; });
    return methods;
}

Native find(const Methods& methods, std::string_view name) {
    const auto found = std::lower_bound(
        methods.begin(), methods.end(), name,
        [](const NativeEntry& entry, std::string_view wanted) { return entry.name < wanted; });
    return found != methods.end() && found->name == name ? found->function : nullptr;
}

const Methods& methods_of_text() {
    static const Methods methods =
        merged({letter_case_methods(), text_format_methods(), text_kind_methods(),
                text_pad_methods(), text_search_methods(), text_split_methods()});
    return methods;
}

Native find_in_markup(std::string_view name) {
    static const Methods methods = merged({markup_methods()});
    const Native found = find(methods, name);
    return found ? found : find(methods_of_text(), name);
}

}  // namespace

std::span<const Entries> filters() {
    static const std::array tables{
        html_filters(),  json_filters(),         letter_case_filters(), number_filters(),
        order_filters(), pretty_print_filters(), select_filters(),      sequence_filters(),
        text_filters(),  truncate_filters(),     url_filters(),         urlize_filters(),
        wrap_filters(),
    };
    return tables;
}

std::span<const Entries> tests() {
    static const std::array tables{comparison_tests(), type_tests()};
    return tables;
}

std::span<const Entries> globals() {
    static const std::array tables{global_functions()};
    return tables;
}

Native find_method(const Value& value, std::string_view name) {
    switch (value.kind()) {
        case Kind::String:
            return value.is_safe() ? find_in_markup(name) : find(methods_of_text(), name);
        case Kind::Dict: {
            static const Methods methods = merged({dict_methods()});
            return find(methods, name);
        }
        case Kind::Mapping: {
            static const Methods methods = merged({mapping_methods()});
            return find(methods, name);
        }
        case Kind::List: {
            static const Methods methods = merged({list_methods()});
            return find(methods, name);
        }
        case Kind::Sequence: {
            static const Methods methods = merged({sequence_methods()});
            return find(methods, name);
        }
        case Kind::Tuple:
        case Kind::Range: {
            static const Methods methods = merged({tuple_methods()});
            return find(methods, name);
        }
        case Kind::Bool:
        case Kind::Int:
        case Kind::BigInt:
        case Kind::Float: {
            static const Methods methods = merged({number_methods()});
            return find(methods, name);
        }
        default:
            return nullptr;
    }
}

}  // namespace pottle::templating::library
