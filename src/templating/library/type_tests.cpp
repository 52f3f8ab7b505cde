// SPDX-License-Identifier: MIT
/// \file
/// Tests of what a value is: defined, none, string, mapping, callable, lower and the others.
#include "tables.hpp"
#include "text_edit.hpp"

#include <pottle/templating/environment.hpp>

namespace pottle::templating::library {

namespace {

template <bool (*holds)(Call&, const Value&)>
Value test(Call& call) {
    call.expect(1, 1);
    return Value::boolean(holds(call, call.self()));
}

bool is_defined(Call&, const Value& value) {
    return !value.is_undefined();
}
bool is_undefined(Call&, const Value& value) {
    return value.is_undefined();
}
bool is_none(Call&, const Value& value) {
    return value.is_none();
}
bool is_boolean(Call&, const Value& value) {
    return value.is_bool();
}
bool is_true(Call&, const Value& value) {
    return value.is_bool() && value.as_bool();
}
bool is_false(Call&, const Value& value) {
    return value.is_bool() && !value.as_bool();
}
bool is_integer(Call&, const Value& value) {
    return value.is_integer() && !value.is_bool();
}
bool is_float(Call&, const Value& value) {
    return value.is(Kind::Float);
}
bool is_number(Call&, const Value& value) {
    return value.is_number();
}
bool is_string(Call&, const Value& value) {
    return value.is_string();
}
bool is_escaped(Call&, const Value& value) {
    return value.is_safe();
}
bool is_mapping(Call&, const Value& value) {
    return value.is_dictlike() || (value.is(Kind::Object) && value.as_object().is_mapping());
}
bool is_sequence(Call&, const Value& value) {
    if (value.is(Kind::Object)) return value.as_object().length().has_value();
    return find_length(value).has_value();
}
bool is_iterable(Call& call, const Value& value) {
    switch (value.kind()) {
        case Kind::Undefined:
            truth(value);  // throws when strict
            return true;
        case Kind::Object:
            return value.as_object().walk(call.arena(), call.render().new_list());
        default:
            return value.is(Kind::Iterator) || find_length(value).has_value();
    }
}
bool is_callable(Call&, const Value& value) {
    return value.is_undefined() || (value.is(Kind::Object) && value.as_object().is_callable());
}
bool is_filter(Call& call, const Value& value) {
    return value.is_string() && call.render().environment().find_filter(value.as_string());
}
bool is_test(Call& call, const Value& value) {
    return value.is_string() && call.render().environment().find_test(value.as_string());
}
/// str.islower() and isupper(): there is a cased character and none of the other case.
bool is_lower(Call& call, const Value& value) {
    return all_of_case(call.render().text(value).as_string(), LetterCase::Lower);
}
bool is_upper(Call& call, const Value& value) {
    return all_of_case(call.render().text(value).as_string(), LetterCase::Upper);
}

}  // namespace

Entries type_tests() {
    static constexpr NativeEntry entries[] = {
        {"boolean", test<is_boolean>},   {"callable", test<is_callable>},
        {"defined", test<is_defined>},   {"escaped", test<is_escaped>},
        {"false", test<is_false>},       {"filter", test<is_filter>},
        {"float", test<is_float>},       {"integer", test<is_integer>},
        {"iterable", test<is_iterable>}, {"lower", test<is_lower>},
        {"mapping", test<is_mapping>},   {"none", test<is_none>},
        {"number", test<is_number>},     {"sequence", test<is_sequence>},
        {"string", test<is_string>},     {"test", test<is_test>},
        {"true", test<is_true>},         {"undefined", test<is_undefined>},
        {"upper", test<is_upper>},
    };
    return entries;
}

}  // namespace pottle::templating::library
