// SPDX-License-Identifier: MIT
/// \file
/// QPACK's decoder (RFC 9204): SectionDecoder for a connection, FieldSection for the fields of one
/// message part. Over nghttp3, whose header only section_decoder.cpp includes.
#pragma once

#include <pottle/proto/h3/codes.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct nghttp3_qpack_decoder;
struct nghttp3_qpack_stream_context;
struct nghttp3_rcbuf;

namespace pottle::h3 {

/// The decoded fields of one section, as they come. A resource.
class FieldSection {
public:
    FieldSection(StreamId stream, std::size_t limit);
    ~FieldSection();
    FieldSection(const FieldSection&) = delete;
    FieldSection& operator=(const FieldSection&) = delete;

    std::size_t size() const noexcept { return fields_.size() / 2; }
    std::string_view name(std::size_t index) const noexcept { return text(fields_[2 * index]); }
    std::string_view value(std::size_t index) const noexcept {
        return text(fields_[2 * index + 1]);
    }
    /// Fields beyond the limit are decoded, for the table's sake, and not kept.
    bool too_large() const noexcept { return bytes_ > limit_; }
    /// The table's inserts that must have come before this can be decoded.
    std::uint64_t required_inserts() const noexcept;

private:
    friend class SectionDecoder;
    static std::string_view text(const nghttp3_rcbuf* buffer) noexcept;

    nghttp3_qpack_stream_context* context_ = nullptr;
    std::vector<nghttp3_rcbuf*> fields_;  // name, value, name, value, ...
    const std::size_t limit_;
    std::size_t bytes_ = 0;  // counted as SETTINGS_MAX_FIELD_SECTION_SIZE is
};

/// The compression state of one connection. A resource.
class SectionDecoder {
public:
    enum class State : std::uint8_t { More, Blocked, Complete, Failed };

    SectionDecoder(std::size_t table_capacity, std::size_t blocked_streams);
    ~SectionDecoder();
    SectionDecoder(const SectionDecoder&) = delete;
    SectionDecoder& operator=(const SectionDecoder&) = delete;

    /// Decodes a part of a section; what it took is removed from `input`. `last`: the section ends
    /// with it.
    State decode(FieldSection& section, std::string_view& input, bool last);
    /// Takes octets of the peer's encoder stream. Returns: false when they break the rules.
    bool on_encoder_stream(std::string_view octets);
    /// Inserts that came so far.
    std::uint64_t inserts() const noexcept;
    /// A stream with an unfinished section was given up.
    void cancel(StreamId stream);
    /// Appends what is to be sent on our decoder stream.
    void take_output(std::string& out);

private:
    nghttp3_qpack_decoder* decoder_ = nullptr;
};

}  // namespace pottle::h3
