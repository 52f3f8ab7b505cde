// SPDX-License-Identifier: MIT
/// \file
/// pottle-template-compiler: parses every template of a folder, says what is wrong with it as a
/// compiler does, and writes the folder as a C++ source. Run by pottle_templates().
///
///     pottle-template-compiler <folder> <name> <output folder> [option...]
///
/// Options: trim_blocks, lstrip_blocks, i18n, do, loop_controls, filter:<name>, test:<name>.
/// Results: 0; 1 when a template is wrong; 2 for a wrong call or a file that cannot be used.
#include "written_templates.hpp"

#include <pottle/templating/environment.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>

#include <fmt/core.h>

namespace {

namespace fs = std::filesystem;
using namespace pottle::templating;
using pottle::template_compiler::Template;

struct Call {
    fs::path folder;
    std::string name;
    fs::path output;
    Options engine;
    std::vector<std::string> filters;
    std::vector<std::string> tests;
};

std::optional<Call> parse_call(std::span<char*> arguments) {
    if (arguments.size() < 4) {
        fmt::print(stderr, "usage: {} <folder> <name> <output folder> [option...]\n", arguments[0]);
        return std::nullopt;
    }
    Call call{arguments[1], arguments[2], arguments[3], {}, {}, {}};
    for (const std::string_view option : arguments.subspan(4)) {
        if (option == "trim_blocks") {
            call.engine.syntax.trim_blocks = true;
        } else if (option == "lstrip_blocks") {
            call.engine.syntax.lstrip_blocks = true;
        } else if (option == "i18n") {
            call.engine.extensions.i18n = true;
        } else if (option == "do") {
            call.engine.extensions.do_statement = true;
        } else if (option == "loop_controls") {
            call.engine.extensions.loop_controls = true;
        } else if (option.starts_with("filter:")) {
            call.filters.emplace_back(option.substr(7));
        } else if (option.starts_with("test:")) {
            call.tests.emplace_back(option.substr(5));
        } else {
            fmt::print(stderr, "unknown option {}\n", option);
            return std::nullopt;
        }
    }
    return call;
}

/// Hidden files and editors' copies are no templates.
bool is_template(const std::string& name) {
    return !name.starts_with('.') && name.find("/.") == std::string::npos && !name.ends_with('~');
}

std::vector<Template> read_templates(const fs::path& folder) {
    std::vector<Template> templates;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).generic_string();
        if (!entry.is_regular_file() || !is_template(name)) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        templates.push_back({name, {std::istreambuf_iterator<char>(file), {}}});
    }
    std::ranges::sort(templates, {}, &Template::name);
    return templates;
}

/// As compilers write it, so that editors and CI find the place.
void report(const fs::path& folder, const TemplateError& error) {
    const Place& place = error.places().front();
    fmt::print(stderr, "{}:{}:{}: error: {}\n{}", (folder / place.name).string(), place.line,
               place.column, error.message(), error.excerpt());
}

bool check(const Call& call, const std::vector<Template>& templates) {
    Environment environment(call.engine);
    // What they do is the application's business; here they only have to exist.
    for (const std::string& filter : call.filters)
        environment.add_filter(filter, [](Value value) { return value; });
    for (const std::string& test : call.tests)
        environment.add_test(test, [](Value) { return true; });
    auto loader = std::make_unique<DictLoader>();
    for (const Template& one : templates) loader->set(one.name, one.text);
    environment.set_loader(std::move(loader));
    bool is_right = true;
    for (const Template& one : templates) {
        try {
            environment.get_template(one.name);
        } catch (const TemplateError& error) {
            report(call.folder, error);
            is_right = false;
        }
    }
    return is_right;
}

void write(const fs::path& file, std::string_view text) {
    std::ofstream stream(file, std::ios::binary);
    stream.exceptions(std::ios::failbit | std::ios::badbit);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
}

int compile(const Call& call) {
    const std::vector<Template> templates = read_templates(call.folder);
    if (!check(call, templates)) return 1;
    fs::create_directories(call.output);
    write(call.output / (call.name + "_templates.hpp"),
          pottle::template_compiler::written_header(call.name));
    write(call.output / (call.name + "_templates.cpp"),
          pottle::template_compiler::written_source(call.name, templates));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto call = parse_call({argv, static_cast<std::size_t>(argc)});
        return call ? compile(*call) : 2;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", argv[0], error.what());
        return 2;
    }
}
