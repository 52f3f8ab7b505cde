// SPDX-License-Identifier: MIT
/// \file
/// Value: numbers past 64 bits, and reading the application's data through its table.
#include <pottle/reflect/scalar.hpp>
#include <pottle/templating/value.hpp>

#include <cstring>
#include <limits>

namespace pottle::templating {

namespace {

using reflect::Table;
using TableKind = reflect::Kind;

template <class T>
T load(const void* data) noexcept {
    T value;
    std::memcpy(&value, data, sizeof value);
    return value;
}

Value load_enum(const void* data, const Table& table) {
    const reflect::Integer integer = reflect::load_integer(table, data);
    const auto magnitude = static_cast<std::int64_t>(integer.magnitude);
    const std::int64_t number = integer.negative ? -magnitude : magnitude;
    for (std::size_t i = 0; i < table.enumerator_count; ++i)
        if (table.enumerators[i].value == number) return Value::string(table.enumerators[i].name);
    return Value::integer(number);
}

/// An alternative of a variant reads as the struct it holds.
const Table* held_table(const void* data, const Table& table) {
    const std::size_t index = table.variant->index(data);
    return index < table.variant->count ? table.variant->alternatives[index] : nullptr;
}

}  // namespace

Value Value::wide(WideInteger value) noexcept {
    if (value >= std::numeric_limits<std::int64_t>::min() &&
        value <= std::numeric_limits<std::int64_t>::max())
        return integer(static_cast<std::int64_t>(value));
    Value made(Kind::BigInt);
    made.first_.integer = static_cast<std::int64_t>(value);
    made.second_.high = static_cast<std::int64_t>(value >> 64);
    return made;
}

WideInteger Value::to_wide() const noexcept {
    switch (kind_) {
        case Kind::BigInt:
            return (WideInteger{second_.high} << 64) | static_cast<std::uint64_t>(first_.integer);
        case Kind::Float:
            return static_cast<WideInteger>(first_.real);
        default:
            return first_.integer;
    }
}

double Value::to_double() const noexcept {
    if (kind_ == Kind::Float) return first_.real;
    return kind_ == Kind::BigInt ? static_cast<double>(to_wide())
                                 : static_cast<double>(first_.integer);
}

Value Value::json(const JsonValue& json) {
    switch (json.kind()) {
        case JsonValue::Kind::Null:
            return none();
        case JsonValue::Kind::Bool:
            return boolean(json.as_bool());
        case JsonValue::Kind::Int:
            return integer(json.as_int());
        case JsonValue::Kind::Uint:
            return wide(json.as_uint());
        case JsonValue::Kind::Double:
            return real(json.as_double());
        case JsonValue::Kind::String:
            return string(json.as_string());
        case JsonValue::Kind::Array:
        case JsonValue::Kind::Object:
            break;
    }
    Value made = pointing(json.is_array() ? Kind::Sequence : Kind::Mapping, &json);
    made.second_.table = &reflect::table_of<JsonValue>();
    return made;
}

Value Value::reflected(const void* data, const Table& table) {
    const auto here = [&](Kind kind) {
        Value made = pointing(kind, data);
        made.second_.table = &table;
        return made;
    };
    switch (table.kind) {
        case TableKind::Bool:
            return boolean(load<bool>(data));
        case TableKind::Int8:
            return integer(load<std::int8_t>(data));
        case TableKind::Int16:
            return integer(load<std::int16_t>(data));
        case TableKind::Int32:
            return integer(load<std::int32_t>(data));
        case TableKind::Int64:
            return integer(load<std::int64_t>(data));
        case TableKind::Uint8:
            return integer(load<std::uint8_t>(data));
        case TableKind::Uint16:
            return integer(load<std::uint16_t>(data));
        case TableKind::Uint32:
            return integer(load<std::uint32_t>(data));
        case TableKind::Uint64:
            return wide(load<std::uint64_t>(data));
        case TableKind::Float:
            return real(static_cast<double>(load<float>(data)));
        case TableKind::Double:
            return real(load<double>(data));
        case TableKind::String:
        case TableKind::Decimal:
            return string(*static_cast<const std::string*>(data));
        case TableKind::StringView:
            return string(*static_cast<const std::string_view*>(data));
        case TableKind::Enum:
            return load_enum(data, table);
        case TableKind::Time:
        case TableKind::Duration:
        case TableKind::Uuid:
            return here(Kind::Scalar);
        case TableKind::Optional: {
            const void* const held = table.optional->get(data);
            return held ? reflected(held, *table.element) : none();
        }
        case TableKind::List:
        case TableKind::Array:
            return here(Kind::Sequence);
        case TableKind::Map:
            return here(Kind::Mapping);
        case TableKind::Variant: {
            const Table* const held = held_table(data, table);
            return held ? reflected(table.variant->get(data), *held) : none();
        }
        case TableKind::Object:
            return here(Kind::Structure);
        case TableKind::Dynamic:
            return json(*static_cast<const JsonValue*>(data));
    }
    return none();
}

bool Value::same_as(const Value& other) const noexcept {
    if (kind_ != other.kind_) return false;
    switch (kind_) {
        case Kind::Missing:
        case Kind::None:
            return true;
        case Kind::BigInt:
            return to_wide() == other.to_wide();
        case Kind::String:
            return safe_ == other.safe_ && as_string() == other.as_string();
        default:
            return first_.integer == other.first_.integer;
    }
}

}  // namespace pottle::templating
