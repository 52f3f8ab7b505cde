// SPDX-License-Identifier: MIT
/// \file
/// One field line of a header or trailer section (RFC 9112 5).
#pragma once

#include "scan.hpp"
#include "violations.hpp"

#include <pottle/http/field.hpp>
#include <pottle/http/token.hpp>

namespace pottle::h1 {

/// Parses a line without its CR LF. Control bytes were refused by find_line_end().
inline const Error* parse_field_line(std::string_view line, http::Field& field) noexcept {
    std::size_t name_length = scan::find<scan::UnusualNameBytes>(line, 0);
    if (name_length < line.size() && line[name_length] != ':') [[unlikely]]
        name_length += http::token_length(line.substr(name_length));
    if (name_length == line.size() || line[name_length] != ':' || name_length == 0) [[unlikely]] {
        // obs-fold, or white space before the first field (RFC 9112 2.2, 5.2); white space before
        // the colon and every other odd byte (RFC 9112 5.1).
        const bool folded = line[0] == ' ' || line[0] == '\t';
        return folded ? &violations::kLineFolding : &violations::kFieldName;
    }
    field.name = line.substr(0, name_length);
    field.value = ascii::trim(line.substr(name_length + 1));
    return nullptr;
}

}  // namespace pottle::h1
