// SPDX-License-Identifier: MIT
/// \file
/// Methods of lists and tuples. Lists that the application handed over can be read and not changed:
/// the same data may be in use by other requests.
#include "tables.hpp"

#include <pottle/base/stable_sort.hpp>

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

Value append(Call& call) {
    call.expect(2, 2);
    call.self().as_list().append(call.positional()[1]);
    return Value::none();
}

Value extend(Call& call) {
    call.expect(2, 2);
    List& list = call.self().as_list();
    for (const Value& item : to_list(call.arena(), call.positional()[1])) list.append(item);
    return Value::none();
}

Value insert(Call& call) {
    call.expect(3, 3);
    List& list = call.self().as_list();
    const auto size = static_cast<std::int64_t>(list.size());
    std::int64_t at = call.integer(call.positional()[1]);
    if (at < 0) at += size;
    list.insert(static_cast<std::size_t>(std::clamp<std::int64_t>(at, 0, size)),
                call.positional()[2]);
    return Value::none();
}

Value pop(Call& call) {
    call.expect(1, 2);
    List& list = call.self().as_list();
    const auto size = static_cast<std::int64_t>(list.size());
    if (size == 0) fail(ErrorKind::Value, "pop from empty list");
    std::int64_t at = call.positional().size() > 1 ? call.integer(call.positional()[1]) : -1;
    if (at < 0) at += size;
    if (at < 0 || at >= size) fail(ErrorKind::Value, "pop index out of range");
    const Value taken = list[static_cast<std::size_t>(at)];
    list.erase(static_cast<std::size_t>(at));
    return taken;
}

/// The position of an equal item, the size when there is none.
std::size_t position_of(const Value& items, const Value& wanted) {
    const std::size_t size = length(items);
    std::size_t at = 0;
    while (at < size && !equal(item_at(items, at), wanted)) ++at;
    return at;
}

Value remove(Call& call) {
    call.expect(2, 2);
    List& list = call.self().as_list();
    const std::size_t at = position_of(call.self(), call.positional()[1]);
    if (at == list.size()) fail(ErrorKind::Value, "list.remove(x): x not in list");
    list.erase(at);
    return Value::none();
}

Value reverse(Call& call) {
    call.expect(1, 1);
    List& list = call.self().as_list();
    std::reverse(list.begin(), list.end());
    return Value::none();
}

Value sort(Call& call) {
    static constexpr std::string_view names[] = {"self", "reverse"};
    Value a[2];
    call.bind(names, 1, a);
    List& list = a[0].as_list();
    const bool reversed = call.truth_or(a[1], false);
    stable_sort(std::span(list.begin(), list.size()), [reversed](const Value& x, const Value& y) {
        return reversed ? less(y, x) : less(x, y);
    });
    return Value::none();
}

Value clear(Call& call) {
    call.expect(1, 1);
    call.self().as_list().clear();
    return Value::none();
}

Value copy(Call& call) {
    call.expect(1, 1);
    return Value::list(&to_list(call.arena(), call.self()));
}

Value index(Call& call) {
    call.expect(2, 2);
    const std::size_t at = position_of(call.self(), call.positional()[1]);
    if (at == length(call.self()))
        fail(ErrorKind::Value, fmt::format("{} is not in list", to_repr(call.positional()[1])));
    return Value::integer(static_cast<std::int64_t>(at));
}

Value count(Call& call) {
    call.expect(2, 2);
    std::int64_t found = 0;
    const std::size_t size = length(call.self());
    for (std::size_t i = 0; i < size; ++i)
        found += equal(item_at(call.self(), i), call.positional()[1]);
    return Value::integer(found);
}

Value refuse(Call& call) {
    fail_type(
        fmt::format("{}(): the list belongs to the application and is read only; change a copy "
                    "of it, made with |list",
                    call.name()));
}

}  // namespace

Entries list_methods() {
    static constexpr NativeEntry entries[] = {
        {"append", append}, {"clear", clear},     {"copy", copy},     {"count", count},
        {"extend", extend}, {"index", index},     {"insert", insert}, {"pop", pop},
        {"remove", remove}, {"reverse", reverse}, {"sort", sort},
    };
    return entries;
}

Entries sequence_methods() {
    static constexpr NativeEntry entries[] = {
        {"append", refuse}, {"clear", refuse},   {"copy", copy},     {"count", count},
        {"extend", refuse}, {"index", index},    {"insert", refuse}, {"pop", refuse},
        {"remove", refuse}, {"reverse", refuse}, {"sort", refuse},
    };
    return entries;
}

Entries tuple_methods() {
    static constexpr NativeEntry entries[] = {{"count", count}, {"index", index}};
    return entries;
}

}  // namespace pottle::templating::library
