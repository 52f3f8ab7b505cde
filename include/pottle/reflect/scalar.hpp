// SPDX-License-Identifier: MIT
/// \file
/// Setting and reading single values through a table, with every check of its constraint. Shared by
/// what decodes and encodes: JSON, form and query text, later SQL rows.
#pragma once

#include <pottle/reflect/errors.hpp>
#include <pottle/reflect/table.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::reflect {

/// An integer of any sign: the value is -magnitude when `negative`.
struct Integer {
    std::uint64_t magnitude = 0;
    bool negative = false;
};

/// The setters store a value at `out`, or report to `errors` (at its present step) why they do not.
/// A value of the wrong sort for the table's kind is reported with code "type".

void set_bool(const Table& table, void* out, bool value, Errors& errors);
/// For every kind of number. An integer that double cannot hold exactly is rounded for Double.
void set_integer(const Table& table, void* out, Integer value, Errors& errors);
/// For every kind of number; an integer kind takes 1e3 and 2.0 and refuses 2.5.
void set_real(const Table& table, void* out, double value, Errors& errors);
/// For the kinds whose text form is a string: String, Decimal, Enum, Time, Duration, Uuid.
void set_text(const Table& table, void* out, std::string_view text, Errors& errors);
/// Checks the number of items of a list.
void check_items(const Table& table, std::size_t count, Errors& errors);

/// What the table's kind wants, for "type" errors: "must be an integer".
std::string_view wanted(Kind kind) noexcept;
void report_type(const Table& table, Errors& errors);

/// Appends the text form of an Enum, Time, Duration or Uuid. False when the value has none (an enum
/// value without name, a time outside the years 0..9999).
bool append_text(const Table& table, const void* value, std::string& out);

/// The integer at `value` of an integer kind.
Integer load_integer(const Table& table, const void* value) noexcept;

}  // namespace pottle::reflect
