// SPDX-License-Identifier: MIT
/// \file
/// What a handler may return and how it becomes the response. One chain of types decides, so the
/// concept, the conversion and the compiler's message cannot disagree.
#pragma once

#include <pottle/app/reply.hpp>
#include <pottle/gateway/response.hpp>
#include <pottle/http/server_sent_event.hpp>
#include <pottle/json/codec.hpp>

#include <concepts>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace pottle {

/// Own result types: `static void write(Response&, T&&)` or `(Response&, const T&)`.
template <class T>
struct IntoResponse;

template <class T>
struct Json;

namespace app {

template <class T>
concept ConvertsItself =
    requires(Response& response, T& value) { IntoResponse<T>::write(response, std::move(value)); };
template <class E>
concept HasStatus = requires(const E& error) {
    { error.status } -> std::convertible_to<int>;
};

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <class... T, template <class...> class Template>
inline constexpr bool is_a<Template<T...>, Template> = true;

template <class T>
inline constexpr bool is_status_pair = false;
template <class T>
inline constexpr bool is_status_pair<std::pair<T, int>> = true;
template <class T>
inline constexpr bool is_status_tuple = false;
template <class T>
inline constexpr bool is_status_tuple<std::tuple<T, int>> = true;
template <class T>
inline constexpr bool is_status_tuple<std::tuple<T, int, Headers>> = true;

template <class T>
consteval bool can_respond() {
    if constexpr (std::is_void_v<T> || ConvertsItself<T>)
        return true;
    else if constexpr (std::is_same_v<T, Response> || std::is_same_v<T, Redirect> ||
                       std::is_same_v<T, File> || std::is_base_of_v<Bytes, T>)
        return true;
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        return true;
    else if constexpr (is_generator<T>)
        return std::is_same_v<T, Generator<std::string>> ||
               std::is_same_v<T, Generator<ServerSentEvent>>;
    else if constexpr (is_a<T, std::optional>)
        return can_respond<typename T::value_type>();
    else if constexpr (is_a<T, std::expected>)
        return can_respond<typename T::value_type>() && can_respond<typename T::error_type>() &&
               (HasStatus<typename T::error_type> || ConvertsItself<typename T::error_type>);
    else if constexpr (is_a<T, Json>)
        return json::Encodable<decltype(T::value)>;
    else if constexpr (is_a<T, Reply> || is_a<T, Created>)
        return can_respond<decltype(T::value)>();
    else if constexpr (is_status_pair<T> || is_status_tuple<T>)
        return can_respond<std::tuple_element_t<0, T>>();
    else
        return json::Encodable<T>;
}

/// Through Task<> as well. A view that a coroutine returns would look into a frame that is gone.
template <class R>
consteval bool can_answer() {
    if constexpr (is_task<R>)
        return can_respond<typename R::value_type>() &&
               !std::is_same_v<typename R::value_type, std::string_view>;
    else
        return can_respond<R>();
}

namespace detail {
void write_text(Response& response, std::string&& text) noexcept;
void write_text(Response& response, std::string_view text);
void write_bytes(Response& response, Bytes&& bytes);
void write_response(Response& response, Response&& value);
void write_redirect(Response& response, Redirect&& redirect);
void write_file(Response& response, File&& file);
void write_stream(Response& response, Generator<std::string>&& chunks);
void write_events(Response& response, Generator<ServerSentEvent>&& events);
void write_nothing(Response& response) noexcept;
/// Marks the response as JSON and gives the text to append to.
std::string& begin_json(Response& response);
void set_status(Response& response, int status);
void set_headers(Response& response, Headers&& headers);
void set_created(Response& response, std::string&& location);
[[noreturn]] void raise_not_found();
}  // namespace detail

template <class T>
void write_result(Response& response, T&& value) {
    static_assert(!std::is_lvalue_reference_v<T>);
    if constexpr (ConvertsItself<T>) {
        IntoResponse<T>::write(response, std::move(value));
    } else if constexpr (std::is_same_v<T, Response>) {
        detail::write_response(response, std::move(value));
    } else if constexpr (std::is_same_v<T, Redirect>) {
        detail::write_redirect(response, std::move(value));
    } else if constexpr (std::is_same_v<T, File>) {
        detail::write_file(response, std::move(value));
    } else if constexpr (std::is_base_of_v<Bytes, T>) {
        detail::write_bytes(response, std::move(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
        detail::write_text(response, std::move(value));
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        detail::write_text(response, std::string_view(value));
    } else if constexpr (std::is_same_v<T, Generator<ServerSentEvent>>) {
        detail::write_events(response, std::move(value));
    } else if constexpr (is_generator<T>) {
        detail::write_stream(response, std::move(value));
    } else if constexpr (is_a<T, std::optional>) {
        if (!value) detail::raise_not_found();
        write_result(response, std::move(*value));
    } else if constexpr (is_a<T, std::expected>) {
        if (!value) {
            if constexpr (HasStatus<typename T::error_type>)
                detail::set_status(response, static_cast<int>(value.error().status));
            write_result(response, std::move(value.error()));
        } else if constexpr (std::is_void_v<typename T::value_type>) {
            detail::write_nothing(response);
        } else {
            write_result(response, std::move(*value));
        }
    } else if constexpr (is_a<T, Reply>) {
        write_result(response, std::move(value.value));
        detail::set_status(response, value.status);
        if (!value.headers.empty()) detail::set_headers(response, std::move(value.headers));
    } else if constexpr (is_a<T, Created>) {
        write_result(response, std::move(value.value));
        detail::set_created(response, std::move(value.location));
    } else if constexpr (is_status_pair<T> || is_status_tuple<T>) {
        write_result(response, std::move(std::get<0>(value)));
        detail::set_status(response, std::get<1>(value));
        if constexpr (is_status_tuple<T> && std::tuple_size_v<T> == 3)
            detail::set_headers(response, std::move(std::get<2>(value)));
    } else if constexpr (is_a<T, Json>) {
        json::encode(detail::begin_json(response), value.value);
    } else {
        json::encode(detail::begin_json(response), value);
    }
}

}  // namespace app
/// RESP-4: a response from any value that a handler may return, to be changed before it is
/// returned: `Response page = make_response(render(...)); page.set_cookie(...); return page;`
template <class T>
    requires(app::can_respond<T>())
Response make_response(T value) {
    Response response;
    app::write_result(response, std::move(value));
    return response;
}
template <class T>
    requires(app::can_respond<T>())
Response make_response(T value, int status, Headers headers = {}) {
    return make_response(Reply<T>(std::move(value), status, std::move(headers)));
}
inline Response make_response() {
    return Response();
}

}  // namespace pottle
