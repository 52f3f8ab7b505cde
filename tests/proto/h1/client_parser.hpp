// SPDX-License-Identifier: MIT
/// \file
/// A small strict parser of responses, the client's half, written for the tests of the writer and
/// from the RFC alone: it shares no code with the library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::h1::test {

struct ParsedResponse {
    std::string status_line;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string content;
    std::vector<std::pair<std::string, std::string>> trailers;
    bool ends_with_connection = false;  ///< no framing: content is all the rest

    /// Values of a field joined by '|'; nothing when there is none. `name` in lower case.
    std::optional<std::string> field(std::string_view name) const;
};

enum class Request { Get, Head };

/// Takes one response off `wire`. Nothing when it is malformed or incomplete.
std::optional<ParsedResponse> take_response(std::string& wire, Request request = Request::Get);

}  // namespace pottle::h1::test
