// SPDX-License-Identifier: MIT
/// \file
/// Any text as a template: it is parsed, or refused with an error that says where. The first byte
/// chooses among environments that write templates differently.
#include <pottle/templating/environment.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using namespace pottle;
using namespace pottle::templating;

constexpr ByteCount kLongestSource = 64_KiB;

void require(bool condition, const char* sentence) {
    if (condition) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

const Environment& environment_of(unsigned choice) {
    static const auto make = [](bool extended, bool trimmed, bool own_syntax) {
        Options options;
        options.limits.source = kLongestSource;
        if (extended)
            options.extensions = {.i18n = true, .do_statement = true, .loop_controls = true};
        options.extensions.newstyle_gettext = trimmed;
        options.syntax.trim_blocks = options.syntax.lstrip_blocks = trimmed;
        options.undefined = trimmed ? UndefinedKind::Strict : UndefinedKind::Default;
        if (own_syntax) {
            options.syntax.block_start = "<%";
            options.syntax.block_end = "%>";
            options.syntax.variable_start = "${";
            options.syntax.variable_end = "}";
            options.syntax.comment_start = "<%#";
            options.syntax.comment_end = "%>";
            options.syntax.line_statement_prefix = "#";
            options.syntax.line_comment_prefix = "##";
            options.syntax.newline_sequence = "\r\n";
            options.syntax.keep_trailing_newline = true;
        }
        return options;
    };
    static const Environment environments[] = {
        Environment(make(false, false, false)), Environment(make(true, false, false)),
        Environment(make(true, true, false)), Environment(make(true, false, true))};
    return environments[choice % std::size(environments)];
}

void check_place(const TemplateError& error, std::string_view source) {
    require(error.kind() == ErrorKind::Syntax || error.kind() == ErrorKind::Limit,
            "a template is refused for its syntax or a limit");
    require(!error.message().empty(), "the error says what is wrong");
    require(!error.places().empty(), "and where");
    const Place& place = error.places().front();
    const auto lines = std::ranges::count_if(source, [](char c) { return c == '\n' || c == '\r'; });
    require(place.line >= 1 && place.line <= lines + 1, "the line is one of the template's");
    require(place.column >= 1 && place.column <= source.size() + 1, "and the column too");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Environment& environment = environment_of(data[0]);
    const std::string_view source(reinterpret_cast<const char*>(data + 1), size - 1);
    try {
        const TemplateHandle parsed = environment.from_string(source);
        require(parsed.memory_use() <= 16_KiB + 256 * source.size(),
                "a template takes memory in proportion to its source");
    } catch (const TemplateError& error) {
        check_place(error, source);
    }
    return 0;
}
