// SPDX-License-Identifier: MIT
/// \file
/// Response: what an application answers, before any protocol gave it a form. Head plus one of:
/// octets, a range of a file, a generator of chunks.
#pragma once

#include <pottle/async/generator.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/chrono.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/http/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle {

struct CacheControl;
struct FileSpec;
struct SetCookie;
namespace http {
struct EntityTag;
struct MediaType;
}  // namespace http

/// An open file descriptor that closes itself. A value that moves.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor();
    int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
};

/// Part of a regular file, sent with sendfile where the transport can.
struct FileRange {
    Shared<const FileDescriptor>
        file;  // shared: an open-file cache and the responses that send from it
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// A streamed body: pulled chunk by chunk while the peer can take more; destroyed early when the
/// peer is gone.
class StreamBody {
public:
    StreamBody() = default;
    StreamBody(Generator<std::string> chunks, std::optional<std::uint64_t> length = {})
        : chunks_(std::move(chunks)), length_(length) {}
    Generator<std::string>& chunks() noexcept { return chunks_; }
    /// Announced size in bytes, when known.
    std::optional<std::uint64_t> length() const noexcept { return length_; }

private:
    Generator<std::string> chunks_;
    std::optional<std::uint64_t> length_;
};

/// What becomes the body when the handler is done: only the application layer knows what it is.
class LateBody {
public:
    LateBody() = default;
    LateBody(const LateBody&) = delete;
    LateBody& operator=(const LateBody&) = delete;
    virtual ~LateBody();
};
/// The owner of one, or of none. A value that moves.
class OwnedLateBody {
public:
    OwnedLateBody() = default;
    explicit OwnedLateBody(LateBody* body) noexcept : body_(body) {}
    OwnedLateBody(OwnedLateBody&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
    OwnedLateBody& operator=(OwnedLateBody&& other) noexcept {
        std::swap(body_, other.body_);
        return *this;
    }
    ~OwnedLateBody() {
        if (body_) delete body_;
    }
    LateBody* get() const noexcept { return body_; }

private:
    LateBody* body_ = nullptr;
};

/// An application's answer. A value that moves.
class Response {
public:
    Response() noexcept;
    explicit Response(std::string body, int status_code = 200);
    Response(Response&& other) noexcept;
    Response& operator=(Response&& other) noexcept;
    ~Response();

    int status = 200;
    Headers headers;
    /// Fields behind the body: a checksum, a state. They are sent to clients that say that they
    /// take them (TE: trailers), on HTTP/1.1 in chunked form. The generator of a streamed body may
    /// set them, through a Response& of its own, until it ends.
    Headers trailers;

    /// The Content-Type that is sent unless `headers` has one. Default: "text/html; charset=utf-8",
    /// as Flask.
    std::string_view content_type() const noexcept {
        return owned_type_.empty() ? static_type_ : std::string_view(owned_type_);
    }
    /// Errors: throws LogicError for CR, LF and NUL, as `headers` does (RESP-7).
    void set_content_type(std::string_view type);
    /// `type` must have static storage (a literal): costs nothing.
    void set_static_content_type(std::string_view type) noexcept {
        static_type_ = type;
        owned_type_.clear();
    }

    // ---- the body: octets in memory, a file or a stream; two of the three are nullptr. No
    // std::variant: it costs every user's translation unit 0.1 s.
    std::string* octets() noexcept { return kind_ == Body::Octets ? &octets_ : nullptr; }
    const std::string* octets() const noexcept {
        return kind_ == Body::Octets ? &octets_ : nullptr;
    }
    FileRange* file() noexcept { return kind_ == Body::File ? &file_ : nullptr; }
    const FileRange* file() const noexcept { return kind_ == Body::File ? &file_ : nullptr; }
    StreamBody* stream() noexcept { return kind_ == Body::Stream ? &stream_ : nullptr; }
    const StreamBody* stream() const noexcept { return kind_ == Body::Stream ? &stream_ : nullptr; }
    void set_body(std::string octets);
    void set_body(FileRange range);
    void set_body(StreamBody stream);
    /// Makes a file the body; it is opened when the handler is done, and what is not known of it
    /// becomes 404 then.
    void set_body(FileSpec file);
    bool is_streamed() const noexcept { return kind_ == Body::Stream; }

