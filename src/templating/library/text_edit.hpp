// SPDX-License-Identifier: MIT
/// \file
/// What filters and methods do to texts alike: stripping, padding, replacing, and positions as
/// Python counts them.
#pragma once

#include <pottle/templating/call.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pottle::templating::library {

enum class Sides : std::uint8_t { Start, End, Both };
/// Without what stands in `characters` at its ends.
std::string_view strip(std::string_view text, std::string_view characters, Sides sides);

enum class Align : std::uint8_t { Left, Center, Right };
/// `width` in characters; `fill` is one character. Errors: throws TemplateError (Limit).
std::string pad(Render& render, std::string_view text, std::int64_t width, std::string_view fill,
                Align align);

/// str.replace(): `count` times at most, below nought always; an empty `from` stands between all
/// characters. Errors: throws TemplateError (Limit).
std::string replace(Render& render, std::string_view text, std::string_view from,
                    std::string_view to, std::int64_t count);

/// text[start:stop] in characters, with what Missing and None mean in a Python slice.
struct Part {
    std::string_view text;
    std::size_t start = 0;  ///< of `text` in the whole, in characters
    bool valid = true;      ///< false: the start lies behind the end, where nothing is found
};
Part part_of(Call& call, std::string_view text, const Value& start, const Value& stop);

enum class LetterCase : std::uint8_t { Lower, Upper };
/// str.islower() and str.isupper(): a character of that case is there and none of another.
bool all_of_case(std::string_view text, LetterCase wanted);

}  // namespace pottle::templating::library
