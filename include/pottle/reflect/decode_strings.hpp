// SPDX-License-Identifier: MIT
/// \file
/// Decoding a struct from named texts: the query, a form, header fields, cookies. Same tables, same
/// constraints and same errors as JSON.
#pragma once

#include <pottle/reflect/errors.hpp>
#include <pottle/reflect/table_of.hpp>

#include <string_view>
#include <vector>

namespace pottle::reflect {

/// Where the texts come from. `find` appends every value of `name` to `values`, in order; the views
/// must live until decoding is done. How a name is spelled outside (user_agent, User-Agent) is the
/// source's business.
struct TextSource {
    const void* context = nullptr;
    void (*find)(const void* context, std::string_view name,
                 std::vector<std::string_view>& values) = nullptr;
};

namespace detail {
DecodeResult decode_strings(const Table& table, void* out, TextSource source);

consteval bool is_text_kind(Kind kind) {
    return kind <= Kind::Uuid && kind != Kind::StringView;
}
template <class M>
consteval bool has_text_form() {
    if constexpr (is_optional<M>)
        return has_text_form<typename M::value_type>();
    else if constexpr (requires { typename M::Underlying; })
        return has_text_form<typename M::Underlying>();
    else if constexpr (is_vector<M>)
        return is_text_kind(table<typename M::value_type>.kind);
    else
        return is_text_kind(table<M>.kind);
}
}  // namespace detail

/// Fills the members of `out` from the texts of the same names.
///
/// A list takes all values of its name; anything else takes one, and several are an error
/// ("duplicate"). A member without a value keeps its default or is "missing". An empty text is a
/// value for text kinds and nothing at all for an optional of another kind, as browsers send empty
/// inputs. Bool reads true, 1, on and false, 0, off.
template <detail::Struct T>
DecodeResult decode_strings(T& out, TextSource source) {
    with_fields(out, []<class... M>(const M&...) {
        static_assert((detail::has_text_form<M>() && ...),
                      "pottle: a member that is read from a query, form, header or cookie must be "
                      "text, a number, bool, an enum, a time, Uuid, or an optional or vector of "
                      "these");
    });
    return detail::decode_strings(table<T>, &out, source);
}

}  // namespace pottle::reflect