    /// How long the sending of a streamed body may take; then it is cut off. 0: as long as it
    /// likes. Negative: the application's RESPONSE_TIMEOUT.
    Milliseconds timeout{-1};

    // ---- fields with a meaning. Times are Unix time in seconds; a field that is absent or cannot
    // be read is an empty optional. Others: `headers`.
    /// Adds a Set-Cookie field. One with `max_age_seconds` alone gets its Expires when the handler
    /// is done (CK-2). Errors: throws LogicError, see http::format_set_cookie().
    void set_cookie(const SetCookie& cookie);
    /// Makes browsers forget the cookie with the name, path, domain and flags of `cookie`.
    void delete_cookie(SetCookie cookie);

    /// Answers 304, 412, 206 or 416 when the request's conditions and ranges say so, once the
    /// handler is done. For GET and HEAD of a 200 that has an ETag or Last-Modified; files do so
    /// by themselves.
    void make_conditional() noexcept { conditional_ = true; }
    std::optional<http::EntityTag> etag() const;
    /// `tag` without quotes. Errors: throws LogicError for characters that an entity tag cannot
    /// have.
    void set_etag(std::string_view tag);
    void set_weak_etag(std::string_view tag);
    std::optional<std::int64_t> last_modified() const noexcept;
    void set_last_modified(std::int64_t unix_seconds);
    std::optional<std::int64_t> expires() const noexcept;
    void set_expires(std::int64_t unix_seconds);
    CacheControl cache_control() const;
    /// Replaces the field; removes it when nothing is set.
    void set_cache_control(const CacheControl& directives);
    std::optional<std::int64_t> age() const noexcept;

    /// The media type without parameters, in lower case.
    std::string mimetype() const;
    std::optional<http::MediaType> media_type() const;
    /// As set_content_type(), with `; charset=utf-8` for types of text.
    void set_mimetype(std::string_view mimetype);
    bool is_json() const;
    /// Of the body, when it is known.
    std::optional<std::uint64_t> content_length() const noexcept;

    /// The members of Vary, Allow and other lists.
    std::vector<std::string_view> list(std::string_view name) const;
    std::vector<std::string_view> vary() const { return list("vary"); }
    /// Adds to Vary what is not there.
    void add_vary(std::string_view name);
    std::vector<std::string_view> allow() const { return list("allow"); }
    std::optional<Seconds> retry_after() const noexcept;
    void set_retry_after(Seconds delay);
    /// Percent-encodes what a URL cannot hold; may be relative.
    void set_location(std::string_view iri);
    std::string_view location() const noexcept { return headers.get("location"); }

    // ---- for the application layer
    /// True when the file is not open yet, the late body not made, conditions are not evaluated,
    /// cookies not counted or dates missing.
    bool is_unfinished() const noexcept {
        return conditional_ || cookies_ || expires_ || file_spec_ || late_body_.get();
    }
    void set_late_body(OwnedLateBody body) noexcept;
    const OwnedLateBody& late_body() const noexcept { return late_body_; }
    OwnedLateBody take_late_body() noexcept { return std::move(late_body_); }
    Shared<const FileSpec> take_file_spec() noexcept;
    bool take_conditional() noexcept { return std::exchange(conditional_, false); }
    void count_cookies() noexcept { cookies_ = true; }
    bool take_cookies() noexcept { return std::exchange(cookies_, false); }
    /// Expires follows from the max-age of Cache-Control when the handler is done.
    void expire_by_max_age() noexcept { expires_ = true; }
    bool take_expires() noexcept { return std::exchange(expires_, false); }

    /// The same answer once more. A streamed or a late body can be sent only once: it stays here,
    /// and the copy's body is empty.
    Response copy() const;
    /// True when nothing was set: status 200, no fields, empty body.
    bool untouched() const noexcept;
    /// Back to the state of a new Response; keeps capacity.
    void reset() noexcept;

private:
    enum class Body : unsigned char { Octets, File, Stream };

    /// Back to octets; they are what they were, with their capacity.
    void drop_other_bodies() noexcept;

    std::string_view static_type_ = "text/html; charset=utf-8";
    std::string owned_type_;
    std::string octets_;
    FileRange file_;
    StreamBody stream_;
    Shared<const FileSpec> file_spec_;
    OwnedLateBody late_body_;
    Body kind_ = Body::Octets;
    bool conditional_ = false;
    bool cookies_ = false;
    bool expires_ = false;
};

}  // namespace pottle
