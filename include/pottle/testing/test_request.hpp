// SPDX-License-Identifier: MIT
/// \file
/// TestRequest: what TestClient sends, and the pieces it is put together from.
#pragma once

#include <pottle/app/extract.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/http/headers.hpp>
#include <pottle/http/method.hpp>
#include <pottle/http/multi_dict.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

/// A file of a form: the body becomes multipart/form-data.
struct TestFile {
    std::string field;
    std::string filename;
    std::string content;
    std::string content_type = "application/octet-stream";
};

/// The arguments behind the question mark: `client.get("/search", TestQuery{{"q", "a b"}})`.
class TestQuery : public MultiDict {
public:
    using MultiDict::MultiDict;
    TestQuery(std::initializer_list<Entry> entries) : MultiDict(entries) {}
};

/// "Authorization: Basic ..." (RFC 7617).
struct TestAuth {
    std::string username;
    std::string password;
};

/// How a request differs from the client's usual ones.
struct TestSettings {
    std::optional<std::string> scheme = {};
    std::optional<std::string> host = {};
    std::string subdomain = {};  ///< put before the host
    std::optional<HttpVersion> version = {};
    /// "/shop": the application is mounted there; paths begin with it (RT-44).
    std::string root_path = {};
    /// Goes on to where 3xx answers point, 20 times at most. 302 and 303 become GET, the others
    /// repeat the request.
    bool follow_redirects = false;
};

/// A request in memory. A value.
struct TestRequest {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, percent-encoded
    Headers headers{};         ///< besides Host, Content-Type and Content-Length
    std::string content_type{};
    std::string body{};
    HttpVersion version = HttpVersion::Http11;
    std::string scheme = "http";
    std::string host{};       ///< empty: the client's
    std::string root_path{};  ///< where the application is mounted: the target begins with it
    std::string client_address = "127.0.0.1:49152";
    /// Pieces of the body arrive one by one after the head, this many bytes each; 0: with the head.
    ByteCount body_piece = 0;
    bool follow_redirects = false;

    // What may follow the path in client.post(path, ...).
    // Errors: a second body, and a query beside one in the path, throw LogicError.
    void add(Headers fields) {
        for (const Headers::Entry& field : fields) headers.add(field.name, field.value);
    }
    void add(Bytes octets) { set_body(std::move(octets).release(), {}); }
    void add(std::string text) { set_body(std::move(text), {}); }
    void add(const char* text) { set_body(text, {}); }
    template <class T>
    void add(const Json<T>& json) {
        set_body(json::encode(json.value), "application/json");
    }
    /// A form: urlencoded, or multipart when there are files.
    void add(const MultiDict& fields);
    void add(TestFile file);
    void add(const TestQuery& arguments);
    void add(const TestAuth& auth);
    void add(const TestSettings& settings);

    /// Adds the host where the request names none, and a User-Agent.
    void complete(const std::string& usual_host);

private:
    void set_body(std::string octets, std::string_view type);
    void write_form();

    bool has_body_ = false;
    bool is_form_ = false;
    MultiDict form_{};
    std::vector<TestFile> files_{};
    std::string subdomain_{};
};

}  // namespace pottle
