// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/json/value.hpp>

#include <cmath>
#include <limits>
#include <new>

namespace pottle {

JsonValue::JsonValue(std::string value) : kind_(Kind::String) {
    data_.string = new std::string(std::move(value));
}
JsonValue::JsonValue(std::string_view value) : JsonValue(std::string(value)) {}
JsonValue::JsonValue(const char* value) : JsonValue(std::string(value)) {}
JsonValue::JsonValue(JsonArray value) : kind_(Kind::Array) {
    data_.array = new JsonArray(std::move(value));
}
JsonValue::JsonValue(JsonObject value) : kind_(Kind::Object) {
    data_.object = new JsonObject(std::move(value));
}

JsonValue::JsonValue(const JsonValue& other) : data_(other.data_), kind_(Kind::Null) {
    // The kind is set last: when new throws there is nothing to destroy.
    if (other.kind_ == Kind::String) data_.string = new std::string(*other.data_.string);
    if (other.kind_ == Kind::Array) data_.array = new JsonArray(*other.data_.array);
    if (other.kind_ == Kind::Object) data_.object = new JsonObject(*other.data_.object);
    kind_ = other.kind_;
}
JsonValue& JsonValue::operator=(const JsonValue& other) {
    JsonValue copy(other);
    return *this = std::move(copy);
}

namespace {

bool is_container(const JsonValue& value) noexcept {
    return value.is_array() || value.is_object();
}

/// Moves the containers among the children of `parent` to `pending`.
void take_containers(JsonValue& parent, JsonArray& pending) {
    if (parent.is_array()) {
        for (JsonValue& item : parent.as_array())
            if (is_container(item)) pending.push_back(std::move(item));
    } else if (parent.is_object()) {
        for (auto& [key, value] : parent.as_object())
            if (is_container(value)) pending.push_back(std::move(value));
    }
}

}  // namespace

void JsonValue::destroy() noexcept {
    if (kind_ == Kind::String) {
        delete data_.string;
        return;
    }
    try {
        // Children are taken out first, so that no destructor below finds a child of its own.
        JsonArray pending;
        take_containers(*this, pending);
        while (!pending.empty()) {
            JsonValue next = std::move(pending.back());
            pending.pop_back();
            take_containers(next, pending);
        }
    } catch (const std::bad_alloc&) {
        // Without memory for the list the destructors recurse.
    }
    if (kind_ == Kind::Array)
        delete data_.array;
    else
        delete data_.object;
}

JsonValue JsonValue::array(std::initializer_list<JsonValue> items) {
    return JsonArray(items);
}
JsonValue JsonValue::object(std::initializer_list<std::pair<std::string_view, JsonValue>> members) {
    return JsonObject(members);
}

bool JsonValue::as_bool() const {
    POTTLE_REQUIRE(kind_ == Kind::Bool, "JsonValue is not a bool");
    return data_.boolean;
}
std::int64_t JsonValue::as_int() const {
    POTTLE_REQUIRE(kind_ == Kind::Int, "JsonValue is not an integer of 64 bits with sign");
    return data_.integer;
}
std::uint64_t JsonValue::as_uint() const {
    POTTLE_REQUIRE(kind_ == Kind::Uint || (kind_ == Kind::Int && data_.integer >= 0),
                   "JsonValue is not an integer of 64 bits without sign");
    return data_.unsigned_integer;
}
double JsonValue::as_double() const {
    POTTLE_REQUIRE(is_number(), "JsonValue is not a number");
    if (kind_ == Kind::Int) return static_cast<double>(data_.integer);
    if (kind_ == Kind::Uint) return static_cast<double>(data_.unsigned_integer);
    return data_.real;
}
const std::string& JsonValue::as_string() const {
    POTTLE_REQUIRE(kind_ == Kind::String, "JsonValue is not a string");
    return *data_.string;
}
std::string& JsonValue::as_string() {
    return const_cast<std::string&>(std::as_const(*this).as_string());
}
const JsonArray& JsonValue::as_array() const {
    POTTLE_REQUIRE(kind_ == Kind::Array, "JsonValue is not an array");
    return *data_.array;
}
JsonArray& JsonValue::as_array() {
    return const_cast<JsonArray&>(std::as_const(*this).as_array());
}
const JsonObject& JsonValue::as_object() const {
    POTTLE_REQUIRE(kind_ == Kind::Object, "JsonValue is not an object");
    return *data_.object;
}
JsonObject& JsonValue::as_object() {
    return const_cast<JsonObject&>(std::as_const(*this).as_object());
}

std::size_t JsonValue::size() const noexcept {
    if (kind_ == Kind::Array) return data_.array->size();
    if (kind_ == Kind::Object) return data_.object->size();
    return 0;
}

const JsonValue* JsonValue::find(std::string_view key) const noexcept {
    return kind_ == Kind::Object ? std::as_const(*data_.object).find(key) : nullptr;
}
JsonValue* JsonValue::find(std::string_view key) noexcept {
    return const_cast<JsonValue*>(std::as_const(*this).find(key));
}
const JsonValue* JsonValue::find(std::size_t index) const noexcept {
    if (kind_ != Kind::Array || index >= data_.array->size()) return nullptr;
    return &(*data_.array)[index];
}
JsonValue* JsonValue::find(std::size_t index) noexcept {
    return const_cast<JsonValue*>(std::as_const(*this).find(index));
}

const JsonValue& JsonValue::at(std::string_view key) const {
    const JsonValue* found = find(key);
    POTTLE_REQUIRE(found, "JsonValue has no member of this name");
    return *found;
}
JsonValue& JsonValue::at(std::string_view key) {
    return const_cast<JsonValue&>(std::as_const(*this).at(key));
}
const JsonValue& JsonValue::at(std::size_t index) const {
    const JsonValue* found = find(index);
    POTTLE_REQUIRE(found, "JsonValue has no item of this index");
    return *found;
}
JsonValue& JsonValue::at(std::size_t index) {
    return const_cast<JsonValue&>(std::as_const(*this).at(index));
}

JsonValue& JsonValue::operator[](std::string_view key) {
    if (kind_ == Kind::Null) *this = JsonObject();
    return as_object()[key];
}
void JsonValue::push_back(JsonValue item) {
    if (kind_ == Kind::Null) *this = JsonArray();
    as_array().push_back(std::move(item));
}

bool operator==(const JsonValue& a, const JsonValue& b) {
    using Kind = JsonValue::Kind;
    if (a.kind_ != b.kind_) {
        // Int and Uint never hold the same number; either may equal a double.
        if (a.kind_ == Kind::Double && b.is_integer()) return b == a;
        if (!a.is_integer() || b.kind_ != Kind::Double) return false;
        const double real = b.data_.real;
        if (real != std::trunc(real)) return false;
        // Exact: doubles of this size are whole numbers, and 2^63 and 2^64 are doubles.
        if (a.kind_ == Kind::Int)
            return real >= -0x1p63 && real < 0x1p63 &&
                   static_cast<std::int64_t>(real) == a.data_.integer;
        return real >= 0x1p63 && real < 0x1p64 &&
               static_cast<std::uint64_t>(real) == a.data_.unsigned_integer;
    }
    switch (a.kind_) {
        case Kind::Null:
            return true;
        case Kind::Bool:
            return a.data_.boolean == b.data_.boolean;
        case Kind::Int:
        case Kind::Uint:
            return a.data_.unsigned_integer == b.data_.unsigned_integer;
        case Kind::Double:
            return a.data_.real == b.data_.real;
        case Kind::String:
            return *a.data_.string == *b.data_.string;
        case Kind::Array:
            return *a.data_.array == *b.data_.array;
        case Kind::Object:
            return *a.data_.object == *b.data_.object;
    }
    return false;
}

}  // namespace pottle
