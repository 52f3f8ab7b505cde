// SPDX-License-Identifier: MIT
/// \file
/// Response: what an application answers, before any protocol gave it a form. Head plus one of:
/// octets, a range of a file, a generator of chunks.
#pragma once

#include <pottle/async/generator.hpp>
#include <pottle/base/bytes.hpp>
#include <pottle/base/shared.hpp>
#include <pottle/http/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace pottle {

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
    StreamBody(Generator<std::string> chunks, std::optional<std::uint64_t> length = {})
        : chunks_(std::move(chunks)), length_(length) {}
    Generator<std::string>& chunks() noexcept { return chunks_; }
    /// Announced size in bytes, when known.
    std::optional<std::uint64_t> length() const noexcept { return length_; }

private:
    Generator<std::string> chunks_;
    std::optional<std::uint64_t> length_;
};

/// An application's answer. A value that moves.
class Response {
public:
    using Body = std::variant<std::string, FileRange, StreamBody>;

    // All that touches the variant stands in the source: instantiating it costs every user's
    // translation unit 0.1 s.
    Response() noexcept;
    explicit Response(std::string body, int status_code = 200);
    Response(Response&& other) noexcept;
    Response& operator=(Response&& other) noexcept;
    ~Response();

    int status = 200;
    Headers headers;

    /// The Content-Type that is sent unless `headers` has one. Default: "text/html; charset=utf-8",
    /// as Flask.
    std::string_view content_type() const noexcept {
        return owned_type_.empty() ? static_type_ : std::string_view(owned_type_);
    }
    void set_content_type(std::string_view type) { owned_type_ = type; }
    /// `type` must have static storage (a literal): costs nothing.
    void set_static_content_type(std::string_view type) noexcept {
        static_type_ = type;
        owned_type_.clear();
    }

    const Body& body() const noexcept { return body_; }
    Body& body() noexcept { return body_; }
    void set_body(std::string octets);
    void set_body(FileRange range);
    void set_body(StreamBody stream);
    /// The octets of a body in memory; nullptr for a file or a stream.
    const std::string* octets() const noexcept;

    /// True when nothing was set: status 200, no fields, empty body.
    bool untouched() const noexcept;
    /// Back to the state of a new Response; keeps capacity.
    void reset() noexcept;

private:
    std::string_view static_type_ = "text/html; charset=utf-8";
    std::string owned_type_;
    Body body_;
};

}  // namespace pottle
