// SPDX-License-Identifier: MIT
/// \file
/// Methods of texts that look for others in them: find, index, count, startswith and the others.
/// Positions count characters.
#include "support.hpp"
#include "tables.hpp"
#include "text_edit.hpp"
#include "unicode.hpp"

namespace pottle::templating::library {

namespace {

enum class From { Start, End };

/// The arguments (wanted, start, end) that all of these methods take.
struct Search {
    explicit Search(Call& call) {
        call.expect(2, 4);
        const auto arguments = call.positional();
        part = part_of(call, call.self().as_string(),
                       arguments.size() > 2 ? arguments[2] : Value::none(),
                       arguments.size() > 3 ? arguments[3] : Value::none());
    }
    Part part;
};

template <From from>
std::int64_t position_of(Call& call) {
    const Part part = Search(call).part;
    const std::string_view wanted = call.string(call.positional()[1]);
    if (!part.valid) return -1;
    const std::size_t at = from == From::Start ? part.text.find(wanted) : part.text.rfind(wanted);
    if (at == std::string_view::npos) return -1;
    return static_cast<std::int64_t>(part.start + unicode::count(part.text.substr(0, at)));
}

template <From from>
Value find(Call& call) {
    return Value::integer(position_of<from>(call));
}

template <From from>
Value index(Call& call) {
    const std::int64_t position = position_of<from>(call);
    if (position < 0) fail(ErrorKind::Value, "substring not found");
    return Value::integer(position);
}

Value count(Call& call) {
    const Part part = Search(call).part;
    const std::string_view wanted = call.string(call.positional()[1]);
    if (!part.valid) return Value::integer(0);
    if (wanted.empty())
        return Value::integer(static_cast<std::int64_t>(unicode::count(part.text)) + 1);
    std::int64_t found = 0;
    for (std::size_t at = part.text.find(wanted); at != std::string_view::npos;
         at = part.text.find(wanted, at + wanted.size()))
        ++found;
    return Value::integer(found);
}

/// One text, or a tuple of which any may stand there.
template <From from>
Value stands_at(Call& call) {
    const Part part = Search(call).part;
    const Value& wanted = call.positional()[1];
    const auto stands = [&](const Value& value) {
        const std::string_view text = call.string(value);
        return from == From::Start ? part.text.starts_with(text) : part.text.ends_with(text);
    };
    if (!part.valid) return Value::boolean(false);
    if (!wanted.is(Kind::Tuple)) return Value::boolean(stands(wanted));
    for (const Value& one : wanted.as_list())
        if (stands(one)) return Value::boolean(true);
    return Value::boolean(false);
}

}  // namespace

Entries text_search_methods() {
    static constexpr NativeEntry entries[] = {
        {"count", count},
        {"endswith", stands_at<From::End>},
        {"find", find<From::Start>},
        {"index", index<From::Start>},
        {"rfind", find<From::End>},
        {"rindex", index<From::End>},
        {"startswith", stands_at<From::Start>},
    };
    return entries;
}

}  // namespace pottle::templating::library
