// SPDX-License-Identifier: MIT
/// \file
/// The functions every template sees: range, dict, namespace, cycler, joiner, lipsum.
#include "support.hpp"
#include "tables.hpp"
#include "unicode.hpp"

#include <pottle/templating/object.hpp>
#include <pottle/templating/options.hpp>

#include <string>

#include <fmt/format.h>

namespace pottle::templating::library {

namespace {

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

/// dict(mapping or pairs, name=value...).
Dict& dict_of(Call& call) {
    if (call.positional().size() > 1)
        fail_type(fmt::format("{} expected at most 1 argument, got {}", call.name(),
                              call.positional().size()));
    Dict& made = call.render().new_dict();
    for (const Value& source : call.positional()) update_dict(call.render(), made, source);
    for (const Keyword& keyword : call.keywords())
        made.set(call.render().string(keyword.name), keyword.value);
    return made;
}

Value dict(Call& call) {
    return Value::dict(&dict_of(call));
}

/// The one object whose attributes a template may set.
class Namespace final : public Object {
public:
    explicit Namespace(Dict& attributes) : attributes_(attributes) {}

    std::string_view type_name() const override { return "Namespace"; }
    Value attribute(Render&, std::string_view name) override {
        const Value* const found = attributes_.find(name);
        return found ? *found : Value::missing();
    }
    bool assign(Render& render, std::string_view name, const Value& value) override {
        attributes_.set(render.string(name), value);
        return true;
    }
    void append_text(std::string& out) const override {
        out += "<Namespace ";
        append_repr(out, Value::dict(&attributes_));
        out += '>';
    }

private:
    Dict& attributes_;
};

Value make_namespace(Call& call) {
    return Value::object(call.arena().make<Namespace>(dict_of(call)));
}

/// A method of an object of type T, made when it is looked up.
template <class T>
class Method final : public Object {
public:
    Method(T& object, Value (T::*function)()) : object_(object), function_(function) {}

    std::string_view type_name() const override { return "method"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override {
        call.expect(0, 0);
        return (object_.*function_)();
    }

private:
    T& object_;
    Value (T::*function_)();
};

class Cycler final : public Object {
public:
    explicit Cycler(const List& items) : items_(items) {}

    std::string_view type_name() const override { return "Cycler"; }
    Value attribute(Render& render, std::string_view name) override {
        if (name == "current") return items_[position_];
        if (name == "next") return method(render, &Cycler::next);
        if (name == "reset") return method(render, &Cycler::reset);
        return Value::missing();
    }

private:
    Value method(Render& render, Value (Cycler::*function)()) {
        return Value::object(render.arena().make<Method<Cycler>>(*this, function));
    }
    Value next() {
        const Value current = items_[position_];
        position_ = (position_ + 1) % items_.size();
        return current;
    }
    Value reset() {
        position_ = 0;
        return Value::none();
    }

    const List& items_;
    std::size_t position_ = 0;
};

Value cycler(Call& call) {
    if (!call.keywords().empty()) fail_type("cycler() takes no keyword arguments");
    if (call.positional().empty())
        fail(ErrorKind::Runtime, "cycler(): at least one item has to be provided");
    const List& items = *call.arena().make<List>(call.arena(), call.positional());
    return Value::object(call.arena().make<Cycler>(items));
}

class Joiner final : public Object {
public:
    explicit Joiner(const Value& separator) : separator_(separator) {}

    std::string_view type_name() const override { return "Joiner"; }
    bool is_callable() const override { return true; }
    Value call(Call& call) override {
        call.expect(0, 0);
        const bool is_first = !std::exchange(used_, true);
        return is_first ? Value::string("") : separator_;
    }

private:
    Value separator_;
    bool used_ = false;
};

Value joiner(Call& call) {
    static constexpr std::string_view names[] = {"sep"};
    Value a[1];
    call.bind(names, 0, a);
    return Value::object(call.arena().make<Joiner>(a[0].is_missing() ? Value::string(", ") : a[0]));
}

constexpr std::string_view kLatin[] = {
    "lorem",    "ipsum",     "dolor",   "sit",      "amet",       "consectetur", "adipisicing",
    "elit",     "sed",       "eiusmod", "tempor",   "incididunt", "labore",      "dolore",
    "magna",    "aliqua",    "enim",    "minim",    "veniam",     "quis",        "nostrud",
    "ullamco",  "laboris",   "nisi",    "aliquip",  "ex",         "commodo",     "consequat",
    "duis",     "aute",      "irure",   "in",       "voluptate",  "velit",       "esse",
    "cillum",   "eu",        "fugiat",  "nulla",    "pariatur",   "excepteur",   "sint",
    "occaecat", "cupidatat", "non",     "proident", "sunt",       "culpa",       "officia",
    "deserunt", "mollit",    "anim",    "est",      "laborum",    "ut",          "ad"};

/// Sentences of four to twelve words with a comma here and there.
std::string latin_paragraph(Render& render, std::uint64_t words) {
    std::string out;
    std::uint64_t sentence_left = 0;
    for (std::uint64_t i = 0; i < words; ++i) {
        const std::string_view word = kLatin[render.random_below(std::size(kLatin))];
        if (!out.empty()) out += ' ';
        if (sentence_left == 0) {
            sentence_left = 4 + render.random_below(9);
            out += unicode::capitalize(word);
        } else {
            out += word;
        }
        if (--sentence_left == 0 || i + 1 == words) {
            out += '.';
        } else if (render.random_below(6) == 0) {
            out += ',';
        }
    }
    return out;
}

Value lipsum(Call& call) {
    static constexpr std::string_view names[] = {"n", "html", "min", "max"};
    constexpr std::uint64_t longest_word = 13;
    Value a[4];
    call.bind(names, 0, a);
    Render& render = call.render();
    const std::int64_t count = call.integer_or(a[0], 5);
    const bool html = call.truth_or(a[1], true);
    const std::int64_t least = call.integer_or(a[2], 20);
    const std::int64_t most = call.integer_or(a[3], 100);
    if (least < 0 || most <= least)
        fail(ErrorKind::Value,
             fmt::format("lipsum(): no number of words lies between {} and {}", least, most));
    require_room(render, static_cast<std::uint64_t>(most), longest_word);
    std::string out;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto words = static_cast<std::uint64_t>(least) +
                           render.random_below(static_cast<std::uint64_t>(most - least));
        if (i) out += html ? "\n" : "\n\n";
        const std::string paragraph = latin_paragraph(render, words);
        out += html ? "<p>" + paragraph + "</p>" : paragraph;
        require_room(render, out.size());
    }
    return html ? render.markup(out) : render.string(out);
}

}  // namespace

Entries global_functions() {
    static constexpr NativeEntry entries[] = {
        {"cycler", cycler},
        {"dict", dict},
        {"joiner", joiner},
        {"lipsum", lipsum},
        {"namespace", make_namespace},
        {"range", range},
    };
    return entries;
}

}  // namespace pottle::templating::library
