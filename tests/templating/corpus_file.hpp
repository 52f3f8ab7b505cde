// SPDX-License-Identifier: MIT
/// \file
/// Reads the corpus: what a case consists of is described in corpus/README.md.
#pragma once

#include <pottle/json/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::templating::test {

/// What rendering gives: an output, or an error of a Python class at a place.
struct Outcome {
    bool is_error = false;
    std::string text;   ///< the output, or the class
    std::string place;  ///< of an error, "template:line"; without a line where Jinja2 gives none
};

struct Case {
    std::string title;
    std::vector<std::pair<std::string, std::string>> templates;
    JsonValue options = JsonValue::object();
    JsonValue data = JsonValue::object();
    Outcome expected;  ///< Pottle's own where it differs from Jinja2
};

std::string read_file(const std::string& path);
JsonValue parse_json(std::string_view text);
/// The cases of one file; throws std::runtime_error for one that cannot be read.
std::vector<Case> read_corpus(const std::string& path);

}  // namespace pottle::templating::test
