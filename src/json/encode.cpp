// SPDX-License-Identifier: MIT
/// \file
/// Typed encoding: walks a descriptor table beside the value.
#include "output.hpp"
#include "value_writer.hpp"

#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>
#include <pottle/reflect/scalar.hpp>

namespace pottle::json {

namespace {

using reflect::Field;
using reflect::Kind;
using reflect::Object;
using reflect::Table;

void write(Output& out, const void* value, const Table& table);

template <class T>
T load(const void* value) noexcept {
    T loaded;
    std::memcpy(&loaded, value, sizeof loaded);
    return loaded;
}

/// Writes the members and the closing brace; `open` is '{', or ',' after a tag.
void write_members(Output& out, const void* value, const Object& object, char open) {
    char separator = open;
    for (std::size_t i = 0; i < object.field_count; ++i) {
        const Field& field = object.fields[i];
        const void* const member = static_cast<const char*>(value) + field.offset;
        if (field.absent_when_empty && !field.table->optional->get(member)) continue;
        out.piece(separator, field.key);
        separator = ',';
        write(out, member, *field.table);
    }
    if (separator == '{') out.put('{');
    out.put('}');
}

void write_list(Output& out, const void* value, const Table& table) {
    const Table& element = *table.element;
    const std::size_t count = table.list->size(value);
    const auto* const elements = static_cast<const char*>(table.list->data(value));
    out.put('[');
    for (std::size_t i = 0; i < count; ++i) {
        if (i) out.put(',');
        write(out, elements + i * element.size, element);
    }
    out.put(']');
}

void write_map(Output& out, const void* value, const Table& table) {
    struct Context {
        Output& out;
        const Table& element;
        char separator = '{';
    } context{out, *table.element};
    table.map->each(value, &context, [](void* opaque, std::string_view key, const void* element) {
        auto& c = *static_cast<Context*>(opaque);
        c.out.put(c.separator);
        c.separator = ',';
        c.out.string(key);
        c.out.put(':');
        write(c.out, element, c.element);
    });
    if (context.separator == '{') out.put('{');
    out.put('}');
}

void write_variant(Output& out, const void* value, const Table& table) {
    const reflect::VariantAccess& access = *table.variant;
    const std::size_t index = access.index(value);
    if (index >= access.count) return out.raw("null");  // valueless by exception
    out.put('{');
    out.string(access.discriminator);
    out.put(':');
    out.string(access.tags[index]);
    write_members(out, access.get(value), access.alternatives[index]->object(), ',');
}

void write_text_form(Output& out, const void* value, const Table& table) {
    std::string text;
    if (!reflect::append_text(table, value, text)) return out.raw("null");
    out.string(text);
}

void write(Output& out, const void* value, const Table& table) {
    switch (table.kind) {
        case Kind::Bool:
            return out.raw(load<bool>(value) ? "true" : "false");
        case Kind::Int8:
            return out.integer(load<std::int8_t>(value));
        case Kind::Int16:
            return out.integer(load<std::int16_t>(value));
        case Kind::Int32:
            return out.integer(load<std::int32_t>(value));
        case Kind::Int64:
            return out.integer(load<std::int64_t>(value));
        case Kind::Uint8:
            return out.integer(load<std::uint8_t>(value));
        case Kind::Uint16:
            return out.integer(load<std::uint16_t>(value));
        case Kind::Uint32:
            return out.integer(load<std::uint32_t>(value));
        case Kind::Uint64:
            return out.integer(load<std::uint64_t>(value));
        case Kind::Float:
            return out.real(load<float>(value));
        case Kind::Double:
            return out.real(load<double>(value));
        case Kind::String:
        case Kind::Decimal:
            return out.string(*static_cast<const std::string*>(value));
        case Kind::StringView:
            return out.string(*static_cast<const std::string_view*>(value));
        case Kind::Enum:
        case Kind::Time:
        case Kind::Duration:
        case Kind::Uuid:
            return write_text_form(out, value, table);
        case Kind::Optional:
            if (const void* held = table.optional->get(value))
                return write(out, held, *table.element);
            return out.raw("null");
        case Kind::List:
        case Kind::Array:
            return write_list(out, value, table);
        case Kind::Map:
            return write_map(out, value, table);
        case Kind::Variant:
            return write_variant(out, value, table);
        case Kind::Object:
            return write_members(out, value, table.object(), '{');
        case Kind::Dynamic:
            return write_value(out, *static_cast<const JsonValue*>(value));
    }
}

}  // namespace

namespace detail {

void encode(std::string& out, const void* value, const Table& table) {
    Output output(out);
    write(output, value, table);
}

}  // namespace detail

}  // namespace pottle::json
