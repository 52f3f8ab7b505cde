// SPDX-License-Identifier: MIT
// Renders the corpus (corpus/README.md) and compares with what Jinja2 gave.
#include "corpus_environment.hpp"
#include "corpus_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <doctest/doctest.h>

using namespace pottle;
using namespace pottle::templating;
using namespace pottle::templating::test;

namespace {

/// The kind that stands for each of Python's exceptions.
ErrorKind kind_of(std::string_view python_class) {
    static constexpr std::pair<std::string_view, ErrorKind> kinds[] = {
        {"TemplateSyntaxError", ErrorKind::Syntax},
        {"TemplateAssertionError", ErrorKind::Syntax},
        {"SyntaxError", ErrorKind::Syntax},
        {"TemplateNotFound", ErrorKind::NotFound},
        {"TemplatesNotFound", ErrorKind::NotFound},
        {"UndefinedError", ErrorKind::Undefined},
        {"TypeError", ErrorKind::Type},
        {"FilterArgumentError", ErrorKind::Type},
        {"AttributeError", ErrorKind::Type},
        {"TemplateRuntimeError", ErrorKind::Runtime},
        {"RuntimeError", ErrorKind::Runtime},
        {"RecursionError", ErrorKind::Limit},
        {"LimitError", ErrorKind::Limit},
    };
    for (const auto& [name, kind] : kinds)
        if (name == python_class) return kind;
    return ErrorKind::Value;  // ValueError, ZeroDivisionError, IndexError, KeyError and the like
}

std::string place_of(const TemplateError& error) {
    if (error.places().empty()) return "";
    const Place& place = error.places().front();
    return place.name + ":" + std::to_string(place.line);
}

/// "" when a case gives what it should, else what it gave.
std::string difference(const Case& test, DataForm form) {
    Arena arena(64_MiB);
    try {
        Environment environment(options_of(test.options));
        auto loader = std::make_unique<DictLoader>();
        for (const auto& [name, text] : test.templates) loader->set(name, text);
        environment.set_loader(std::move(loader));
        if (const JsonValue* const translations = test.options.find("translations"))
            environment.set_catalogue(catalogue_of(*translations));
        Context context;
        for (const auto& [name, value] : test.data.as_object())
            context.set(name, value_of(arena, value, form));
        const JsonValue* const entry = test.options.find("entry");
        const std::string output = environment.render(entry ? entry->as_string() : "main", context);
        if (!test.expected.is_error && output == test.expected.text) return "";
        return "gives: " + output;
    } catch (const TemplateError& error) {
        const std::string& place = test.expected.place;
        const bool has_line = place.find(':') != std::string::npos;
        const bool right_kind =
            test.expected.is_error && error.kind() == kind_of(test.expected.text);
        if (right_kind && (!has_line || place_of(error) == place)) return "";
        return "refuses (kind " + std::to_string(static_cast<int>(error.kind())) + ", " +
               place_of(error) + "): " + error.message();
    } catch (const std::exception& error) {
        return std::string("throws: ") + error.what();
    }
}

std::vector<std::filesystem::path> corpus_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(POTTLE_TEMPLATE_TESTS "/corpus"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

void check_corpus(DataForm form) {
    std::size_t count = 0;
    std::size_t wrong = 0;
    for (const auto& file : corpus_files()) {
        for (const Case& test : read_corpus(file.string())) {
            ++count;
            const std::string found = difference(test, form);
            if (found.empty()) continue;
            ++wrong;
            const std::string expected = test.expected.is_error
                                             ? test.expected.text + " " + test.expected.place
                                             : test.expected.text;
            MESSAGE(file.stem().string()
                    << ": " << test.title << "\n  wanted: " << expected << "\n  " << found);
        }
    }
    MESSAGE(count << " cases, " << wrong << " wrong");
    CHECK(count > 1400);
    CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("corpus: every case renders as in Jinja2, data as values (TPL-6, TPL-8, TPL-9)") {
    check_corpus(DataForm::Values);
}

TEST_CASE("corpus: every case renders as in Jinja2, data as JSON documents (TPL-6)") {
    check_corpus(DataForm::Documents);
}
