// SPDX-License-Identifier: MIT
/// \file
/// JsonProvider: how an application writes and reads documents without a type, and jsonify(), which
/// answers with one in Flask's form: sorted keys, ASCII, HTTP dates, a newline at the end. (What a
/// handler returns as Json<T>, or as a plain struct, is written as it stands: json/codec.hpp.)
#pragma once

#include <pottle/gateway/response.hpp>
#include <pottle/json/to_value.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pottle {

struct JsonProviderOptions {
    bool ensure_ascii = true;  ///< everything past ASCII as \uXXXX
    bool sort_keys = true;
    /// Of responses: without spaces, or indented by two. Empty: indented in debug mode.
    std::optional<bool> compact = {};
    std::string mimetype = "application/json";
};

/// Replace it with a class of one's own: `app.use_json_provider<MyProvider>()`. One object serves
/// all loops; handlers reach it by request.json_provider().
class JsonProvider {
public:
    explicit JsonProvider(JsonProviderOptions options = {}) : options_(std::move(options)) {}
    JsonProvider(const JsonProvider&) = delete;
    JsonProvider& operator=(const JsonProvider&) = delete;
    virtual ~JsonProvider();

    /// Text with ", " and ": " between the pieces. NaN and the infinities have no JSON form and
    /// become null.
    virtual std::string dumps(const JsonValue& value) const;
    /// Returns: Errc::Malformed, blamed on the peer, also for numbers that would lose digits and
    /// for more than 64 levels. Of a key that comes twice the last value wins.
    virtual Result<JsonValue> loads(std::string_view text) const;
    /// The document as an answer.
    virtual Response response(const JsonValue& value) const;

    /// Nothing, one value, or several as a list.
    template <class... T>
    Response jsonify(const T&... values) const {
        if constexpr (sizeof...(T) == 1)
            return response(to_json(values...));
        else if constexpr (sizeof...(T) == 0)
            return response(nullptr);
        else
            return response(JsonArray{to_json(values)...});
    }
    /// Named values: `jsonify({{"id", 5}, {"name", "stout"}})`.
    Response jsonify(std::initializer_list<std::pair<std::string_view, JsonValue>> members) const {
        return response(JsonValue::object(members));
    }

    JsonProviderOptions& options() noexcept { return options_; }
    /// Set by the application from DEBUG.
    void set_debug(bool is_debug) noexcept { is_debug_ = is_debug; }

    /// A value as jsonify() writes it: structs as objects, times as HTTP dates, Uuid and Decimal as
    /// text.
    template <class T>
    static JsonValue to_json(const T& value) {
        if constexpr (std::is_same_v<T, JsonValue>)
            return value;
        else if constexpr (std::is_convertible_v<const T&, std::string_view>)
            return std::string_view(value);
        else
            return json::to_value(value, &http_date);
    }

    /// The same for what is known by its table.
    static JsonValue to_json(const void* value, const reflect::Table& table) {
        return json::detail::to_value(value, table, &http_date);
    }

private:
    static std::string http_date(reflect::TimeValue time);

    JsonProviderOptions options_;
    bool is_debug_ = false;
};

/// An answer by a provider with the usual options; handlers of an application that has one of its
/// own use `request.json_provider().jsonify(...)`.
template <class... T>
Response jsonify(const T&... values) {
    return JsonProvider().jsonify(values...);
}
Response jsonify(std::initializer_list<std::pair<std::string_view, JsonValue>> members);

}  // namespace pottle
