// SPDX-License-Identifier: MIT
/// \file
/// What Python does with values: str() and repr(), truth, ==, <, arithmetic, hashing, length and
/// walking. Used by the renderer and by filters. Every function throws TemplateError where Python
/// raises, with Python's wording where it is short.
#pragma once

#include <pottle/templating/containers.hpp>
#include <pottle/templating/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::templating {

// --- text ---

/// Appends str(value): "None", "True", "1.5", the text itself, "[1, 'a']".
void append_text(std::string& out, const Value& value);
/// Appends repr(value): as above with quotes around texts and Markup('...').
void append_repr(std::string& out, const Value& value);
/// Appends str(value) with & < > ' " escaped as MarkupSafe does, unless it is markup already.
void append_escaped(std::string& out, const Value& value);
/// Appends `text` with & < > ' " written as &amp; &lt; &gt; &#39; &#34;.
void append_escaped(std::string& out, std::string_view text);
/// Appends repr() of a float: the shortest digits that read back the same, "1e+16", "inf", "nan".
void append_float(std::string& out, double value);
void append_integer(std::string& out, WideInteger value);
/// repr() of a text, with Python's choice of quotes and escapes.
void append_quoted(std::string& out, std::string_view text);
std::string to_text(const Value& value);
std::string to_repr(const Value& value);
/// The name of the Python type: "int", "str", "Markup", "list", "NoneType", "User".
std::string_view type_name(const Value& value);

// --- truth and comparison ---

bool truth(const Value& value);
bool equal(const Value& a, const Value& b);
/// Negative, 0, positive. Throws (Type): "'<' not supported between instances of 'int' and 'str'".
/// NaN compares as neither: `unordered` is returned.
inline constexpr int unordered = 2;
int compare(const Value& a, const Value& b, std::string_view operation = "<");
inline bool less(const Value& a, const Value& b) {
    return compare(a, b) == -1;
}
/// Throws (Type) for what Python calls unhashable.
std::uint64_t hash(const Value& value);
/// `item in container`.
bool contains(const Value& container, const Value& item);

// --- arithmetic ---

enum class Operator : std::uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };

/// `a + b` and so on with Python's rules, for texts, lists and tuples too. `text % values` formats.
/// Integers are exact within 127 bits; a result past that throws (Value). New texts and lists go to
/// `arena`.
Value arithmetic(Arena& arena, Operator operation, const Value& a, const Value& b);
Value negate(const Value& value);
/// `format % arguments`: a tuple for several, a dict for named ones. When `format` is markup, so is
/// the result, and arguments are escaped.
Value format_text(Arena& arena, const Value& format, const Value& arguments);

// --- containers ---

/// len(value); throws (Type) for what has none. Texts count code points.
std::size_t length(const Value& value);
std::optional<std::size_t> find_length(const Value& value);
/// The item of a listlike value or range; `index` below length().
Value item_at(const Value& value, std::size_t index);
/// value[start:stop:step]; Missing or None where a bound is left out.
Value slice(Arena& arena, const Value& value, const Value& start, const Value& stop,
            const Value& step);
/// The value of a key of a dictlike value; Missing when there is none.
Value find_key(const Value& mapping, const Value& key);
Value find_key(const Value& mapping, std::string_view key);
/// The member of a Structure; Missing when there is none.
Value find_member(const Value& structure, std::string_view name);

/// Walks whatever may be walked: characters of a text, keys of a dict, items.
///
/// `for (Walk walk(arena, value); walk.next(item);) ...`. Throws (Type) on construction: "'int'
/// object is not iterable".
class Walk {
public:
    Walk(Arena& arena, const Value& value);
    bool next(Value& out) {
        // A vector of structs is what most pages list.
        if (source_ != Source::Structures) return next_other(out);
        if (position_ == size_) return false;
        const reflect::Table& table = *value_.table().element;
        out = Value::structure(elements_ + position_++ * table.size, table);
        return true;
    }
    /// How many are left.
    std::size_t remaining() const;

private:
    enum class Source : std::uint8_t {
        Items,
        LiveList,
        Indexed,
        Elements,
        Structures,
        Text,
        Entries,
        Once,
        Nothing
    };
    bool next_other(Value& out);

    Value value_;
    const Value* items_ = nullptr;
    const char* elements_ = nullptr;  ///< of a reflected sequence
    std::size_t position_ = 0;
    std::size_t size_ = 0;
    Source source_ = Source::Nothing;
};
/// list(value).
List& to_list(Arena& arena, const Value& value);
/// The keys, values or (key, value) tuples of a dictlike value.
List& keys_of(Arena& arena, const Value& mapping);
List& values_of(Arena& arena, const Value& mapping);
List& items_of(Arena& arena, const Value& mapping);
/// A tuple of `items`.
Value make_tuple(Arena& arena, std::initializer_list<Value> items);

}  // namespace pottle::templating
