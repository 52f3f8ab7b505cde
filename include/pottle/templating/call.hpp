// SPDX-License-Identifier: MIT
/// \file
/// What filters, tests, functions and methods are written against: Call (the arguments) and Render
/// (the rendering that goes on around it).
///
/// How to add a built-in filter: write `Value upper(Call& call)` in a source of
/// src/templating/library/, and a row `{"upper", upper}` in that file's table, which
/// library/library.hpp names. The value that is filtered or tested is the first argument, the
/// object of a method too.
///
///     Value truncate(Call& call) {
///         static constexpr std::string_view names[] = {"s", "length", "killwords", "end"};
///         Value a[4];
///         call.bind(names, 1, a);                     // s is required; what is absent is Missing
///         const auto length = call.integer_or(a[1], 255);
///         ...
///         return call.render().string(text);          // copied into the arena
///     }
#pragma once

#include <pottle/async/fibre.hpp>
#include <pottle/templating/containers.hpp>
#include <pottle/templating/operations.hpp>
#include <pottle/templating/value.hpp>

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace pottle::templating {

class Environment;
class Render;
struct Options;

/// `name=value` in a call.
struct Keyword {
    std::string_view name;
    Value value;
};

/// A rendering as functions see it. A resource; lives as long as the rendering.
class Render {
public:
    Render(const Render&) = delete;
    Render& operator=(const Render&) = delete;

    Arena& arena() noexcept { return arena_; }
    const Environment& environment() const noexcept { return environment_; }
    const Options& options() const noexcept;
    /// Whether output is escaped at this place of the template.
    bool autoescape() const noexcept { return autoescape_; }

    /// A text (markup) in the arena.
    Value string(std::string_view text) { return Value::string(arena_.copy(text)); }
    Value markup(std::string_view text) { return Value::markup(arena_.copy(text)); }
    /// Markup where autoescape is on, else a plain text.
    Value string_for_output(std::string_view text) {
        return autoescape_ ? markup(text) : string(text);
    }
    /// str(value); texts are not copied, and markup stays markup.
    Value text(const Value& value);
    /// escape(value): markup.
    Value escaped(const Value& value);
    Value list(std::span<const Value> items = {});
    Value tuple(std::span<const Value> items = {});
    Value tuple(std::initializer_list<Value> items) {
        return tuple(std::span<const Value>(items.begin(), items.size()));
    }
    List& new_list() { return *arena_.make<List>(arena_); }
    Dict& new_dict() { return *arena_.make<Dict>(arena_); }
    /// What may be walked once, from items in the arena.
    Value iterator(const List& items, std::string_view type_name = "generator") {
        return Value::iterator(arena_.make<Iterator>(items.items(), type_name));
    }
    /// An undefined value that says `hint` when it is used (or "'name' is undefined").
    Value undefined(std::string_view hint, std::string_view name = {});
    /// The undefined value of an attribute or item that `owner` does not have.
    Value undefined_of(const Value& owner, const Value& name);

    /// `value.name` and `value[key]` as templates write them (environment.getattr and getitem); an
    /// undefined value when there is none.
    Value attribute(const Value& value, std::string_view name);
    Value item(const Value& value, const Value& key);
    /// `callee(...)`.
    Value call(const Value& callee, std::span<const Value> arguments,
               std::span<const Keyword> keywords = {});
    /// `arguments[0] | name(rest)`; throws (Runtime) for an unknown name.
    Value filter(std::string_view name, std::span<const Value> arguments,
                 std::span<const Keyword> keywords = {});
    /// `arguments[0] is name(rest)`.
    bool test(std::string_view name, std::span<const Value> arguments,
              std::span<const Keyword> keywords = {});
    /// What a name means here (Jinja's pass_context); Missing when nothing.
    virtual Value variable(std::string_view name) = 0;

    /// What the rendering was given under a name that is shared (Context::share()), whatever the
    /// template has made of the name; Missing when nothing.
    virtual Value shared(std::string_view name) const = 0;

    /// Waits for a task inside the template. Errors: throws what the task throws; TemplateError
    /// (Runtime) when the rendering is not one that may wait (Environment::render_async).
    template <class T>
    T await(Task<T> task) {
        require_fibre();
        return await_sync(std::move(task));
    }

    /// A number below `bound` for `random`, lipsum() and shuffles; seeded by the environment.
    std::uint64_t random_below(std::uint64_t bound);

protected:
    Render(const Environment& environment, ByteCount memory_limit)
        : arena_(memory_limit, first_block_, sizeof first_block_), environment_(environment) {}
    ~Render() = default;
    void require_fibre() const;

private:
    /// Small pages make their few values here.
    alignas(std::max_align_t) char first_block_[2 * 1024];

protected:
    Arena arena_;
    const Environment& environment_;
    bool autoescape_ = false;
    bool on_fibre_ = false;
    std::uint64_t random_state_ = 0;
};

/// The arguments of one call. Lives until the function returns.
class Call {
public:
    Call(Render& render, std::string_view name, std::span<const Value> positional,
         std::span<const Keyword> keywords = {}) noexcept
        : render_(render), name_(name), positional_(positional), keywords_(keywords) {}

    Render& render() noexcept { return render_; }
    Arena& arena() noexcept { return render_.arena(); }
    /// As the template calls it, for messages.
    std::string_view name() const noexcept { return name_; }
    std::span<const Value> positional() const noexcept { return positional_; }
    std::span<const Keyword> keywords() const noexcept { return keywords_; }
    /// The value that is filtered or tested; the object of a method.
    const Value& self() const noexcept { return positional_[0]; }

    /// Matches the arguments with parameter names as Python does; what is not given is Missing.
    ///
    /// Errors: throws (Type) for a missing, surplus, unknown or doubled argument.
    void bind(std::span<const std::string_view> names, std::size_t required, Value* out) const;
    /// For functions of positional arguments only: throws (Type) unless between `least` and `most`.
    void expect(std::size_t least, std::size_t most) const;

    /// The argument's value, or the default when it is Missing. Throws (Type) when it is of another
    /// kind; a bool is an integer, an integer is a float.
    std::int64_t integer_or(const Value& argument, std::int64_t otherwise) const;
    std::int64_t integer(const Value& argument) const;
    bool truth_or(const Value& argument, bool otherwise) const {
        return argument.is_missing() ? otherwise : templating::truth(argument);
    }
    double number(const Value& argument) const;  ///< of any number
    std::string_view string_or(const Value& argument, std::string_view otherwise) const;
    std::string_view string(const Value& argument) const;

private:
    Render& render_;
    std::string_view name_;
    std::span<const Value> positional_;
    std::span<const Keyword> keywords_;
};

/// A filter, test, function or method. A test's result is taken for its truth.
using Native = Value (*)(Call&);
struct NativeEntry {
    std::string_view name;
    Native function;
};

/// Python's int(value) with base 10 and float(value), as filters use them; empty when Python would
/// raise. `1.9` is 1, " 42 " is 42, "1_000" is 1000.
std::optional<Value> parse_integer(const Value& value, int base = 10);
std::optional<double> parse_float(const Value& value);

}  // namespace pottle::templating
