// SPDX-License-Identifier: MIT
/// \file
/// Call: arguments matched with parameters as Python does it.
#include <pottle/templating/call.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle::templating {

void Call::bind(std::span<const std::string_view> names, std::size_t required, Value* out) const {
    if (positional_.size() > names.size())
        fail_type(fmt::format("{}() takes at most {} arguments ({} given)", name_, names.size(),
                              positional_.size()));
    std::fill_n(out, names.size(), Value::missing());
    std::copy(positional_.begin(), positional_.end(), out);
    for (const Keyword& keyword : keywords_) {
        const auto at = std::find(names.begin(), names.end(), keyword.name);
        if (at == names.end())
            fail_type(
                fmt::format("{}() got an unexpected keyword argument '{}'", name_, keyword.name));
        Value& slot = out[at - names.begin()];
        if (!slot.is_missing())
            fail_type(
                fmt::format("{}() got multiple values for argument '{}'", name_, keyword.name));
        slot = keyword.value;
    }
    for (std::size_t i = 0; i < required; ++i)
        if (out[i].is_missing())
            fail_type(fmt::format("{}() missing required argument: '{}'", name_, names[i]));
}

void Call::expect(std::size_t least, std::size_t most) const {
    if (!keywords_.empty()) fail_type(fmt::format("{}() takes no keyword arguments", name_));
    const std::size_t given = positional_.size();
    if (given >= least && given <= most) return;
    fail_type(least == most ? fmt::format("{}() takes {} arguments ({} given)", name_, least, given)
                            : fmt::format("{}() takes {} to {} arguments ({} given)", name_, least,
                                          most, given));
}

std::int64_t Call::integer(const Value& argument) const {
    if (argument.is(Kind::Int) || argument.is(Kind::Bool)) return argument.as_int();
    if (argument.is_undefined()) fail_undefined(argument);
    if (argument.is(Kind::BigInt))
        fail(ErrorKind::Value, fmt::format("{}(): the integer is too large", name_));
    fail_type(fmt::format("{}(): '{}' object cannot be interpreted as an integer", name_,
                          type_name(argument)));
}

std::int64_t Call::integer_or(const Value& argument, std::int64_t otherwise) const {
    return argument.is_missing() ? otherwise : integer(argument);
}

double Call::number(const Value& argument) const {
    if (argument.is_number()) return argument.to_double();
    if (argument.is_undefined()) fail_undefined(argument);
    fail_type(fmt::format("{}(): must be real number, not {}", name_, type_name(argument)));
}

std::string_view Call::string(const Value& argument) const {
    if (argument.is_string()) return argument.as_string();
    if (argument.is_undefined()) fail_undefined(argument);
    fail_type(fmt::format("{}(): must be str, not {}", name_, type_name(argument)));
}

std::string_view Call::string_or(const Value& argument, std::string_view otherwise) const {
    return argument.is_missing() ? otherwise : string(argument);
}

}  // namespace pottle::templating
