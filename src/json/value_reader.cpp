// SPDX-License-Identifier: MIT
#include "value_reader.hpp"

#include "utf8.hpp"

#include <pottle/json/codec.hpp>

#include <algorithm>

namespace pottle::json {

namespace {

bool read_number(Reader& in, JsonValue& out, Errors& errors) {
    NumberToken token;
    if (!in.number(token)) return false;
    if (token.integer) {
        const auto [magnitude, negative] = *token.integer;
        if (!negative) return out = magnitude, true;
        if (magnitude <= std::uint64_t{1} << 63)
            return out = static_cast<std::int64_t>(0 - magnitude), true;
    }
    // An integer that needs more than 64 bits is not rounded: its digits may be what it is for.
    const auto real = token.is_integer ? std::nullopt : token.real();
    if (real)
        out = *real;
    else
        errors.add({}, "range", "is out of range");
    return true;
}

bool read_array(Reader& in, JsonValue& out, Errors& errors) {
    if (!in.enter()) return false;
    JsonArray items;
    for (bool more = !in.take(']'); more;) {
        const Errors::Step step(errors, items.size());
        if (!read_value(in, items.emplace_back(), errors) || !in.next(']', more)) return false;
    }
    in.leave();
    out = std::move(items);
    return true;
}

using Members = std::vector<JsonObject::Member>;

bool has_duplicates_among_few(const Members& members) {
    for (std::size_t i = 1; i < members.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (members[i].key == members[j].key) return true;
    return false;
}

/// Keeps the last value of each key, in the place of the first. Large objects are sorted: comparing
/// each key with each lets a hostile object of 100,000 keys stop a loop for a minute.
void drop_duplicates(Members& members) {
    constexpr std::size_t kFew = 16;
    if (members.size() <= kFew && !has_duplicates_among_few(members)) return;
    std::vector<std::size_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [&members](std::size_t a, std::size_t b) {
        const int compared = members[a].key.compare(members[b].key);
        return compared != 0 ? compared < 0 : a < b;
    });
    std::vector<bool> is_dropped(members.size());
    for (std::size_t i = 0, last = 0; i < order.size(); i = last + 1) {
        last = i;
        while (last + 1 < order.size() && members[order[last + 1]].key == members[order[i]].key)
            is_dropped[order[++last]] = true;
        if (last != i) members[order[i]].value = std::move(members[order[last]].value);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < members.size(); ++i)
        if (!is_dropped[i] && kept++ != i) members[kept - 1] = std::move(members[i]);
    members.erase(members.begin() + static_cast<std::ptrdiff_t>(kept), members.end());
}

bool read_object(Reader& in, JsonValue& out, Errors& errors) {
    if (!in.enter()) return false;
    Members members;
    for (bool more = !in.take('}'); more;) {
        std::string_view key;
        if (!in.key(key)) return false;
        JsonObject::Member& member = members.emplace_back(std::string(key), JsonValue());
        const std::string name = member.key;
        const Errors::Step step(errors, std::string_view(name));
        if (!in.expect_colon() || !read_value(in, member.value, errors) || !in.next('}', more))
            return false;
    }
    in.leave();
    drop_duplicates(members);
    out = JsonObject(std::move(members));
    return true;
}

}  // namespace

bool read_value(Reader& in, JsonValue& out, Errors& errors) {
    switch (in.peek()) {
        case '{':
            return read_object(in, out, errors);
        case '[':
            return read_array(in, out, errors);
        case '"': {
            std::string_view text;
            if (!in.string(text)) return false;
            out = text;
            return true;
        }
        case 't':
            out = true;
            return in.literal("true");
        case 'f':
            out = false;
            return in.literal("false");
        case 'n':
            out = nullptr;
            return in.literal("null");
        default:
            return in.at_number() ? read_number(in, out, errors) : in.fail_value();
    }
}

}  // namespace pottle::json

namespace pottle {

Result<JsonValue> JsonValue::parse(std::string_view text, const JsonParseOptions& options) {
    const auto refuse = [](std::string_view sentence) {
        return fail(Error::peer(Errc::Malformed, 400, sentence));
    };
    JsonValue value;
    const DecodeResult result = json::decode(text, value, {.max_depth = options.max_depth});
    if (result) return value;
    const std::string& code = result.errors.front().code;
    if (code == "encoding") return refuse("JSON text must be UTF-8");
    if (code == "depth") return refuse("JSON is nested too deeply");
    if (code == "trailing") return refuse("JSON has text after its value");
    if (code == "range") return refuse("JSON has a number that is out of range");
    return refuse("JSON is malformed");
}

}  // namespace pottle
