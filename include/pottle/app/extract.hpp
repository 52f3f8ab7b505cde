// SPDX-License-Identifier: MIT
/// \file
/// Extractors: parameters that decode and validate a part of the request into a plain struct.
/// `[](Json<NewTodo> todo) { todo->title ... }`. What does not fit is answered 400, 415 or 422
/// before the handler runs (validation_error.hpp), or told to the handler, as Checked<Form<T>>.
#pragma once

#include <pottle/app/request.hpp>
#include <pottle/app/validation_error.hpp>
#include <pottle/base/require.hpp>
#include <pottle/json/codec.hpp>
#include <pottle/reflect/decode_strings.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace pottle {

namespace app::detail {

/// A value that reads like a pointer to what was extracted.
template <class T>
struct Extracted {
    T value;
    T& operator*() noexcept { return value; }
    const T& operator*() const noexcept { return value; }
    T* operator->() noexcept { return &value; }
    const T* operator->() const noexcept { return &value; }
};

/// The body's text. Errors: throws 415 unless the Content-Type is JSON.
std::string_view require_json(Request& request);
/// The form's fields, which have been read. Errors: throws 415 unless the Content-Type is
/// application/x-www-form-urlencoded or multipart/form-data.
reflect::TextSource form_source(Request& request);
reflect::TextSource query_source(Request& request);
/// Names of members with '_' find the field with '-': user_agent is User-Agent.
reflect::TextSource header_source(Request& request);
reflect::TextSource cookie_source(Request& request);

[[noreturn]] void raise_decode_error(DecodeResult&& result, const char* place);

template <class T>
T decode_from(reflect::TextSource source, const char* place) {
    T value{};
    if (DecodeResult result = reflect::decode_strings(value, source); !result) [[unlikely]]
        raise_decode_error(std::move(result), place);
    return value;
}

}  // namespace app::detail

/// The body as JSON: as a parameter decoded and validated, as a result encoded.
template <class T>
struct Json : app::detail::Extracted<T> {};
template <class T>
Json(T) -> Json<T>;
Json(const char*) -> Json<std::string>;

/// The fields of an application/x-www-form-urlencoded or multipart/form-data body. The files of the
/// latter: take a `FileDict&` as well.
template <class T>
struct Form : app::detail::Extracted<T> {};
/// The arguments behind the question mark.
template <class T>
struct Query : app::detail::Extracted<T> {};
/// Header fields by name, '_' for '-'.
template <class T>
struct Header : app::detail::Extracted<T> {};
/// Cookies by name.
template <class T>
struct Cookie : app::detail::Extracted<T> {};

/// One of the five above that hands its mistakes to the handler in place of answering 422, so that
/// it can show a form again: `[](Checked<Form<NewTodo>> form) { if (!form) ... form.errors() }`.
/// What is no form or no JSON at all is answered 415 and 400 all the same.
template <class X>
class Checked {
public:
    explicit Checked(X value) : value_(std::move(value)) {}
    explicit Checked(std::vector<FieldError> errors) noexcept : errors_(std::move(errors)) {}

    /// True when it fits.
    explicit operator bool() const noexcept { return value_.has_value(); }
    /// The struct. Errors: throws LogicError when it does not fit.
    auto& operator*() {
        POTTLE_REQUIRE(value_, "what does not fit has no value: ask `if (form)` first");
        return **value_;
    }
    auto* operator->() { return &**this; }
    /// The mistakes; empty when it fits.
    const std::vector<FieldError>& errors() const noexcept { return errors_; }

private:
    std::optional<X> value_;
    std::vector<FieldError> errors_;
};

/// The octets of the body as they came. Returned from a handler they are sent back as
/// application/octet-stream.
class Body : public Bytes {
public:
    using Bytes::Bytes;
};

template <json::Decodable T>
struct Inject<Json<T>> {
    static constexpr Needs needs = Needs::Body;
    static Json<T> from(Request& request) {
        Json<T> json{};
        const std::string_view text = app::detail::require_json(request);
        if (DecodeResult result = json::decode(text, json.value); !result) [[unlikely]]
            app::detail::raise_decode_error(std::move(result), "body");
        return json;
    }
};
template <reflect::detail::Struct T>
struct Inject<Form<T>> {
    static constexpr Needs needs = Needs::Form;
    static Form<T> from(Request& request) {
        return {app::detail::decode_from<T>(app::detail::form_source(request), "form")};
    }
};
template <reflect::detail::Struct T>
struct Inject<Query<T>> {
    static Query<T> from(Request& request) {
        return {app::detail::decode_from<T>(app::detail::query_source(request), "query")};
    }
};
template <reflect::detail::Struct T>
struct Inject<Header<T>> {
    static Header<T> from(Request& request) {
        return {app::detail::decode_from<T>(app::detail::header_source(request), "header")};
    }
};
template <reflect::detail::Struct T>
struct Inject<Cookie<T>> {
    static Cookie<T> from(Request& request) {
        return {app::detail::decode_from<T>(app::detail::cookie_source(request), "cookie")};
    }
};
template <class T, template <class> class Extractor>
    requires(Injectable<Extractor<T>> && std::is_base_of_v<app::detail::Extracted<T>, Extractor<T>>)
struct Inject<Checked<Extractor<T>>> {
    static constexpr Needs needs = [] {
        if constexpr (requires { Inject<Extractor<T>>::needs; })
            return Inject<Extractor<T>>::needs;
        else
            return Needs::Nothing;
    }();
    static Checked<Extractor<T>> from(Request& request) {
        try {
            return Checked(Inject<Extractor<T>>::from(request));
        } catch (const ValidationError& error) {
            if (error.status() != 422) throw;
            return Checked<Extractor<T>>(error.errors());
        }
    }
};
template <>
struct Inject<Body> {
    static constexpr Needs needs = Needs::Body;
    static Body from(Request& request);
};

template <class T>
Task<T> Request::get_json() {
    co_await get_data();
    co_return std::move(Inject<Json<T>>::from(*this).value);
}

}  // namespace pottle
