// SPDX-License-Identifier: MIT
/// \file
/// Values a handler returns to say more than its body: Reply, Created, Redirect, File.
#pragma once

#include <pottle/gateway/file_spec.hpp>
#include <pottle/gateway/response.hpp>

#include <concepts>
#include <string>
#include <string_view>
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

/// A regular file, whole or in the parts that the client asks for. Absent: 404; so is a directory.
/// Content-Type from the ending, Last-Modified and ETag from the file, Cache-Control from
/// SEND_FILE_MAX_AGE_DEFAULT; conditions and ranges are answered. The application vouches for the
/// path: text from a request belongs in send_from_directory().
struct File : FileSpec {
    explicit File(std::string file_path, std::string mimetype = {}) {
        path = std::move(file_path);
        options.mimetype = std::move(mimetype);
    }
};

/// `return send_file("menu.pdf", {.as_attachment = true});`
File send_file(std::string path, SendFileOptions options = {});
/// A file made of octets. Its type is `options.mimetype`, or that of `options.download_name`.
/// Errors: throws LogicError when there is neither.
Response send_file(Bytes octets, SendFileOptions options);
/// A file in a folder, whose name may come from a request.
///
/// Errors: throws HTTPException 404 for a name that leaves the folder (climbs, is absolute, holds a
/// NUL, a backslash or a drive letter). Links in the folder: `options.symlinks`.
File send_from_directory(std::string folder, std::string_view name, SendFileOptions options = {});

/// Sets the ETag to a digest of the body in memory, unless it has one.
void add_etag(Response& response);

}  // namespace pottle
