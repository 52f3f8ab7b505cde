// SPDX-License-Identifier: MIT
/// \file
/// Render: what functions may ask of a rendering: making values, attributes and items, calls.
#include "library/library.hpp"

#include <pottle/templating/environment.hpp>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

/// `"abc".upper` before it is called.
class BoundMethod final : public Object {
public:
    BoundMethod(std::string_view name, Native method, const Value& self)
        : name_(name), method_(method), self_(self) {}

    std::string_view type_name() const override { return "builtin_function_or_method"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override {
        List& arguments = call.render().new_list();
        arguments.append(self_);
        for (const Value& argument : call.positional()) arguments.append(argument);
        Call bound(call.render(), name_, arguments.items(), call.keywords());
        return method_(bound);
    }
    void append_text(std::string& out) const override {
        out +=
            fmt::format("<built-in method {} of {} object>", name_, templating::type_name(self_));
    }

private:
    std::string_view name_;
    Native method_;
    Value self_;
};

/// The item at a Python index; Missing outside.
Value at_index(const Value& value, std::int64_t index) {
    const auto size = static_cast<std::int64_t>(length(value));
    if (index < 0) index += size;
    if (index < 0 || index >= size) return Value::missing();
    if (!value.is_string()) return item_at(value, static_cast<std::size_t>(index));
    const std::string_view text = value.as_string();
    std::size_t begin = 0;
    const auto skip = [&text](std::size_t at) {
        do ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
        return at;
    };
    while (index-- > 0) begin = skip(begin);
    const Value made = Value::string(text.substr(begin, skip(begin) - begin));
    return value.is_safe() ? made.as_markup() : made;
}

bool is_indexable(const Value& value) {
    return value.is_listlike() || value.is_string() || value.is(Kind::Range);
}

}  // namespace

const Options& Render::options() const noexcept {
    return environment_.options();
}

Value Render::text(const Value& value) {
    if (value.is_string()) return value;
    std::string text;
    append_text(text, value);
    return string(text);
}

Value Render::escaped(const Value& value) {
    if (value.is_safe()) return value;
    std::string text;
    append_escaped(text, value);
    return markup(text);
}

Value Render::list(std::span<const Value> items) {
    return Value::list(arena_.make<List>(arena_, items));
}

Value Render::tuple(std::span<const Value> items) {
    return Value::tuple(arena_.make<List>(arena_, items));
}

Value Render::undefined(std::string_view hint, std::string_view name) {
    return Value::undefined(arena_.make<UndefinedInfo>(options().undefined, arena_.copy(hint),
                                                       Value::missing(), Value::string(name)));
}

Value Render::undefined_of(const Value& owner, const Value& name) {
    return Value::undefined(
        arena_.make<UndefinedInfo>(options().undefined, std::string_view(), owner, name));
}

Value Render::attribute(const Value& value, std::string_view name) {
    switch (value.kind()) {
        case Kind::Undefined:
            if (value.as_undefined().behaviour == UndefinedKind::Chainable) return value;
            fail_undefined(value);
        case Kind::Structure: {
            const Value member = find_member(value, name);
            if (!member.is_missing()) return member;
            break;
        }
        case Kind::Object: {
            Value found = value.as_object().attribute(*this, name);
            if (found.is_missing()) found = value.as_object().item(*this, Value::string(name));
            if (!found.is_missing()) return found;
            break;
        }
        default:
            if (const Native method = library::find_method(value, name))
                return Value::object(arena_.make<BoundMethod>(name, method, value));
            if (value.is_dictlike()) {
                const Value found = find_key(value, name);
                if (!found.is_missing()) return found;
            }
            if (value.is_number() && name == "real") return value;
    }
    return undefined_of(value, Value::string(name));
}

Value Render::item(const Value& value, const Value& key) {
    if (value.is_undefined()) {
        if (value.as_undefined().behaviour == UndefinedKind::Chainable) return value;
        fail_undefined(value);
    }
    Value found = Value::missing();
    if (value.is_dictlike()) {
        const bool hashable = !key.is_listlike() || key.is(Kind::Tuple);
        if (hashable && !key.is_dictlike()) found = find_key(value, key);
    } else if (is_indexable(value) && (key.is(Kind::Int) || key.is(Kind::Bool))) {
        found = at_index(value, key.as_int());
    } else if (value.is(Kind::Object)) {
        found = value.as_object().item(*this, key);
    }
    if (!found.is_missing()) return found;
    // Jinja prefers the item and then looks for an attribute of that name.
    if (!key.is_string()) return undefined_of(value, key);
    if (value.is(Kind::Object)) {
        found = value.as_object().attribute(*this, key.as_string());
        return found.is_missing() ? undefined_of(value, key) : found;
    }
    return attribute(value, key.as_string());
}

Value Render::call(const Value& callee, std::span<const Value> arguments,
                   std::span<const Keyword> keywords) {
    if (callee.is_undefined()) fail_undefined(callee);
    if (!callee.is(Kind::Object))
        fail_type(fmt::format("'{}' object is not callable", type_name(callee)));
    Call call(*this, callee.as_object().type_name(), arguments, keywords);
    return callee.as_object().call(call);
}

Value Render::filter(std::string_view name, std::span<const Value> arguments,
                     std::span<const Keyword> keywords) {
    const Function* const function = environment_.find_filter(name);
    if (!function) fail(ErrorKind::Runtime, fmt::format("No filter named '{}'.", name));
    Call call(*this, name, arguments, keywords);
    return function->run(call);
}

bool Render::test(std::string_view name, std::span<const Value> arguments,
                  std::span<const Keyword> keywords) {
    const Function* const function = environment_.find_test(name);
    if (!function) fail(ErrorKind::Runtime, fmt::format("No test named '{}'.", name));
    Call call(*this, name, arguments, keywords);
    return truth(function->run(call));
}

void Render::require_fibre() const {
    if (on_fibre_) return;
    fail(ErrorKind::Runtime,
         "the template calls a function that awaits: render it with render_async() or stream()");
}

/// SplitMix64; `bound` is small, so that the bias of the remainder does not matter.
std::uint64_t Render::random_below(std::uint64_t bound) {
    if (bound < 2) return 0;
    random_state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t bits = random_state_;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
    return (bits ^ (bits >> 31)) % bound;
}

}  // namespace pottle::templating
