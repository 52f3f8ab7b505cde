// SPDX-License-Identifier: MIT
/// \file
/// FieldEncoder: writes field sections that use QPACK's static table only (RFC 9204): no state that
/// a lost packet could hold up, nothing to acknowledge. Responses are short; the table of a
/// connection would save some 40 octets of each.
#pragma once

#include <pottle/http/headers.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::h3 {

/// Appends to a string. A value of one reference.
class FieldEncoder {
public:
    /// Begins a section: its prefix says that it needs nothing (RFC 9204 4.5.1).
    explicit FieldEncoder(std::string& out) : out_(out) { out_.append(2, '\0'); }

    void put_status(int status);
    void put_content_length(std::uint64_t length);
    /// `name` in any case: it is sent in lower case (RFC 9114 4.2).
    void put(std::string_view name, std::string_view value);

private:
    void put_integer(std::uint8_t pattern, unsigned prefix_bits, std::uint64_t value);
    void put_string(std::string_view text);
    void put_indexed(unsigned index);
    void put_named(unsigned index, std::string_view value);

    std::string& out_;
};

}  // namespace pottle::h3
