// SPDX-License-Identifier: MIT
/// \file
/// What the reader itself must know of a request's fields: host, framing, connection options. Facts
/// are gathered field by field and judged together when the section is complete, so that the
/// verdict does not depend on how the input was split.
#pragma once

#include <pottle/proto/h1/reader.hpp>

namespace pottle::h1 {

class HeadFacts {
public:
    /// Looks at one field, in the order sent.
    void note(const http::Field& field) noexcept;

    /// Judges what was noted and completes `head`, whose request line has been parsed.
    const Error* conclude(Head& head, KnownAuthority& known_host) const noexcept;

private:
    void note_transfer_codings(std::string_view list) noexcept;
    void note_connection_options(std::string_view list) noexcept;
    void note_expectations(std::string_view list) noexcept;
    const Error* conclude_host(Head& head, KnownAuthority& known_host) const noexcept;
    const Error* conclude_framing(Head& head) const noexcept;
    const Error* conclude_expectation(Head& head) const noexcept;

    std::string_view host_;
    std::string_view content_length_;
    std::uint32_t hosts_ = 0;
    std::uint32_t content_lengths_ = 0;
    std::uint32_t chunked_codings_ = 0;
    bool has_transfer_encoding_ = false;
    bool has_other_coding_ = false;
    bool chunked_is_last_ = false;
    bool option_close_ = false;
    bool option_keep_alive_ = false;
    bool option_upgrade_ = false;
    bool has_upgrade_ = false;
    bool expects_continue_ = false;
    bool expects_other_ = false;
};

}  // namespace pottle::h1
