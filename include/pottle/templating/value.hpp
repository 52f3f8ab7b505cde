// SPDX-License-Identifier: MIT
/// \file
/// Value: what a template computes with. Three words that are copied like a number; texts and
/// containers are views of the rendering's arena, of the template's constants, or of the
/// application's own data, which is read in place through its reflect table. What Python would
/// print, compare and call true is in operations.hpp; containers that templates make are in
/// containers.hpp, things with behaviour in object.hpp.
#pragma once

#include <pottle/json/value.hpp>
#include <pottle/reflect/table_of.hpp>
#include <pottle/templating/error.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace pottle::templating {

class Object;
class List;
class Dict;
class Iterator;
struct UndefinedInfo;
struct RangeInfo;

/// Text that is markup already: handed to a template it is not escaped.
struct Markup {
    std::string text;
};

__extension__ using WideInteger = __int128;

/// Python's type of a value, as far as templates know it.
enum class Kind : std::uint8_t {
    Missing,    ///< nothing is bound to a name; an argument was not given. Never in a container
    Undefined,  ///< what an unknown name gives
    None,
    Bool,
    Int,     ///< 64 bits
    BigInt,  ///< past 64 bits, within 127; more is an error (Value)
    Float,
    String,  ///< str, or Markup when is_safe()
    List,
    Tuple,
    Dict,
    Range,
    Iterator,   ///< may be walked once: what Python's generators are
    Sequence,   ///< a reflected vector or array, or a JSON array: reads as a list
    Mapping,    ///< a reflected map, or a JSON object: reads as a dict
    Structure,  ///< a reflected struct: has attributes
    Scalar,     ///< a reflected time, duration or uuid: prints as its text
    Object,     ///< a function, macro, namespace, loop, module, or of the application
};

/// A value type; trivially copyable.
///
/// Lifetime: of a view is that of the rendering for what templates make, and the caller's for the
/// data that a template is given.
class Value {
public:
    constexpr Value() noexcept : Value(Kind::None) {}

    static constexpr Value none() noexcept { return {}; }
    static constexpr Value missing() noexcept { return Value(Kind::Missing); }
    static constexpr Value boolean(bool value) noexcept {
        Value made(Kind::Bool);
        made.first_.integer = value;
        return made;
    }
    static constexpr Value integer(std::int64_t value) noexcept {
        Value made(Kind::Int);
        made.first_.integer = value;
        return made;
    }
    /// Int where 64 bits hold it, else BigInt. Errors: throws TemplateError (Value) past 127 bits;
    /// `value` has wrapped nowhere as long as its operands were of 64 bits.
    static Value wide(WideInteger value) noexcept;
    static constexpr Value real(double value) noexcept {
        Value made(Kind::Float);
        made.first_.real = value;
        return made;
    }
    /// Refers to `text`, which must outlive the value.
    static constexpr Value string(std::string_view text) noexcept {
        Value made(Kind::String);
        made.first_.characters = text.data();
        made.second_.size = text.size();
        return made;
    }
    static constexpr Value markup(std::string_view text) noexcept {
        Value made = string(text);
        made.safe_ = true;
        return made;
    }
    static Value list(List* list) noexcept { return pointing(Kind::List, list); }
    /// An immutable list.
    static Value tuple(const List* list) noexcept { return pointing(Kind::Tuple, list); }
    static Value dict(Dict* dict) noexcept { return pointing(Kind::Dict, dict); }
    static Value range(const RangeInfo* range) noexcept { return pointing(Kind::Range, range); }
    static Value iterator(Iterator* iterator) noexcept {
        return pointing(Kind::Iterator, iterator);
    }
    static Value object(Object* object) noexcept { return pointing(Kind::Object, object); }
    static Value undefined(const UndefinedInfo* info) noexcept {
        return pointing(Kind::Undefined, info);
    }
    /// Data of the application through its table: scalars become values at once, the others stay
    /// where they are.
    static Value reflected(const void* data, const reflect::Table& table);
    /// The same for a `table` of Kind::Object.
    static Value structure(const void* data, const reflect::Table& table) noexcept {
        Value made = pointing(Kind::Structure, data);
        made.second_.table = &table;
        return made;
    }
    /// Refers to `json`.
    static Value json(const JsonValue& json);

    /// A view of `data`: a number, text, Markup, JsonValue, an Object, a Value, or anything that
    /// reflect knows (a struct, vector, array, map, optional, variant, enum, time).
    template <class T>
    static Value of(const T& data);

