// SPDX-License-Identifier: MIT
/// \file
/// Typed decoding: walks a descriptor table beside the text. A wrong value is reported, skipped
/// with its syntax checked, and reading goes on, so that all mistakes come out at once.
#include "reader.hpp"
#include "utf8.hpp"
#include "value_reader.hpp"

#include <pottle/json/codec.hpp>
#include <pottle/json/value.hpp>
#include <pottle/reflect/scalar.hpp>

#include <algorithm>
#include <cstdint>

namespace pottle::json {

namespace {

using reflect::Field;
using reflect::Kind;
using reflect::Object;
using reflect::Table;

/// As Reader: every function returns false when the document is malformed.
class Decoder {
public:
    Decoder(Reader& in, Errors& errors) noexcept : in_(in), errors_(errors) {}

    [[nodiscard]] bool value(void* out, const Table& table) {
        switch (table.kind) {
            case Kind::Optional:
                return optional(out, table);
            case Kind::List:
                return in_.peek() == '[' ? list(out, table) : wrong_type(table);
            case Kind::Array:
                return in_.peek() == '[' ? array(out, table) : wrong_type(table);
            case Kind::Map:
                return in_.peek() == '{' ? map(out, table) : wrong_type(table);
            case Kind::Variant:
                return in_.peek() == '{' ? variant(out, table) : wrong_type(table);
            case Kind::Object:
                return in_.peek() == '{' ? object(out, table.object(), {}) : wrong_type(table);
            case Kind::Dynamic:
                return read_value(in_, *static_cast<JsonValue*>(out), errors_);
            default:
                return scalar(out, table);
        }
    }

private:
    bool wrong_type(const Table& table) {
        reflect::report_type(table, errors_);
        return in_.skip_value();
    }

    bool scalar(void* out, const Table& table) {
        switch (in_.peek()) {
            case '"': {
                std::string_view text;
                if (!in_.string(text)) return false;
                reflect::set_text(table, out, text, errors_);
                return true;
            }
            case 't':
                if (!in_.literal("true")) return false;
                reflect::set_bool(table, out, true, errors_);
                return true;
            case 'f':
                if (!in_.literal("false")) return false;
                reflect::set_bool(table, out, false, errors_);
                return true;
            default:
                return in_.at_number() ? number(out, table) : wrong_type(table);
        }
    }

    bool number(void* out, const Table& table) {
        NumberToken token;
        if (!in_.number(token)) return false;
        if (table.kind == Kind::Decimal)
            reflect::set_text(table, out, token.text, errors_);
        else if (token.integer && !(token.integer->negative && token.integer->magnitude == 0))
            reflect::set_integer(table, out, *token.integer, errors_);
        else if (const auto real = token.real())  // -0 comes here too: a double keeps the sign
            reflect::set_real(table, out, *real, errors_);
        else
            errors_.add({}, "range", "is out of range");
        return true;
    }

    bool optional(void* out, const Table& table) {
        const bool is_nested = table.element->kind == Kind::Optional;
        if (!is_nested && in_.peek() == 'n') {
            table.optional->reset(out);
            return in_.literal("null");
        }
        return value(table.optional->emplace(out), *table.element);
    }

    bool list(void* out, const Table& table) {
        if (!in_.enter()) return false;
        table.list->clear(out);
        std::size_t count = 0;
        for (bool more = !in_.take(']'); more; ++count) {
            const Errors::Step step(errors_, count);
            if (table.constraint && count >= table.constraint->max_length) {
                if (!in_.skip_value()) return false;  // nothing is stored past the limit
            } else if (!value(table.list->append(out), *table.element)) {
                return false;
            }
            if (!in_.next(']', more)) return false;
        }
        in_.leave();
        reflect::check_items(table, count, errors_);
        return true;
    }

    bool array(void* out, const Table& table) {
        if (!in_.enter()) return false;
        const std::size_t size = table.list->size(out);
        const Table& element = *table.element;
        auto* const elements = static_cast<char*>(const_cast<void*>(table.list->data(out)));
        std::size_t count = 0;
        for (bool more = !in_.take(']'); more; ++count) {
            const Errors::Step step(errors_, count);
            if (count < size ? !value(elements + count * element.size, element) : !in_.skip_value())
                return false;
            if (!in_.next(']', more)) return false;
        }
        in_.leave();
        if (count != size) errors_.add({}, "items", "must have " + std::to_string(size) + " items");
        return true;
    }

    bool map(void* out, const Table& table) {
        if (!in_.enter()) return false;
        table.map->clear(out);
        std::string name;  // a key with escapes lives in the reader's scratch, which values reuse
        for (bool more = !in_.take('}'); more;) {
            std::string_view key;
            if (!in_.key(key) || !in_.expect_colon()) return false;
            name.assign(key);
            const Errors::Step step(errors_, std::string_view(name));
            if (void* element = table.map->emplace(out, name)) {
                if (!value(element, *table.element)) return false;
            } else {
                if (!duplicate()) return false;
            }
            if (!in_.next('}', more)) return false;
        }
        in_.leave();
        return true;
    }

