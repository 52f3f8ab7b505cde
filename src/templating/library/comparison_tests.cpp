// SPDX-License-Identifier: MIT
/// \file
/// Tests that compare: eq, lt and the others with all their names, odd, even, divisibleby, in,
/// sameas.
#include "support.hpp"
#include "tables.hpp"

namespace pottle::templating::library {

namespace {

/// `value % divisor == rest`, with the errors of the operator.
bool has_rest(Call& call, const Value& value, const Value& divisor, std::int64_t rest) {
    return equal(arithmetic(call.arena(), Operator::Modulo, value, divisor), Value::integer(rest));
}

template <std::int64_t rest>
Value test_parity(Call& call) {
    call.expect(1, 1);
    return Value::boolean(has_rest(call, call.self(), Value::integer(2), rest));
}

Value test_divisibleby(Call& call) {
    static constexpr std::string_view names[] = {"value", "num"};
    Value a[2];
    call.bind(names, 2, a);
    return Value::boolean(has_rest(call, a[0], a[1], 0));
}

Value test_in(Call& call) {
    static constexpr std::string_view names[] = {"value", "seq"};
    Value a[2];
    call.bind(names, 2, a);
    return Value::boolean(contains(a[1], a[0]));
}

Value test_sameas(Call& call) {
    static constexpr std::string_view names[] = {"value", "other"};
    Value a[2];
    call.bind(names, 2, a);
    return Value::boolean(a[0].same_as(a[1]));
}

template <bool wanted>
Value test_equal(Call& call) {
    call.expect(2, 2);
    return Value::boolean(equal(call.positional()[0], call.positional()[1]) == wanted);
}

constexpr std::string_view kLess = "<";
constexpr std::string_view kLessEqual = "<=";
constexpr std::string_view kGreater = ">";
constexpr std::string_view kGreaterEqual = ">=";

template <const std::string_view& sign>
Value test_order(Call& call) {
    call.expect(2, 2);
    const int order = compare(call.positional()[0], call.positional()[1], sign);
    const bool wanted_side = sign[0] == '<' ? order == -1 : order == 1;
    return Value::boolean(wanted_side || (sign.size() == 2 && order == 0));
}

}  // namespace

Entries comparison_tests() {
    static constexpr NativeEntry entries[] = {
        {"!=", test_equal<false>},         {"<", test_order<kLess>},
        {"<=", test_order<kLessEqual>},    {"==", test_equal<true>},
        {">", test_order<kGreater>},       {">=", test_order<kGreaterEqual>},
        {"divisibleby", test_divisibleby}, {"eq", test_equal<true>},
        {"equalto", test_equal<true>},     {"even", test_parity<0>},
        {"ge", test_order<kGreaterEqual>}, {"greaterthan", test_order<kGreater>},
        {"gt", test_order<kGreater>},      {"in", test_in},
        {"le", test_order<kLessEqual>},    {"lessthan", test_order<kLess>},
        {"lt", test_order<kLess>},         {"ne", test_equal<false>},
        {"odd", test_parity<1>},           {"sameas", test_sameas},
    };
    return entries;
}

}  // namespace pottle::templating::library