    Kind kind() const noexcept { return kind_; }
    bool is(Kind kind) const noexcept { return kind_ == kind; }
    bool is_missing() const noexcept { return kind_ == Kind::Missing; }
    bool is_undefined() const noexcept { return kind_ == Kind::Undefined; }
    bool is_none() const noexcept { return kind_ == Kind::None; }
    bool is_bool() const noexcept { return kind_ == Kind::Bool; }
    /// Int, BigInt or, as in Python, Bool.
    bool is_integer() const noexcept { return kind_ >= Kind::Bool && kind_ <= Kind::BigInt; }
    bool is_number() const noexcept { return kind_ >= Kind::Bool && kind_ <= Kind::Float; }
    bool is_string() const noexcept { return kind_ == Kind::String; }
    /// Markup: text that autoescape leaves alone.
    bool is_safe() const noexcept { return safe_; }
    /// List, Tuple or Sequence: size() and item by index are at hand (operations.hpp).
    bool is_listlike() const noexcept {
        return kind_ == Kind::List || kind_ == Kind::Tuple || kind_ == Kind::Sequence;
    }
    bool is_dictlike() const noexcept { return kind_ == Kind::Dict || kind_ == Kind::Mapping; }

    /// The content. The kind must be the one named; nothing is checked.
    bool as_bool() const noexcept { return first_.integer != 0; }
    std::int64_t as_int() const noexcept { return first_.integer; }  ///< of Int and Bool
    double as_float() const noexcept { return first_.real; }
    std::string_view as_string() const noexcept { return {first_.characters, second_.size}; }
    List& as_list() const noexcept {  ///< of List and Tuple
        return *static_cast<List*>(const_cast<void*>(first_.pointer));
    }
    Dict& as_dict() const noexcept {
        return *static_cast<Dict*>(const_cast<void*>(first_.pointer));
    }
    const RangeInfo& as_range() const noexcept {
        return *static_cast<const RangeInfo*>(first_.pointer);
    }
    Iterator& as_iterator() const noexcept {
        return *static_cast<Iterator*>(const_cast<void*>(first_.pointer));
    }
    Object& as_object() const noexcept {
        return *static_cast<Object*>(const_cast<void*>(first_.pointer));
    }
    const UndefinedInfo& as_undefined() const noexcept {
        return *static_cast<const UndefinedInfo*>(first_.pointer);
    }
    /// Of Sequence, Mapping, Structure and Scalar: the data, and its table (Kind::Dynamic: the data
    /// is a JsonValue).
    const void* data() const noexcept { return first_.pointer; }
    const reflect::Table& table() const noexcept { return *second_.table; }

    /// The number as an integer or as a double, whichever number it is. The first truncates.
    WideInteger to_wide() const noexcept;
    double to_double() const noexcept;

    /// The same text, marked as markup.
    Value as_markup() const noexcept {
        Value made = *this;
        made.safe_ = true;
        return made;
    }
    /// The same object, for `is sameas`: containers and objects by address, the rest by content.
    bool same_as(const Value& other) const noexcept;

private:
    explicit constexpr Value(Kind kind) noexcept : kind_(kind) {}
    static Value pointing(Kind kind, const void* pointer) noexcept {
        Value made(kind);
        made.first_.pointer = pointer;
        return made;
    }

    Kind kind_;
    bool safe_ = false;
    union First {
        std::int64_t integer = 0;  ///< the low word of a BigInt
        double real;
        const char* characters;
        const void* pointer;
    } first_;
    union Second {
        std::size_t size = 0;
        std::int64_t high;  ///< of a BigInt
        const reflect::Table* table;
    } second_;
};

template <class T>
Value Value::of(const T& data) {
    if constexpr (std::same_as<T, Value>) {
        return data;
    } else if constexpr (std::same_as<T, bool>) {
        return boolean(data);
    } else if constexpr (std::integral<T>) {
        return wide(data);
    } else if constexpr (std::floating_point<T>) {
        return real(static_cast<double>(data));
    } else if constexpr (std::same_as<T, Markup>) {
        return markup(data.text);
    } else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t>) {
        return none();
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return string(std::string_view(data));
    } else if constexpr (std::derived_from<T, Object>) {
        return object(const_cast<T*>(&data));
    } else {
        static_assert(reflect::Reflectable<T>,
                      "pottle: a template cannot read this type: hand over a plain struct, a "
                      "vector, map, optional or variant of them, JsonValue, text, a number, or "
                      "an object derived from templating::Object");
        return reflected(&data, reflect::table_of<T>());
    }
}

}  // namespace pottle::templating
