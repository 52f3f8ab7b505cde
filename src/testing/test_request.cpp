// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>
#include <pottle/crypto/base64.hpp>
#include <pottle/http/url.hpp>
#include <pottle/testing/test_request.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pottle {

namespace {

/// `text` inside the quotes of a Content-Disposition, as browsers write it (WHATWG HTML,
/// multipart/form-data encoding).
std::string quote(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"')
            out += "%22";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else
            out += c;
    }
    return out;
}

/// A delimiter that no part holds.
std::string make_boundary(const MultiDict& form, const std::vector<TestFile>& files) {
    for (unsigned number = 1;; ++number) {
        const std::string boundary = fmt::format("pottle-test-{}", number);
        const auto in_field = [&](const auto& field) { return field.second.contains(boundary); };
        const auto in_file = [&](const TestFile& file) { return file.content.contains(boundary); };
        if (std::ranges::none_of(form, in_field) && std::ranges::none_of(files, in_file))
            return boundary;
    }
}

std::string multipart(const MultiDict& form, const std::vector<TestFile>& files,
                      std::string_view boundary) {
    std::string out;
    for (const auto& [name, value] : form)
        out += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n",
                           boundary, quote(name), value);
    for (const TestFile& file : files)
        out += fmt::format(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n"
            "Content-Type: {}\r\n\r\n{}\r\n",
            boundary, quote(file.field), quote(file.filename), file.content_type, file.content);
    return out += fmt::format("--{}--\r\n", boundary);
}

}  // namespace

void TestRequest::set_body(std::string octets, std::string_view type) {
    POTTLE_REQUIRE(!has_body_, "a test request has one body: text, octets, JSON, or a form");
    has_body_ = true;
    body = std::move(octets);
    content_type = type;
}

void TestRequest::write_form() {
    POTTLE_REQUIRE(!has_body_ || is_form_,
                   "a test request has one body: text, octets, JSON, or a form");
    has_body_ = is_form_ = true;
    if (files_.empty()) {
        body = http::encode_query(form_);
        content_type = "application/x-www-form-urlencoded";
        return;
    }
    const std::string boundary = make_boundary(form_, files_);
    body = multipart(form_, files_, boundary);
    content_type = "multipart/form-data; boundary=" + boundary;
}

void TestRequest::add(const MultiDict& fields) {
    for (const auto& [name, value] : fields) form_.add(name, value);
    write_form();
}

void TestRequest::add(TestFile file) {
    files_.push_back(std::move(file));
    write_form();
}

void TestRequest::add(const TestQuery& arguments) {
    POTTLE_REQUIRE(!target.contains('?'),
                   "the arguments of a test request stand in its path or in a TestQuery, not both");
    target += "?" + http::encode_query(arguments);
}

void TestRequest::add(const TestAuth& auth) {
    headers.set("Authorization",
                "Basic " + crypto::base64(fmt::format("{}:{}", auth.username, auth.password)));
}

void TestRequest::add(const TestSettings& settings) {
    if (settings.scheme) scheme = *settings.scheme;
    if (settings.host) host = *settings.host;
    if (settings.version) version = *settings.version;
    root_path = settings.root_path;
    subdomain_ = settings.subdomain;
    follow_redirects = settings.follow_redirects;
}

void TestRequest::complete(const std::string& usual_host) {
    if (host.empty()) host = usual_host;
    if (!subdomain_.empty()) host = std::exchange(subdomain_, {}) + "." + host;
    if (!headers.contains("user-agent")) headers.add("User-Agent", "Pottle");
}

}  // namespace pottle
