// SPDX-License-Identifier: MIT
/// \file
/// Descriptor tables: what a codec knows about a type. Constant data and a few function pointers,
/// so that JSON, forms, SQL rows and schemas are ordinary functions that walk a table. How a table
/// is made from a type: table_of.hpp. A value is always passed as `void*` beside its table.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace pottle {
class Errors;
}

namespace pottle::reflect {

enum class Kind : std::uint8_t {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Float,
    Double,
    String,
    StringView,  ///< written only: nothing would own what is read
    Decimal,     ///< an exact number, held as text
    Enum,
    Time,      ///< a point of the system clock
    Duration,  ///< a length of time
    Uuid,
    Optional,
    List,   ///< std::vector and what derives from it
    Array,  ///< std::array
    Map,    ///< any map with text keys
    Variant,
    Object,  ///< a plain struct
    Dynamic  ///< JsonValue
};

struct Table;

/// One named value of an enum.
struct Enumerator {
    std::string_view name;
    std::int64_t value = 0;
};

/// Time since 1970-01-01T00:00:00Z, or a length of time; nanoseconds are 0..999,999,999 in both, so
/// -0.5 s is {-1, 500,000,000}.
struct TimeValue {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;
};

/// What a constraint type adds to its underlying type. Data, so that the same facts check a value,
/// fill a schema and shape an SQL column.
struct Constraint {
    enum class Format : std::uint8_t { None, Email, Url, Pattern, Choice };

    Format format = Format::None;
    /// Text in code points, lists in items.
    std::size_t min_length = 0;
    std::size_t max_length = std::numeric_limits<std::size_t>::max();
    std::int64_t min_integer = std::numeric_limits<std::int64_t>::min();
    std::int64_t max_integer = std::numeric_limits<std::int64_t>::max();
    double min_real = -std::numeric_limits<double>::infinity();
    double max_real = std::numeric_limits<double>::infinity();
    /// The regular expression (RE2 syntax, matched against the whole text) and its compiled form.
    std::string_view pattern = {};
    bool (*matches)(std::string_view text) = nullptr;
    const std::string_view* choices = nullptr;
    std::size_t choice_count = 0;
};

struct OptionalAccess {
    const void* (*get)(const void* optional);  ///< nullptr when empty
    void* (*emplace)(void* optional);          ///< a fresh default value
    void (*reset)(void* optional);
};
/// Elements are contiguous: element i is at data + i * Table::element->size.
struct ListAccess {
    std::size_t (*size)(const void* list);
    const void* (*data)(const void* list);
    void* (*append)(void* list);  ///< nullptr for a std::array
    void (*clear)(void* list);    ///< nullptr for a std::array
};
struct MapAccess {
    using Visit = void (*)(void* context, std::string_view key, const void* value);

    void* (*emplace)(void* map, std::string_view key);  ///< nullptr when the key is there
    void (*clear)(void* map);
    void (*each)(const void* map, void* context, Visit visit);
    const void* (*find)(const void* map, std::string_view key);  ///< nullptr when there is none
    std::size_t (*size)(const void* map);
};
struct VariantAccess {
    std::size_t (*index)(const void* variant);
    const void* (*get)(const void* variant);
    void* (*emplace)(void* variant, std::size_t index);
    /// The key that holds the tag, then a tag and a table for each alternative.
    std::string_view discriminator;
    const std::string_view* tags;
    const Table* const* alternatives;
    std::size_t count;
};
struct TimeAccess {
    TimeValue (*load)(const void* time);
    bool (*store)(void* time, TimeValue value);  ///< false when it does not fit
};

/// A member of a struct.
struct Field {
    std::string_view name;
    std::string_view key;  ///< `,"name":`, as typed JSON writes it
    const Table* table = nullptr;
    std::uint32_t offset = 0;
    bool required = false;
    /// An empty optional of an optional: not written at all, where a plain one is written as null.
    bool absent_when_empty = false;
};

/// The members of a struct. Built once for each type, on first use.
struct Object {
    std::string_view name;
    const Field* fields = nullptr;
    std::size_t field_count = 0;
    bool strict = false;             ///< unknown members are refused
    const void* defaults = nullptr;  ///< a value-initialised T, which holds the defaults
    void (*validate)(const void* object, Errors& errors) = nullptr;  ///< the user's hook
};

/// Describes one type. Which of the pointers are set follows from `kind`.
struct Table {
    Kind kind{};
    bool has_default = false;  ///< the type itself says what an absent value is
    std::size_t size = 0;      ///< sizeof, the stride in lists
    const Constraint* constraint = nullptr;

    const Table* element = nullptr;  ///< Optional, List, Array, Map
    const Enumerator* enumerators = nullptr;
    std::size_t enumerator_count = 0;
    const OptionalAccess* optional = nullptr;
    const ListAccess* list = nullptr;  ///< List, Array
    const MapAccess* map = nullptr;
    const VariantAccess* variant = nullptr;
    const TimeAccess* time = nullptr;  ///< Time, Duration
    const Object& (*object)() = nullptr;
};

/// A table for T that is not made by reflection: specialise it with a member
/// `static constexpr Table table`.
template <class T>
struct Describe;

}  // namespace pottle::reflect
