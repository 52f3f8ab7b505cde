// SPDX-License-Identifier: MIT
#include "formats.hpp"

#include <pottle/base/require.hpp>
#include <pottle/base/uuid.hpp>
#include <pottle/reflect/scalar.hpp>
#include <pottle/reflect/time_text.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace pottle::reflect {

static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");

namespace {

using Format = Constraint::Format;

std::size_t code_points(std::string_view utf8) noexcept {
    std::size_t count = 0;
    for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

template <class T>
void put(void* out, T value) noexcept {
    std::memcpy(out, &value, sizeof value);
}

struct IntegerRange {
    std::int64_t min;
    std::uint64_t max;
};
IntegerRange range_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::Int8:
            return {INT8_MIN, INT8_MAX};
        case Kind::Int16:
            return {INT16_MIN, INT16_MAX};
        case Kind::Int32:
            return {INT32_MIN, INT32_MAX};
        case Kind::Int64:
            return {INT64_MIN, INT64_MAX};
        case Kind::Uint8:
            return {0, UINT8_MAX};
        case Kind::Uint16:
            return {0, UINT16_MAX};
        case Kind::Uint32:
            return {0, UINT32_MAX};
        default:
            return {0, UINT64_MAX};
    }
}
/// What may be stored: the kind's range, narrowed by the constraint.
IntegerRange range_of(const Table& table) noexcept {
    IntegerRange range = range_of(table.kind);
    if (const Constraint* c = table.constraint) {
        if (c->min_integer > range.min) range.min = c->min_integer;
        if (c->max_integer < 0)
            range.max = 0;  // the sign is checked against max_integer itself
        else if (static_cast<std::uint64_t>(c->max_integer) < range.max &&
                 c->max_integer != std::numeric_limits<std::int64_t>::max())
            range.max = static_cast<std::uint64_t>(c->max_integer);
    }
    return range;
}
bool is_integer_kind(Kind kind) noexcept {
    return kind >= Kind::Int8 && kind <= Kind::Uint64;
}

bool in_range(const Table& table, Integer value) noexcept {
    const IntegerRange range = range_of(table);
    if (table.constraint && table.constraint->max_integer < 0) {
        const auto least = 0 - static_cast<std::uint64_t>(table.constraint->max_integer);
        if (!value.negative || value.magnitude < least) return false;
    }
    if (!value.negative) {
        const bool above_min =
            range.min <= 0 || value.magnitude >= static_cast<std::uint64_t>(range.min);
        return above_min && value.magnitude <= range.max;
    }
    if (value.magnitude == 0) return range.min <= 0;  // -0 is 0
    return range.min < 0 && value.magnitude <= 0 - static_cast<std::uint64_t>(range.min);
}

void report_range(const Table& table, Errors& errors) {
    const IntegerRange range = range_of(table);
    const Constraint* c = table.constraint;
    if (c && c->max_integer < 0)
        return errors.add({}, "range",
                          fmt::format("must be between {} and {}", range.min, c->max_integer));
    errors.add({}, "range", fmt::format("must be between {} and {}", range.min, range.max));
}

void set_double(const Table& table, void* out, double value, Errors& errors) {
    if (const Constraint* c = table.constraint;
        c && !(value >= c->min_real && value <= c->max_real))
        return errors.add({}, "range",
                          fmt::format("must be between {} and {}", c->min_real, c->max_real));
    if (table.kind == Kind::Double) return put(out, value);
    if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max()))
        return errors.add({}, "range", "must fit a 32-bit floating-point number");
    put(out, static_cast<float>(value));
}

void report_length(const Constraint& c, Errors& errors) {
    errors.add({}, "length",
               c.min_length == 0 ? fmt::format("must have at most {} characters", c.max_length)
                                 : fmt::format("must have between {} and {} characters",
                                               c.min_length, c.max_length));
}

bool is_choice(const Constraint& c, std::string_view text) noexcept {
    for (std::size_t i = 0; i < c.choice_count; ++i)
        if (c.choices[i] == text) return true;
    return false;
}

bool check_format(const Constraint& c, std::string_view text, Errors& errors) {
    switch (c.format) {
        case Format::None:
            return true;
        case Format::Email:
            if (is_email(text)) return true;
            errors.add({}, "format", "must be an e-mail address");
            return false;
        case Format::Url:
            if (is_web_url(text)) return true;
            errors.add({}, "format", "must be an http or https URL");
            return false;
        case Format::Pattern:
            if (c.matches(text)) return true;
            errors.add({}, "pattern", fmt::format("must match {}", c.pattern));
            return false;
        case Format::Choice: {
            if (is_choice(c, text)) return true;
            std::string list;
            for (std::size_t i = 0; i < c.choice_count; ++i)
                list.append(i ? ", " : "").append(c.choices[i]);
            errors.add({}, "choice", "must be one of " + list);
            return false;
        }
    }
    return true;
}

bool check_text(const Table& table, std::string_view text, Errors& errors) {
    const Constraint* c = table.constraint;
    if (!c) return true;
    // Bytes bound code points from above, and code points are at least a quarter of them.
    const bool surely_fits = text.size() <= c->max_length && text.size() / 4 >= c->min_length;
    if (!surely_fits) {
        const std::size_t length = code_points(text);
        if (length < c->min_length || length > c->max_length) {
            report_length(*c, errors);
            return false;
        }
    }
    return check_format(*c, text, errors);
}

