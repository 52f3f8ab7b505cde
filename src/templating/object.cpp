// SPDX-License-Identifier: MIT
/// \file
/// What an object does unless it says otherwise.
#include <pottle/templating/function.hpp>
#include <pottle/templating/object.hpp>

#include <fmt/format.h>

namespace pottle::templating {

Object::~Object() = default;

Value Object::attribute(Render&, std::string_view) {
    return Value::missing();
}

Value Object::item(Render&, const Value&) {
    return Value::missing();
}

bool Object::is_callable() const {
    return false;
}

Value Object::call(Call&) {
    fail_type(fmt::format("'{}' object is not callable", type_name()));
}

bool Object::awaits() const noexcept {
    return false;
}

bool Object::walk(Arena&, List&) {
    return false;
}

std::optional<std::size_t> Object::length() const {
    return std::nullopt;
}

bool Object::truth() const {
    const auto size = length();
    return !size || *size;
}

void Object::append_text(std::string& out) const {
    out += fmt::format("<{} object>", type_name());
}

bool Object::is_markup() const {
    return false;
}

bool Object::assign(Render&, std::string_view, const Value&) {
    return false;
}

bool Object::is_mapping() const {
    return false;
}

Function::~Function() {
    if (state_) destroy_(state_);
}

void Function::append_text(std::string& out) const {
    out += fmt::format("<function {}>", name_);
}

}  // namespace pottle::templating
