// SPDX-License-Identifier: MIT
/// \file
/// JsonValue: a JSON document without a type, for what has none: sessions, templates, foreign
/// documents. Objects keep the order of their keys. Typed JSON is codec.hpp.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/reflect/table.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pottle {

class JsonValue;
class JsonObject;
using JsonArray = std::vector<JsonValue>;

struct JsonParseOptions {
    std::size_t max_depth = 64;  ///< arrays and objects inside each other; at most 1,000
};

struct JsonDumpOptions {
    int indent = -1;            ///< spaces a level; negative: everything on one line
    bool spaced = false;        ///< on one line: a space behind each comma and colon
    bool sort_keys = false;     ///< by code unit instead of the object's own order
    bool escape_ascii = false;  ///< everything past ASCII as \uXXXX
};

/// A dynamic JSON value. A value type: copied deeply, compared by content; 16 bytes.
///
/// Numbers compare by value: 1 equals 1.0. Integers are kept exactly from -2^63 to 2^64-1. A value
/// may be built to any depth and is destroyed without recursion; copying, comparing and dumping
/// recurse, and dump refuses (LogicError) what is nested more than 1,000 levels deep.
class JsonValue {
public:
    enum class Kind : std::uint8_t { Null, Bool, Int, Uint, Double, String, Array, Object };

    JsonValue() noexcept = default;
    JsonValue(std::nullptr_t) noexcept {}
    template <std::same_as<bool> T>
    JsonValue(T value) noexcept : kind_(Kind::Bool) {
        data_.boolean = value;
    }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonValue(T value) noexcept {
        if constexpr (std::is_signed_v<T>)
            set_signed(value);
        else
            set_unsigned(value);
    }
    template <std::floating_point T>
    JsonValue(T value) noexcept : kind_(Kind::Double) {
        data_.real = static_cast<double>(value);
    }
    JsonValue(std::string value);
    JsonValue(std::string_view value);
    JsonValue(const char* value);
    JsonValue(JsonArray value);
    JsonValue(JsonObject value);
    /// A pointer is not true or false.
    template <class T>
        requires(!std::same_as<std::remove_const_t<T>, char>)
    JsonValue(T*) = delete;

    JsonValue(const JsonValue& other);
    JsonValue(JsonValue&& other) noexcept
        : data_(other.data_), kind_(std::exchange(other.kind_, Kind::Null)) {}
    JsonValue& operator=(const JsonValue& other);
    JsonValue& operator=(JsonValue&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(kind_, other.kind_);
        return *this;
    }
    ~JsonValue() {
        if (kind_ >= Kind::String) destroy();
    }

    static JsonValue array(std::initializer_list<JsonValue> items = {});
    static JsonValue object(std::initializer_list<std::pair<std::string_view, JsonValue>> = {});

    /// Reads one document (RFC 8259). Of a key that comes twice the last value wins.
    ///
    /// Errors: returns Errc::Malformed, blamed on the peer, with a text that says what is wrong;
    ///         numbers that fit neither 64 bits nor a double are among them.
    static Result<JsonValue> parse(std::string_view text, const JsonParseOptions& options = {});
    /// The value as JSON, without a newline at the end. NaN and the infinities become null.
    std::string dump(const JsonDumpOptions& options = {}) const;

    Kind kind() const noexcept { return kind_; }
    bool is_null() const noexcept { return kind_ == Kind::Null; }
    bool is_bool() const noexcept { return kind_ == Kind::Bool; }
    bool is_integer() const noexcept { return kind_ == Kind::Int || kind_ == Kind::Uint; }
    bool is_number() const noexcept { return is_integer() || kind_ == Kind::Double; }
    bool is_string() const noexcept { return kind_ == Kind::String; }
    bool is_array() const noexcept { return kind_ == Kind::Array; }
    bool is_object() const noexcept { return kind_ == Kind::Object; }

    /// The content. Throws LogicError when the value is of another kind or does not fit: look with
    /// is_x() first, or decode into a struct.
    bool as_bool() const;
    std::int64_t as_int() const;
    std::uint64_t as_uint() const;
    double as_double() const;  ///< of any number
    const std::string& as_string() const;
    std::string& as_string();
    const JsonArray& as_array() const;
    JsonArray& as_array();
    const JsonObject& as_object() const;
    JsonObject& as_object();

