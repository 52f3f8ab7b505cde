// SPDX-License-Identifier: MIT
#include <pottle/json/to_value.hpp>
#include <pottle/reflect/scalar.hpp>

#include <cmath>
#include <cstring>

namespace pottle::json::detail {

namespace {

using reflect::Field;
using reflect::Kind;
using reflect::Table;

template <class T>
T load(const void* value) noexcept {
    T loaded;
    std::memcpy(&loaded, value, sizeof loaded);
    return loaded;
}

class Walker {
public:
    explicit Walker(FormatTime format_time) noexcept : format_time_(format_time) {}

    JsonValue value(const void* value, const Table& table) const {
        switch (table.kind) {
            case Kind::Bool:
                return load<bool>(value);
            case Kind::Int8:
            case Kind::Int16:
            case Kind::Int32:
            case Kind::Int64:
            case Kind::Uint8:
            case Kind::Uint16:
            case Kind::Uint32:
            case Kind::Uint64:
                return integer(value, table);
            case Kind::Float:
                return real(load<float>(value));
            case Kind::Double:
                return real(load<double>(value));
            case Kind::String:
            case Kind::Decimal:
                return *static_cast<const std::string*>(value);
            case Kind::StringView:
                return *static_cast<const std::string_view*>(value);
            case Kind::Time:
                if (format_time_) return format_time_(table.time->load(value));
                return text(value, table);
            case Kind::Enum:
            case Kind::Duration:
            case Kind::Uuid:
                return text(value, table);
            case Kind::Optional:
                if (const void* held = table.optional->get(value))
                    return this->value(held, *table.element);
                return nullptr;
            case Kind::List:
            case Kind::Array:
                return list(value, table);
            case Kind::Map:
                return map(value, table);
            case Kind::Variant:
                return variant(value, table);
            case Kind::Object:
                return members(value, table, {});
            case Kind::Dynamic:
                return *static_cast<const JsonValue*>(value);
        }
        return nullptr;
    }

private:
    static JsonValue integer(const void* value, const Table& table) {
        const auto [magnitude, negative] = reflect::load_integer(table, value);
        if (negative) return static_cast<std::int64_t>(0 - magnitude);
        return magnitude;
    }

    static JsonValue real(double value) {
        return std::isfinite(value) ? JsonValue(value) : JsonValue();
    }

    static JsonValue text(const void* value, const Table& table) {
        std::string text;
        return reflect::append_text(table, value, text) ? JsonValue(std::move(text)) : JsonValue();
    }

    JsonValue list(const void* value, const Table& table) const {
        const Table& element = *table.element;
        const std::size_t count = table.list->size(value);
        const auto* const elements = static_cast<const char*>(table.list->data(value));
        JsonArray items;
        items.reserve(count);
        for (std::size_t i = 0; i < count; ++i)
            items.push_back(this->value(elements + i * element.size, element));
        return items;
    }

    JsonValue map(const void* value, const Table& table) const {
        struct Context {
            const Walker& walker;
            const Table& element;
            JsonObject object{};
        } context{*this, *table.element};
        table.map->each(value, &context,
                        [](void* opaque, std::string_view key, const void* element) {
                            auto& c = *static_cast<Context*>(opaque);
                            c.object.append(std::string(key), c.walker.value(element, c.element));
                        });
        return std::move(context.object);
    }

    JsonValue variant(const void* value, const Table& table) const {
        const reflect::VariantAccess& access = *table.variant;
        const std::size_t index = access.index(value);
        if (index >= access.count) return nullptr;  // valueless by exception
        JsonObject object;
        object.append(std::string(access.discriminator), access.tags[index]);
        return members(access.get(value), *access.alternatives[index], std::move(object));
    }

    JsonValue members(const void* value, const Table& table, JsonObject object) const {
        const reflect::Object& description = table.object();
        for (std::size_t i = 0; i < description.field_count; ++i) {
            const Field& field = description.fields[i];
            const void* const member = static_cast<const char*>(value) + field.offset;
            if (field.absent_when_empty && !field.table->optional->get(member)) continue;
            object.append(std::string(field.name), this->value(member, *field.table));
        }
        return object;
    }

    FormatTime format_time_;
};

}  // namespace

JsonValue to_value(const void* value, const Table& table, FormatTime format_time) {
    return Walker(format_time).value(value, table);
}

}  // namespace pottle::json::detail
