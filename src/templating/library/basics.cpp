// SPDX-License-Identifier: MIT
/// \file
/// default, length, upper; defined, undefined, none; range; str.upper().
#include "basics.hpp"

#include <pottle/base/ascii.hpp>
#include <pottle/templating/options.hpp>

namespace pottle::templating::library {

namespace {

Value filter_default(Call& call) {
    static constexpr std::string_view names[] = {"value", "default_value", "boolean"};
    Value a[3];
    call.bind(names, 1, a);
    const bool replace = a[0].is_undefined() || (call.truth_or(a[2], false) && !truth(a[0]));
    if (!replace) return a[0];
    return a[1].is_missing() ? Value::string("") : a[1];
}

Value filter_length(Call& call) {
    call.expect(1, 1);
    return Value::integer(static_cast<std::int64_t>(length(call.self())));
}

Value upper(Call& call) {
    call.expect(1, 1);
    const Value text = call.render().text(call.self());
    std::string upper(text.as_string());
    for (char& c : upper) c = ascii::to_upper(c);
    const Value made = call.render().string(upper);
    return text.is_safe() ? made.as_markup() : made;
}

Value is_defined(Call& call) {
    call.expect(1, 1);
    return Value::boolean(!call.self().is_undefined());
}

Value is_undefined(Call& call) {
    call.expect(1, 1);
    return Value::boolean(call.self().is_undefined());
}

Value is_none(Call& call) {
    call.expect(1, 1);
    return Value::boolean(call.self().is_none());
}

Value range(Call& call) {
    call.expect(1, 3);
    const auto arguments = call.positional();
    RangeInfo range;
    range.start = arguments.size() > 1 ? call.integer(arguments[0]) : 0;
    range.stop = call.integer(arguments[arguments.size() > 1 ? 1 : 0]);
    range.step = arguments.size() > 2 ? call.integer(arguments[2]) : 1;
    if (range.step == 0) fail(ErrorKind::Value, "range() arg 3 must not be zero");
    if (range.size() > call.render().options().limits.range)
        fail(ErrorKind::Limit, "the range is longer than Limits::range allows");
    return Value::range(call.arena().make<RangeInfo>(range));
}

}  // namespace

std::span<const NativeEntry> basic_filters() {
    static constexpr NativeEntry entries[] = {
        {"count", filter_length},  {"d", filter_default}, {"default", filter_default},
        {"length", filter_length}, {"upper", upper},
    };
    return entries;
}

std::span<const NativeEntry> basic_tests() {
    static constexpr NativeEntry entries[] = {
        {"defined", is_defined}, {"none", is_none}, {"undefined", is_undefined}};
    return entries;
}

std::span<const NativeEntry> basic_globals() {
    static constexpr NativeEntry entries[] = {{"range", range}};
    return entries;
}

std::span<const NativeEntry> string_methods() {
    static constexpr NativeEntry entries[] = {{"upper", upper}};
    return entries;
}

}  // namespace pottle::templating::library
