// SPDX-License-Identifier: MIT
/// \file
/// Filter truncate.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

/// How much longer than asked a text may be before it is cut (Jinja's policy truncate.leeway).
constexpr std::int64_t kLeeway = 5;

Value filter_truncate(Call& call) {
    static constexpr std::string_view names[] = {"s", "length", "killwords", "end", "leeway"};
    Value a[5];
    call.bind(names, 1, a);
    Render& render = call.render();
    const std::string_view text = call.string(a[0]);
    const std::int64_t length = call.integer_or(a[1], 255);
    const Value end = a[3].is_missing() ? Value::string("...") : a[3];
    const auto end_length = static_cast<std::int64_t>(unicode::count(call.string(end)));
    const std::int64_t leeway = is_absent(a[4]) ? kLeeway : call.integer(a[4]);
    if (length < end_length)
        fail(ErrorKind::Value,
             fmt::format("truncate: expected length >= {}, got {}", end_length, length));
    if (leeway < 0)
        fail(ErrorKind::Value, fmt::format("truncate: expected leeway >= 0, got {}", leeway));

    const std::size_t size = unicode::count(text);
    if (size <= static_cast<std::uint64_t>(length) + static_cast<std::uint64_t>(leeway))
        return a[0];
    std::string_view kept = unicode::first(text, static_cast<std::size_t>(length - end_length));
    if (!call.truth_or(a[2], false)) kept = kept.substr(0, kept.rfind(' '));
    return arithmetic(render.arena(), Operator::Add, view_like(a[0], kept), end);
}

}  // namespace

Entries truncate_filters() {
    static constexpr NativeEntry entries[] = {{"truncate", filter_truncate}};
    return entries;
}

}  // namespace pottle::templating::library
