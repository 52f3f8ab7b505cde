// SPDX-License-Identifier: MIT
#include "head_facts.hpp"

#include "violations.hpp"

#include <pottle/http/authority.hpp>
#include <pottle/http/token.hpp>

#include <limits>

namespace pottle::h1 {

namespace {

/// 1*DIGIT up to 2^63 - 1: no sign, no list, no white space inside (RFC 9110 8.6).
bool parse_content_length(std::string_view text, std::uint64_t& length) noexcept {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!ascii::is_digit(c)) return false;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMax - digit) / 10) return false;
        value = value * 10 + digit;
    }
    length = value;
    return !text.empty();
}

}  // namespace

void HeadFacts::note(const http::Field& field) noexcept {
    // Nearly every field is none of ours: its length says so.
    const std::string_view name = field.name;
    switch (name.size()) {
        case 4:
            if (ascii::iequals(name, "host")) {
                host_ = field.value;
                ++hosts_;
            }
            return;
        case 6:
            if (ascii::iequals(name, "expect")) note_expectations(field.value);
            return;
        case 7:
            if (ascii::iequals(name, "upgrade")) has_upgrade_ |= !field.value.empty();
            return;
        case 10:
            if (ascii::iequals(name, "connection")) note_connection_options(field.value);
            return;
        case 14:
            if (ascii::iequals(name, "content-length")) {
                content_length_ = field.value;
                ++content_lengths_;
            }
            return;
        case 17:
            if (ascii::iequals(name, "transfer-encoding")) note_transfer_codings(field.value);
            return;
        default:
            return;
    }
}

void HeadFacts::note_transfer_codings(std::string_view list) noexcept {
    has_transfer_encoding_ = true;
    http::ListReader codings(list);
    for (std::string_view coding; codings.next(coding);) {
        chunked_is_last_ = ascii::iequals(coding, "chunked");
        if (chunked_is_last_)
            ++chunked_codings_;
        else
            has_other_coding_ = true;  // an empty element too: peers disagree on what it means
    }
}

void HeadFacts::note_connection_options(std::string_view list) noexcept {
    http::ListReader options(list);
    for (std::string_view option; options.next(option);) {
        if (ascii::iequals(option, "close")) option_close_ = true;
        if (ascii::iequals(option, "keep-alive")) option_keep_alive_ = true;
        if (ascii::iequals(option, "upgrade")) option_upgrade_ = true;
    }
}

void HeadFacts::note_expectations(std::string_view list) noexcept {
    http::ListReader expectations(list);
    for (std::string_view expectation; expectations.next(expectation);) {
        if (ascii::iequals(expectation, "100-continue"))
            expects_continue_ = true;
        else if (!expectation.empty())
            expects_other_ = true;
    }
}

const Error* HeadFacts::conclude(Head& head, KnownAuthority& known_host) const noexcept {
    const bool http11 = head.version == HttpVersion::Http11;
    if (const Error* error = conclude_host(head, known_host)) return error;
    if (const Error* error = conclude_framing(head)) return error;
    // RFC 9112 9.3: close wins; HTTP/1.0 persists only when asked to.
    head.keep_alive = !option_close_ && (http11 || option_keep_alive_);
    // RFC 9110 7.8: Upgrade is ignored in HTTP/1.0, and without its connection option.
    head.has_upgrade = http11 && option_upgrade_ && has_upgrade_;
    return conclude_expectation(head);
}

const Error* HeadFacts::conclude_host(Head& head, KnownAuthority& known_host) const noexcept {
    // RFC 9112 3.2: missing in HTTP/1.1, repeated or invalid in any version.
    if (hosts_ > 1) return &violations::kHostRepeated;
    if (hosts_ == 0)
        return head.version == HttpVersion::Http10 ? nullptr : &violations::kHostMissing;
    const bool may_be_empty = head.version == HttpVersion::Http10;
    if (!known_host.is(host_)) {
        if (http::parse_authority(host_))
            known_host.keep(host_);
        else if (!may_be_empty || !host_.empty())
            return &violations::kHost;
    }
    // RFC 9112 3.2.2: the authority of an absolute form replaces the Host field.
    if (head.authority.empty()) head.authority = host_;
    return nullptr;
}

const Error* HeadFacts::conclude_framing(Head& head) const noexcept {
    if (has_transfer_encoding_) {
        // RFC 9112 6.1: a faulty or hostile sender; forwarding it differently is request smuggling.
        if (head.version == HttpVersion::Http10) return &violations::kCodingInHttp10;
        // RFC 9112 6.3 rule 3: may be an attempt at request smuggling, refuse.
        if (content_lengths_ > 0) return &violations::kLengthAndCoding;
        // RFC 9112 6.3 rule 4 before 6.1: without a final chunked the length is unknown.
        if (!chunked_is_last_ || chunked_codings_ > 1) return &violations::kCodingNotChunked;
        if (has_other_coding_) return &violations::kCodingUnknown;
        head.framing = Framing::Chunked;
        return nullptr;
    }
    if (content_lengths_ == 0) return nullptr;
    // Deviates: RFC 9112 6.3 rule 5 allows accepting repeated equal values; no ordinary client
    // sends them, and intermediaries disagree on them.
    if (content_lengths_ > 1) return &violations::kContentLengthRepeated;
    if (!parse_content_length(content_length_, head.content_length))
        return &violations::kContentLength;
    head.framing = Framing::Length;
    return nullptr;
}

const Error* HeadFacts::conclude_expectation(Head& head) const noexcept {
    if (head.version == HttpVersion::Http10) return nullptr;  // RFC 9110 10.1.1: must be ignored
    if (expects_other_) return &violations::kExpectation;
    const bool has_content = head.framing == Framing::Chunked || head.content_length > 0;
    head.expect_continue = expects_continue_ && has_content;
    return nullptr;
}

}  // namespace pottle::h1
