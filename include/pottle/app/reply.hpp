// SPDX-License-Identifier: MIT
/// \file
/// Values a handler returns to say more than its body: Reply, Created, Redirect, File.
#pragma once

#include <pottle/http/headers.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace pottle {

/// A value with a status and header fields: `co_return {todo, 201};` in a `Task<Reply<Todo>>`.
/// Each field replaces fields of its name.
template <class T>
struct Reply {
    template <class U = T>
        requires std::is_constructible_v<T, U&&>
    Reply(U&& body, int status_code = 200, Headers fields = {})
        : value(std::forward<U>(body)), status(status_code), headers(std::move(fields)) {}

    T value;
    int status;
    Headers headers;
};
template <class T>
Reply(T, int = 200, Headers = {}) -> Reply<T>;
Reply(const char*, int = 200, Headers = {}) -> Reply<std::string>;

/// 201 with the thing that was made and, when given, its URL as Location.
template <class T>
struct Created {
    template <class U = T>
        requires std::is_constructible_v<T, U&&>
    Created(U&& made, std::string url = {})
        : value(std::forward<U>(made)), location(std::move(url)) {}

    T value;
    std::string location;
};
template <class T>
Created(T, std::string = {}) -> Created<T>;

/// Sends the client elsewhere; made by redirect().
struct Redirect {
    std::string location;
    int status = 302;
};

/// `return redirect("/login");` The location may be relative; characters that a URL cannot hold
/// are percent-encoded as UTF-8. `status`: 301, 302, 303, 305, 307 or 308.
Redirect redirect(std::string location, int status = 302);

/// A regular file, sent whole. Absent: 404; so is a directory. Content-Type from the extension,
/// Last-Modified and ETag from the file. The application vouches for the path: text from a request
/// does not belong in it.
struct File {
    explicit File(std::string file_path, std::string type = {})
        : path(std::move(file_path)), content_type(std::move(type)) {}

    std::string path;
    std::string content_type;  ///< empty: by the extension
};

}  // namespace pottle
