// SPDX-License-Identifier: MIT
/// \file
/// Tables of raw requests and what a server must do with them. Every request is followed by one
/// more, the sentinel: it is answered exactly when the connection was kept and both sides agree
/// where the request before it ended.
#pragma once

#include "site.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pottle::test {

/// `expected` is one word for each answer, and for what became of the connection:
///   "200"        an answer with this status; its framing must be right
///   "200=text"   with this content
///   "200h"       without content: the answer to HEAD
///   "200c"       whose content ends with the connection
/// and at the end: nothing when the connection was kept, "close" when it was closed and the last
/// answer said so, "end" when it was closed without a word.
struct Row {
    std::string wire;
    std::string expected;
};

/// How the bytes of a request are cut into writes.
enum class Pieces { Whole, Halves, Bytes };

/// Sends `wire` and the sentinel on a connection of its own. Returns: what happened, in the words
/// of Row::expected; `expected` says which answers have content and which of them to show.
std::string converse(const Site& site, std::string_view wire, std::string_view expected,
                     Pieces pieces = Pieces::Whole);

/// Sends `wire` alone and then FIN.
std::string converse_and_finish(const Site& site, std::string_view wire, std::string_view expected);

/// Checks every row, cut in every way.
void check(const Site& site, std::span<const Row> rows);

/// Bytes as text for messages: control bytes escaped.
std::string visible(std::string_view bytes);

}  // namespace pottle::test
