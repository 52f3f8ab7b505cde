// SPDX-License-Identifier: MIT
/// \file
/// Multipart: a form read part by part while it arrives, for uploads that should stand neither in
/// memory nor in a temporary file.
#pragma once

#include <pottle/app/file_storage.hpp>
#include <pottle/app/http_exception.hpp>
#include <pottle/app/inject.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/http/headers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace pottle {

class Multipart;

namespace app {
class RequestContext;
class MultipartBody;
}  // namespace app

/// A multipart body that cannot be read: 400 when it is malformed or ends early, 413 over a limit,
/// 415 when the body is no multipart.
class MultipartError : public HTTPException {
public:
    using HTTPException::HTTPException;
    ~MultipartError() override;
};

/// The part at which a Multipart stands. A resource of it; valid until its next().
class FormPart {
public:
    FormPart(const FormPart&) = delete;
    FormPart& operator=(const FormPart&) = delete;

    /// Of the form's field; empty when the part has none.
    std::string_view name() const noexcept;
    /// Present for files; as the client sent it: see secure_filename().
    std::optional<std::string_view> filename() const noexcept;
    std::string_view content_type() const noexcept;
    const Headers& headers() const noexcept;

    /// Reads the next piece of the content.
    ///
    /// Shape:  at least 1 byte; an empty optional at the end and ever after.
    /// Errors: throws MultipartError, and what BodyStream::next() throws.
    /// Cancel: safe.
    Task<std::optional<Bytes>> next();
    /// The rest of the content as text: UTF-8, or ISO 8859-1 when the part says so; what is invalid
    /// is replaced. Errors: throws 413 beyond the route's limit for a field (form_limits()).
    Task<std::string> text();
    /// The rest of the content as a file that outlives the part.
    Task<FileStorage> store();
    /// Writes the rest of the content to a file, in place of one that is there; the blocking pool
    /// does the writing. Returns: bytes written. Errors: throws std::system_error.
    Task<std::uint64_t> save(std::string path);

private:
    friend class Multipart;
    explicit FormPart(app::MultipartBody& body) noexcept : body_(body) {}

    app::MultipartBody& body_;
};

/// The body of the running request as parts. A handler takes it as `Multipart&`.
///
/// `while (FormPart* part = co_await multipart.next()) ...`
class Multipart {
public:
    explicit Multipart(app::RequestContext& request);
    ~Multipart();
    Multipart(const Multipart&) = delete;
    Multipart& operator=(const Multipart&) = delete;

    /// Goes on to the next part; what was not read of the last one is skipped. nullptr at the end.
    ///
    /// Errors: throws MultipartError, and what BodyStream::next() throws. Cancel: safe.
    Task<FormPart*> next();

private:
    Shared<app::MultipartBody> body_;
    FormPart part_;
};

template <>
struct Inject<Multipart&> {
    /// Errors: throws MultipartError 415 unless the body is a multipart one.
    static Multipart& from(Request& request);
};

}  // namespace pottle
