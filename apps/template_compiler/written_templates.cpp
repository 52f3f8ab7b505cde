// SPDX-License-Identifier: MIT
/// \file
/// Templates as C++: one literal for each line, so that the source can be read.
#include "written_templates.hpp"

#include <iterator>

#include <fmt/format.h>

namespace pottle::template_compiler {

namespace {

void append_character(std::string& out, char c) {
    switch (c) {
        case '\n':
            out += "\\n";
            return;
        case '"':
        case '\\':
            out += '\\';
            out += c;
            return;
        case '?':  // no trigraphs
            out += "\\?";
            return;
        default:
            break;
    }
    if (c >= ' ' && c <= '~') {
        out += c;
    } else {
        // Three octal digits end by themselves, whatever follows.
        fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned char>(c));
    }
}

void append_literals(std::string& out, std::string_view text) {
    if (text.empty()) out += "\n     \"\"";
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const std::string_view taken = text.substr(0, line.size() + 1);
        out += "\n     \"";
        for (const char c : taken) append_character(out, c);
        out += '"';
        text.remove_prefix(taken.size());
    }
}

}  // namespace

std::string written_header(std::string_view name) {
    return fmt::format(
        "// Written by pottle_templates(): do not edit.\n"
        "#pragma once\n\n"
        "#include <pottle/templating/loader.hpp>\n\n"
        "#include <span>\n\n"
        "namespace pottle_templates {{\n\n"
        "/// For pottle::templating::BuiltInLoader.\n"
        "std::span<const pottle::templating::BuiltInTemplate> {}();\n\n"
        "}}  // namespace pottle_templates\n",
        name);
}

std::string written_source(std::string_view name, const std::vector<Template>& templates) {
    std::string out = fmt::format(
        "// Written by pottle_templates(): do not edit.\n"
        "#include \"{0}_templates.hpp\"\n\n"
        "namespace pottle_templates {{\n\n"
        "std::span<const pottle::templating::BuiltInTemplate> {0}() {{\n",
        name);
    if (templates.empty()) {
        out += "    return {};\n";
    } else {
        out += "    static constexpr pottle::templating::BuiltInTemplate templates[] = {\n";
        for (const Template& one : templates) {
            out += "        {";
            append_literals(out, one.name);
            out += ",\n     {";
            append_literals(out, one.text);
            // The size, so that a NUL ends nothing.
            out += fmt::format(",\n      {}}}}},\n", one.text.size());
        }
        out += "    };\n    return templates;\n";
    }
    return out + "}\n\n}  // namespace pottle_templates\n";
}

}  // namespace pottle::template_compiler