void set_enum(const Table& table, void* out, std::string_view name, Errors& errors) {
    for (std::size_t i = 0; i < table.enumerator_count; ++i) {
        if (table.enumerators[i].name != name) continue;
        // The low bytes of the value are those of the enum's type (little endian).
        const std::int64_t value = table.enumerators[i].value;
        std::memcpy(out, &value, table.size);
        return;
    }
    std::string list;
    for (std::size_t i = 0; i < table.enumerator_count; ++i)
        list.append(i ? ", " : "").append(table.enumerators[i].name);
    errors.add({}, "choice", "must be one of " + list);
}

void set_time(const Table& table, void* out, std::optional<TimeValue> time,
              std::string_view expected, Errors& errors) {
    if (!time) return errors.add({}, "format", expected);
    if (!table.time->store(out, *time))
        errors.add({}, "range", "is outside the range that can be stored");
}

}  // namespace

std::string_view wanted(Kind kind) noexcept {
    switch (kind) {
        case Kind::Bool:
            return "must be true or false";
        case Kind::Float:
        case Kind::Double:
            return "must be a number";
        case Kind::Decimal:
            return "must be a decimal number";
        case Kind::Optional:
        case Kind::Dynamic:
            return "must be a value";
        case Kind::List:
        case Kind::Array:
            return "must be an array";
        case Kind::Map:
        case Kind::Variant:
        case Kind::Object:
            return "must be an object";
        default:
            return is_integer_kind(kind) ? "must be an integer" : "must be a string";
    }
}

void report_type(const Table& table, Errors& errors) {
    errors.add({}, "type", wanted(table.kind));
}

void set_bool(const Table& table, void* out, bool value, Errors& errors) {
    if (table.kind != Kind::Bool) return report_type(table, errors);
    put(out, value);
}

void set_integer(const Table& table, void* out, Integer value, Errors& errors) {
    if (table.kind == Kind::Float || table.kind == Kind::Double) {
        const auto magnitude = static_cast<double>(value.magnitude);
        return set_double(table, out, value.negative ? -magnitude : magnitude, errors);
    }
    if (!is_integer_kind(table.kind)) return report_type(table, errors);
    if (!in_range(table, value)) return report_range(table, errors);
    const std::uint64_t bits = value.negative ? 0 - value.magnitude : value.magnitude;
    std::memcpy(out, &bits, table.size);  // little endian: the low bytes
}

void set_real(const Table& table, void* out, double value, Errors& errors) {
    if (table.kind == Kind::Float || table.kind == Kind::Double)
        return set_double(table, out, value, errors);
    if (!is_integer_kind(table.kind) || value != std::trunc(value))
        return report_type(table, errors);
    if (std::abs(value) >= 18446744073709551616.0) return report_range(table, errors);  // 2^64
    set_integer(table, out, {static_cast<std::uint64_t>(std::abs(value)), value < 0}, errors);
}

void set_text(const Table& table, void* out, std::string_view text, Errors& errors) {
    switch (table.kind) {
        case Kind::String:
            if (check_text(table, text, errors)) static_cast<std::string*>(out)->assign(text);
            return;
        case Kind::Decimal:
            if (!is_decimal(text)) return errors.add({}, "format", wanted(Kind::Decimal));
            if (check_text(table, text, errors)) static_cast<std::string*>(out)->assign(text);
            return;
        case Kind::Enum:
            return set_enum(table, out, text, errors);
        case Kind::Time:
            return set_time(table, out, parse_time(text),
                            "must be a date and time such as 2026-01-31T09:30:00Z", errors);
        case Kind::Duration:
            return set_time(table, out, parse_duration(text), "must be a duration such as PT1H30M",
                            errors);
        case Kind::Uuid:
            if (const auto uuid = Uuid::parse(text)) return put(out, *uuid);
            return errors.add({}, "format", "must be a UUID");
        case Kind::StringView:
            POTTLE_REQUIRE(false, "a std::string_view member cannot be decoded: use std::string");
        default:
            return report_type(table, errors);
    }
}

void check_items(const Table& table, std::size_t count, Errors& errors) {
    const Constraint* c = table.constraint;
    if (!c || (count >= c->min_length && count <= c->max_length)) return;
    errors.add({}, "items",
               fmt::format("must have between {} and {} items", c->min_length, c->max_length));
}

bool append_text(const Table& table, const void* value, std::string& out) {
    switch (table.kind) {
        case Kind::Enum: {
            std::int64_t number = 0;
            std::memcpy(&number, value, table.size);
            for (std::size_t i = 0; i < table.enumerator_count; ++i) {
                // Compared in the enum's own width: a negative value is not sign-extended above.
                if (std::memcmp(&table.enumerators[i].value, &number, table.size) != 0) continue;
                out += table.enumerators[i].name;
                return true;
            }
            return false;
        }
        case Kind::Time:
            return append_time(table.time->load(value), out);
        case Kind::Duration:
            append_duration(table.time->load(value), out);
            return true;
        case Kind::Uuid: {
            Uuid uuid;
            std::memcpy(&uuid, value, sizeof uuid);
            out += uuid.text();
            return true;
        }
        default:
            return false;
    }
}

Integer load_integer(const Table& table, const void* value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, value, table.size);
    if (table.kind >= Kind::Uint8) return {bits, false};
    const unsigned unused = static_cast<unsigned>(64 - 8 * table.size);
    const std::int64_t number = static_cast<std::int64_t>(bits << unused) >> unused;
    if (number < 0) return {0 - static_cast<std::uint64_t>(number), true};
    return {static_cast<std::uint64_t>(number), false};
}

}  // namespace pottle::reflect
