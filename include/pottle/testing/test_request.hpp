// SPDX-License-Identifier: MIT
/// \file
/// TestRequest: what TestClient sends, and the pieces it is put together from.
#pragma once

#include <pottle/app/extract.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/method.hpp>
#include <pottle/http/multi_dict.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace pottle {

/// A request in memory. A value.
struct TestRequest {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, percent-encoded
    Headers headers{};         ///< besides Host, Content-Type and Content-Length
    std::string content_type{};
    std::string body{};
    HttpVersion version = HttpVersion::Http11;
    std::string scheme = "http";
    std::string host = "localhost";
    std::string client_address = "127.0.0.1:49152";
    /// Pieces of the body arrive one by one after the head, this many bytes each; 0: with the head.
    ByteCount body_piece = 0;

    // What may follow the path in client.post(path, ...).
    void add(Headers fields) {
        for (const Headers::Entry& field : fields) headers.add(field.name, field.value);
    }
    void add(Bytes octets) { body = std::move(octets).release(); }
    void add(std::string text) { body = std::move(text); }
    void add(const char* text) { body = text; }
    template <class T>
    void add(const Json<T>& json) {
        body = json::encode(json.value);
        content_type = "application/json";
    }
    /// A form, urlencoded.
    void add(const MultiDict& fields);
};

}  // namespace pottle
