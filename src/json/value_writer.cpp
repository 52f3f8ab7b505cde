// SPDX-License-Identifier: MIT
#include "value_writer.hpp"

#include <pottle/base/require.hpp>
#include <pottle/json/codec.hpp>

#include <algorithm>

namespace pottle::json {

namespace {

class Writer {
public:
    Writer(Output& out, const JsonDumpOptions& options) noexcept : out_(out), options_(options) {}

    void value(const JsonValue& value) {
        using Kind = JsonValue::Kind;
        switch (value.kind()) {
            case Kind::Null:
                return out_.raw("null");
            case Kind::Bool:
                return out_.raw(value.as_bool() ? "true" : "false");
            case Kind::Int:
                return out_.integer(value.as_int());
            case Kind::Uint:
                return out_.integer(value.as_uint());
            case Kind::Double:
                return out_.real(value.as_double());
            case Kind::String:
                return string(value.as_string());
            case Kind::Array:
                return array(value.as_array());
            case Kind::Object:
                return object(value.as_object());
        }
    }

    void object(const JsonObject& object) {
        if (object.empty()) return out_.raw("{}");
        open('{');
        if (!options_.sort_keys) {
            for (const JsonObject::Member& m : object) member(m, &m == object.begin());
        } else {
            std::vector<const JsonObject::Member*> sorted;
            sorted.reserve(object.size());
            for (const JsonObject::Member& m : object) sorted.push_back(&m);
            std::ranges::sort(sorted, {}, &JsonObject::Member::key);
            for (const auto* m : sorted) member(*m, m == sorted.front());
        }
        close('}');
    }

private:
    void string(std::string_view text) {
        options_.escape_ascii ? out_.ascii_string(text) : out_.string(text);
    }

    void array(const JsonArray& items) {
        if (items.empty()) return out_.raw("[]");
        open('[');
        for (const JsonValue& item : items) {
            separate(&item != items.data());
            value(item);
        }
        close(']');
    }

    void member(const JsonObject::Member& member, bool is_first) {
        separate(!is_first);
        string(member.key);
        out_.raw(options_.indent < 0 && !options_.spaced ? ":" : ": ");
        value(member.value);
    }

    void open(char bracket) {
        POTTLE_REQUIRE(++depth_ <= kMaxDepth, "a JsonValue to dump is nested at most 1,000 deep");
        out_.put(bracket);
    }
    void close(char bracket) {
        --depth_;
        new_line();
        out_.put(bracket);
    }
    void separate(bool needs_comma) {
        if (needs_comma) {
            out_.put(',');
            if (options_.spaced && options_.indent < 0) out_.put(' ');
        }
        new_line();
    }
    void new_line() {
        if (options_.indent < 0) return;
        out_.put('\n');
        for (std::size_t i = depth_ * static_cast<std::size_t>(options_.indent); i > 0; --i)
            out_.put(' ');
    }

    Output& out_;
    const JsonDumpOptions& options_;
    std::size_t depth_ = 0;
};

}  // namespace

void write_object(Output& out, const JsonObject& object, const JsonDumpOptions& options) {
    Writer(out, options).object(object);
}

void write_value(Output& out, const JsonValue& value, const JsonDumpOptions& options) {
    Writer(out, options).value(value);
}

}  // namespace pottle::json

namespace pottle {

std::string JsonValue::dump(const JsonDumpOptions& options) const {
    std::string text;
    {
        json::Output out(text);
        json::write_value(out, *this, options);
    }
    return text;
}

std::string JsonObject::dump(const JsonDumpOptions& options) const {
    std::string text;
    {
        json::Output out(text);
        json::write_object(out, *this, options);
    }
    return text;
}

}  // namespace pottle
