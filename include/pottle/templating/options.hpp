// SPDX-License-Identifier: MIT
/// \file
/// What an Environment is made with: Syntax (Jinja's delimiters and white space), Limits, and the
/// rest of Options. Names and defaults are Jinja's wherever it has them.
#pragma once

#include <pottle/base/bytes.hpp>
#include <pottle/templating/containers.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pottle::templating {

/// How templates are written. Delimiters must not be empty, and the three that begin something must
/// differ; the line prefixes are off when empty.
struct Syntax {
    std::string block_start = "{%";
    std::string block_end = "%}";
    std::string variable_start = "{{";
    std::string variable_end = "}}";
    std::string comment_start = "{#";
    std::string comment_end = "#}";
    std::string line_statement_prefix = {};
    std::string line_comment_prefix = {};
    bool trim_blocks = false;             ///< the newline after a block is removed
    bool lstrip_blocks = false;           ///< spaces before a block at the start of a line are too
    bool keep_trailing_newline = false;   ///< the one newline at the end of a template stays
    std::string newline_sequence = "\n";  ///< what every newline in a template becomes

    friend bool operator==(const Syntax&, const Syntax&) = default;
};

/// Bounds of one rendering; passing one throws TemplateError (Limit).
struct Limits {
    ByteCount source = 4_MiB;               ///< of one template's text
    ByteCount output = 64_MiB;              ///< of one rendering, or of what one stream has sent
    ByteCount memory = 64_MiB;              ///< values that a rendering makes
    std::uint64_t iterations = 10'000'000;  ///< of all loops of a rendering together
    std::uint32_t depth = 100;        ///< templates, blocks, macros, recursive loops in each other
    ByteCount stack = 160_KiB;        ///< of the thread, for what stands in each other
    std::uint64_t range = 1'000'000;  ///< items of one range()
    std::uint32_t nesting = 100;      ///< of statements and of expressions in the source
};

enum class Autoescape : std::uint8_t {
    ByName,  ///< on for .html .htm .xml .xhtml .svg and for templates from strings, as Flask does
    Always,
    Never,
};

/// Extensions of the language that Jinja has switched off by default.
struct Extensions {
    bool i18n = false;  ///< {% trans %}; needs gettext functions: set_catalogue()
    bool newstyle_gettext = false;
    bool trimmed = false;        ///< policy ext.i18n.trimmed: every trans block
    bool do_statement = false;   ///< {% do %}
    bool loop_controls = false;  ///< {% break %}, {% continue %}
};

struct Options {
    Syntax syntax = {};
    Limits limits = {};
    Extensions extensions = {};
    Autoescape autoescape = Autoescape::ByName;
    /// In place of the list of ByName: Flask's select_jinja_autoescape. The name is empty for
    /// templates from strings.
    bool (*select_autoescape)(std::string_view name) = nullptr;
    UndefinedKind undefined = UndefinedKind::Default;
    std::size_t cache_size = 400;   ///< templates kept, those used last
    bool auto_reload = false;       ///< look for a changed source at every use
    std::uint64_t random_seed = 0;  ///< of `random` and the like; 0: another one each time
    ByteCount stream_chunk =
        16_KiB;  ///< gathered before a stream yields it; a piece is below twice this
};

/// Whether Autoescape::ByName escapes a template of this name.
bool escapes_by_name(std::string_view name) noexcept;

}  // namespace pottle::templating
