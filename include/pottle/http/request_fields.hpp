// SPDX-License-Identifier: MIT
/// \file
/// RequestFields: the fields of an HTTP/2 or HTTP/3 request as its decompressor delivers them,
/// checked and put together into a request head before anything else of Pottle sees them (RFC
/// 9113 8.2 and 8.3, RFC 9114 4.2 and 4.3).
///
///   add(name, value) for each field in order, then conclude(head). The first mistake stays; what
///   comes after it is ignored, so that a decompressor can go on to keep its state.
///
/// An Error with status 400 is a malformed message: a stream error PROTOCOL_ERROR (HTTP/2) or
/// H3_MESSAGE_ERROR. One with another status (417, 431) is well-formed and answered with that
/// status.
#pragma once

#include <pottle/base/error.hpp>
#include <pottle/http/field.hpp>
#include <pottle/http/method.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::http {

/// A request head without its version. Views into what was added, and into the RequestFields.
struct RequestParts {
    Method method = Method::Other;
    std::string_view method_text = {};
    std::string_view scheme = {};     ///< empty for CONNECT without :protocol
    std::string_view authority = {};  ///< a valid `host[:port]`: of :authority, else of Host
    std::string_view target = {};    ///< :path as sent; the authority for CONNECT without :protocol
    std::string_view path = {};      ///< without query, percent-encoded; "*" for OPTIONS *
    std::string_view query = {};     ///< without '?'
    std::string_view protocol = {};  ///< of extended CONNECT (RFC 8441, RFC 9220), else empty
    std::string_view priority =
        {};  ///< value of the priority field (RFC 9218), empty when there is none
    std::optional<std::uint64_t> content_length = {};
    bool expect_continue = false;
    /// Regular fields in the order sent. Cookie fields are joined into one (RFC 9113 8.2.3); when
    /// there was no Host, one with the authority stands first.
    Fields fields = {};
};

/// Reused for many requests: a resource that keeps its capacity.
class RequestFields {
public:
    struct Limits {
        /// Names and values with 32 bytes for each field, as SETTINGS_MAX_HEADER_LIST_SIZE counts
        /// (Hypercorn's 64 KiB); beyond: 431.
        std::uint32_t list_size = 64 * 1024;
        /// Beyond: 431. More than HTTP/1.1's 100, because browsers send every cookie as a field.
        std::uint32_t fields = 256;
        /// Length of :path; beyond: 414.
        std::uint32_t path = 8 * 1024;
        /// Whether :protocol may be used: SETTINGS_ENABLE_CONNECT_PROTOCOL was sent.
        bool extended_connect = false;
    };

    /// Forgets everything.
    void begin(const Limits& limits) noexcept;

    /// Checks one field. The bytes must stay until conclude()'s result is done with.
    void add(std::string_view name, std::string_view value);

    /// Judges the whole and fills `parts`. Returns: the first mistake.
    Result<> conclude(RequestParts& parts);

    /// Of what was added so far, whatever was found wrong with it.
    Method method() const noexcept { return parse_method(method_); }
    /// A mistake was found already.
    bool failed() const noexcept { return error_ != nullptr; }
    /// What was added so far, counted as SETTINGS_MAX_HEADER_LIST_SIZE does.
    std::uint64_t list_size() const noexcept { return list_size_; }

private:
    const Error* check(std::string_view name, std::string_view value);
    const Error* add_pseudo(std::string_view name, std::string_view value) noexcept;
    const Error* note(std::string_view name, std::string_view value) noexcept;
    const Error* judge(RequestParts& parts) noexcept;
    const Error* judge_target(RequestParts& parts) const noexcept;
    const Error* judge_authority(RequestParts& parts) noexcept;
    void join_cookies();

    Limits limits_{};
    const Error* error_ = nullptr;  // of static storage
    std::vector<Field> fields_;     // [0] is kept free for Host
    std::string cookie_;
    std::uint64_t list_size_ = 0;
    std::uint32_t cookies_ = 0;
    std::uint32_t hosts_ = 0;
    bool regular_seen_ = false;
    std::string_view method_, scheme_, authority_, path_, protocol_, host_, priority_;
    std::optional<std::uint64_t> content_length_;
    bool expects_continue_ = false;
};

/// Checks a field of a trailer section: as a regular field, no pseudo-field, none that must not
/// stand there (RFC 9110 6.5.1). Returns: nullptr, or the mistake (static storage, status 400).
const Error* check_trailer(std::string_view name, std::string_view value) noexcept;

/// Whether a field of that name must not stand in a trailer section: framing, routing, request
/// modifiers, authentication and what describes the content (RFC 9110 6.5.1).
bool is_forbidden_trailer(std::string_view name) noexcept;

/// Whether a field of that name belongs to one HTTP/1.1 connection and must not be sent over HTTP/2
/// and HTTP/3 (RFC 9113 8.2.2). `name` in lower case.
bool is_connection_field(std::string_view name) noexcept;

}  // namespace pottle::http