    /// Items of an array, members of an object, 0 for anything else.
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }

    /// The member or item, nullptr when there is none (or this is not an object or array).
    const JsonValue* find(std::string_view key) const noexcept;
    JsonValue* find(std::string_view key) noexcept;
    const JsonValue* find(std::size_t index) const noexcept;
    JsonValue* find(std::size_t index) noexcept;
    /// By JSON Pointer (RFC 6901): "/items/0/name"; "" is the value itself.
    const JsonValue* find_pointer(std::string_view pointer) const;
    JsonValue* find_pointer(std::string_view pointer);

    /// As find; throws LogicError when there is none.
    const JsonValue& at(std::string_view key) const;
    JsonValue& at(std::string_view key);
    const JsonValue& at(std::size_t index) const;
    JsonValue& at(std::size_t index);

    /// The member, added as null when missing; null becomes an object first.
    JsonValue& operator[](std::string_view key);
    JsonValue& operator[](std::size_t index) { return at(index); }
    /// Adds an item; null becomes an array first.
    void push_back(JsonValue item);

    friend bool operator==(const JsonValue& a, const JsonValue& b);

private:
    void set_signed(std::int64_t value) noexcept {
        kind_ = Kind::Int;
        data_.integer = value;
    }
    /// Uint holds what Int cannot, so that each integer has one form.
    void set_unsigned(std::uint64_t value) noexcept {
        kind_ = value >> 63 ? Kind::Uint : Kind::Int;
        data_.unsigned_integer = value;
    }
    void destroy() noexcept;

    union Data {
        bool boolean;
        std::int64_t integer;
        std::uint64_t unsigned_integer;
        double real;
        std::string* string;
        JsonArray* array;
        JsonObject* object;
    };
    Data data_{};
    Kind kind_ = Kind::Null;
};

/// Members in insertion order. Lookup is linear: for objects of a few dozen keys, as documents
/// have.
class JsonObject {
public:
    struct Member;
    using iterator = Member*;
    using const_iterator = const Member*;

    JsonObject() noexcept;
    JsonObject(std::initializer_list<std::pair<std::string_view, JsonValue>> members);
    /// Takes members as they are; no key may come twice.
    explicit JsonObject(std::vector<Member> members) noexcept;
    JsonObject(const JsonObject&);
    JsonObject(JsonObject&&) noexcept;
    JsonObject& operator=(const JsonObject&);
    JsonObject& operator=(JsonObject&&) noexcept;
    ~JsonObject();

    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() noexcept;
    iterator end() noexcept;
    const_iterator begin() const noexcept;
    const_iterator end() const noexcept;

    const JsonValue* find(std::string_view key) const noexcept;
    JsonValue* find(std::string_view key) noexcept;
    bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// The value of `key`, added at the end as null when missing.
    JsonValue& operator[](std::string_view key);
    /// Removes the member; false when there is none.
    bool erase(std::string_view key);
    void clear() noexcept;
    void reserve(std::size_t count);
    /// As JsonValue::dump().
    std::string dump(const JsonDumpOptions& options = {}) const;
    /// Adds a member without looking whether the key is there.
    void append(std::string key, JsonValue value);

    /// By content; the order of the keys does not matter.
    friend bool operator==(const JsonObject& a, const JsonObject& b);

private:
    std::vector<Member> members_;
};

struct JsonObject::Member {
    std::string key;
    JsonValue value;

    friend bool operator==(const Member&, const Member&) = default;
};

inline JsonObject::iterator JsonObject::begin() noexcept {
    return members_.data();
}
inline JsonObject::iterator JsonObject::end() noexcept {
    return members_.data() + members_.size();
}
inline JsonObject::const_iterator JsonObject::begin() const noexcept {
    return members_.data();
}
inline JsonObject::const_iterator JsonObject::end() const noexcept {
    return members_.data() + members_.size();
}
inline std::size_t JsonObject::size() const noexcept {
    return members_.size();
}

/// A JsonValue may be a member of a reflected struct: it takes any value.
template <>
struct reflect::Describe<JsonValue> {
    static constexpr Table table{.kind = Kind::Dynamic, .size = sizeof(JsonValue)};
};

}  // namespace pottle