    bool duplicate() {
        errors_.add({}, "duplicate", "must be given once");
        return in_.skip_value();
    }

    /// Reads the tag, wherever it stands among the keys, then the members from the start.
    bool variant(void* out, const Table& table) {
        const reflect::VariantAccess& access = *table.variant;
        const char* const start = in_.mark();
        Tag tag;
        if (!find_tag(access.discriminator, tag)) return false;
        in_.rewind(start);
        const std::string_view* const end = access.tags + access.count;
        const std::string_view* const found = std::find(access.tags, end, tag.text);
        if (tag.is_text && found != end) {
            const auto index = static_cast<std::size_t>(found - access.tags);
            return object(access.emplace(out, index), access.alternatives[index]->object(),
                          access.discriminator);
        }
        const Errors::Step step(errors_, access.discriminator);
        if (!tag.is_present) {
            errors_.add({}, "missing", "is required");
        } else {
            std::string list;
            for (const auto* name = access.tags; name != end; ++name)
                list.append(list.empty() ? "" : ", ").append(*name);
            errors_.add({}, "tag", "must be one of " + list);
        }
        return in_.skip_value();
    }

    struct Tag {
        std::string text;
        bool is_present = false;
        bool is_text = false;
    };
    bool find_tag(std::string_view discriminator, Tag& tag) {
        if (!in_.enter()) return false;
        for (bool more = !in_.take('}'); more;) {
            std::string_view key;
            if (!in_.key(key)) return false;
            const bool is_tag = key == discriminator;
            if (!in_.expect_colon()) return false;
            if (is_tag) {
                tag.is_present = true;
                tag.is_text = in_.peek() == '"';
                std::string_view text;
                if (tag.is_text && !in_.string(text)) return false;
                tag.text.assign(text);
                break;
            }
            if (!in_.skip_value() || !in_.next('}', more)) return false;
        }
        in_.leave();
        return true;
    }

    bool object(void* out, const Object& object, std::string_view discriminator) {
        const std::size_t errors_before = errors_.size();
        if (!in_.enter()) return false;
        std::uint64_t seen = 0;
        std::size_t next = 0;  // members mostly come in declaration order
        for (bool more = !in_.take('}'); more;) {
            const Field* field = nullptr;
            if (!member_key(object, next, discriminator, field)) return false;
            if (field) {
                next = static_cast<std::size_t>(field - object.fields) + 1;
                if (!member(out, *field, std::uint64_t{1} << (next - 1), seen)) return false;
            }
            if (!in_.next('}', more)) return false;
        }
        in_.leave();
        report_missing(object, seen);
        if (object.validate && errors_.size() == errors_before) object.validate(out, errors_);
        return true;
    }

    bool member(void* out, const Field& field, std::uint64_t bit, std::uint64_t& seen) {
        const Errors::Step step(errors_, field.name);
        if (seen & bit) return duplicate();
        seen |= bit;
        return value(static_cast<char*>(out) + field.offset, *field.table);
    }

    /// Reads a key and its colon. No field: the value has been dealt with.
    bool member_key(const Object& object, std::size_t next, std::string_view discriminator,
                    const Field*& field) {
        in_.peek();
        if (next < object.field_count) {
            const Field& guess = object.fields[next];
            // `,"name":` without its comma and colon.
            if (in_.take(guess.key.substr(1, guess.key.size() - 2))) {
                field = &guess;
                return in_.expect_colon();
            }
        }
        std::string_view key;
        if (!in_.key(key)) return false;
        field = find_field(object, key);
        if (field) return in_.expect_colon();
        if (object.strict && key != discriminator) {
            const std::string name(key);
            const Errors::Step step(errors_, std::string_view(name));
            errors_.add({}, "unknown", "is not a known member");
            return in_.expect_colon() && in_.skip_value();
        }
        return in_.expect_colon() && in_.skip_value();
    }

    static const Field* find_field(const Object& object, std::string_view name) noexcept {
        for (std::size_t i = 0; i < object.field_count; ++i)
            if (object.fields[i].name == name) return &object.fields[i];
        return nullptr;
    }

    void report_missing(const Object& object, std::uint64_t seen) {
        for (std::size_t i = 0; i < object.field_count; ++i)
            if (object.fields[i].required && !(seen >> i & 1))
                errors_.add(object.fields[i].name, "missing", "is required");
    }

    Reader& in_;
    Errors& errors_;
};

}  // namespace

namespace detail {

DecodeResult decode(std::string_view text, void* out, const Table& table,
                    const DecodeOptions& options) {
    if (!is_utf8(text)) return {DecodeStatus::Malformed, {{{}, "encoding", "must be UTF-8"}}};
    Errors errors(std::max<std::size_t>(options.max_errors, 1));
    Reader in(text, std::min(options.max_depth, kMaxDepth), errors);
    if (!Decoder(in, errors).value(out, table) || !in.finish())
        return {DecodeStatus::Malformed, errors.take()};
    if (errors.empty()) return {};
    return {DecodeStatus::Invalid, errors.take()};
}

}  // namespace detail

}  // namespace pottle::json
