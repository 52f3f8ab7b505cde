// SPDX-License-Identifier: MIT
#include <pottle/base/ascii.hpp>
#include <pottle/reflect/decode_strings.hpp>
#include <pottle/reflect/scalar.hpp>

#include <charconv>
#include <cmath>

namespace pottle::reflect::detail {

namespace {

bool is_string_kind(Kind kind) {
    return kind == Kind::String || kind == Kind::Decimal || kind == Kind::Enum ||
           kind == Kind::Time || kind == Kind::Duration || kind == Kind::Uuid;
}

void set_bool_text(const Table& table, void* out, std::string_view text, Errors& errors) {
    // "on" is what browsers send for a ticked checkbox.
    if (ascii::iequals(text, "true") || text == "1" || ascii::iequals(text, "on"))
        return set_bool(table, out, true, errors);
    if (ascii::iequals(text, "false") || text == "0" || ascii::iequals(text, "off"))
        return set_bool(table, out, false, errors);
    report_type(table, errors);
}

/// Digits with an optional minus sign; a number of another form goes through set_real.
void set_number_text(const Table& table, void* out, std::string_view text, Errors& errors) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    const char* const end = digits.data() + digits.size();
    Integer integer{0, negative};
    if (const auto [at, error] = std::from_chars(digits.data(), end, integer.magnitude);
        error == std::errc{} && at == end)
        return set_integer(table, out, integer, errors);
    // from_chars also reads "inf" and "nan", which are no numbers here.
    if (digits.empty() || !ascii::is_digit(digits.front())) return report_type(table, errors);
    double real = 0;
    const auto [at, error] = std::from_chars(digits.data(), end, real);
    if (at != end) return report_type(table, errors);
    if (error == std::errc::result_out_of_range) return errors.add({}, "range", "is out of range");
    set_real(table, out, negative ? -real : real, errors);
}

void set_value(const Table& table, void* out, std::string_view text, Errors& errors) {
    if (table.kind == Kind::Optional) {
        if (text.empty() && !is_string_kind(table.element->kind)) return table.optional->reset(out);
        return set_value(*table.element, table.optional->emplace(out), text, errors);
    }
    if (is_string_kind(table.kind)) return set_text(table, out, text, errors);
    if (table.kind == Kind::Bool) return set_bool_text(table, out, text, errors);
    set_number_text(table, out, text, errors);
}

/// The list inside a member that is a list or an optional list; nullptr otherwise.
const Table* list_of(const Table& table) {
    if (table.kind == Kind::List) return &table;
    return table.kind == Kind::Optional ? list_of(*table.element) : nullptr;
}

void set_list(const Table& table, void* out, const std::vector<std::string_view>& values,
              Errors& errors) {
    if (table.kind == Kind::Optional)
        return set_list(*table.element, table.optional->emplace(out), values, errors);
    table.list->clear(out);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Errors::Step step(errors, i);
        set_value(*table.element, table.list->append(out), values[i], errors);
    }
    check_items(table, values.size(), errors);
}

void set_field(const Field& field, void* out, const std::vector<std::string_view>& values,
               Errors& errors) {
    const Errors::Step step(errors, field.name);
    if (values.empty()) {
        if (field.required) errors.add({}, "missing", "is required");
    } else if (list_of(*field.table)) {
        set_list(*field.table, out, values, errors);
    } else if (values.size() > 1) {
        errors.add({}, "duplicate", "must be given once");
    } else {
        set_value(*field.table, out, values.front(), errors);
    }
}

}  // namespace

DecodeResult decode_strings(const Table& table, void* out, TextSource source) {
    const Object& object = table.object();
    Errors errors;
    std::vector<std::string_view> values;
    for (std::size_t i = 0; i < object.field_count; ++i) {
        const Field& field = object.fields[i];
        values.clear();
        source.find(source.context, field.name, values);
        set_field(field, static_cast<char*>(out) + field.offset, values, errors);
    }
    if (object.validate && errors.empty()) object.validate(out, errors);
    if (errors.empty()) return {};
    return {DecodeStatus::Invalid, errors.take()};
}

}  // namespace pottle::reflect::detail
