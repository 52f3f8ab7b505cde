// SPDX-License-Identifier: MIT
#include "corpus_file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pottle::templating::test {

namespace {

constexpr std::string_view kJson = "json";

struct Section {
    std::string kind;
    std::string argument;
    bool is_json = false;
    std::string text;

    std::string content() const { return is_json ? parse_json(text).as_string() : text; }
};

Section section_of(std::string_view header) {
    Section section;
    const std::size_t space = std::min(header.find(' '), header.size());
    section.kind = header.substr(0, space);
    std::string_view argument = header.substr(std::min(space + 1, header.size()));
    if (argument == kJson || argument.ends_with(" json")) {
        section.is_json = true;
        argument.remove_suffix(std::min(argument.size(), kJson.size() + 1));
    }
    section.argument = argument;
    return section;
}

void merge(JsonValue& into, const JsonValue& from) {
    for (const auto& [key, value] : from.as_object()) into[key] = value;
}

void add(Case& to, const Section& section) {
    if (section.kind == "template") {
        const std::string name = section.argument.empty() ? "main" : section.argument;
        to.templates.emplace_back(name, section.content());
    } else if (section.kind == "options") {
        merge(to.options, parse_json(section.text));
    } else if (section.kind == "data") {
        merge(to.data, parse_json(section.text));
    } else if (section.kind == "expect" || section.kind == "pottle") {
        to.expected = {false, section.content(), ""};
    } else if (section.kind == "error" || section.kind == "refused") {
        const std::size_t space = std::min(section.argument.find(' '), section.argument.size());
        to.expected = {true, section.argument.substr(0, space),
                       section.argument.substr(std::min(space + 1, section.argument.size()))};
    } else if (section.kind != "differs") {
        throw std::runtime_error("corpus: unknown section " + section.kind);
    }
}

/// Puts the sections of a file together: those before the first title belong to every case.
class Reader {
public:
    void take_line(std::string_view line) {
        if (line.starts_with("=== ")) {
            begin_section({"template", "", false, ""});
            cases_.push_back(shared_);
            cases_.back().title = line.substr(4);
            implicit_ = true;
        } else if (line.starts_with("--- ")) {
            // The main template stands below: what came before the first section is none.
            if (implicit_ && lines_ == 0) section_.kind.clear();
            implicit_ = false;
            begin_section(section_of(line.substr(4)));
        } else if (!section_.kind.empty()) {
            if (lines_++ > 0) section_.text += '\n';
            section_.text += line;
        }
    }
    std::vector<Case> finish() {
        begin_section({});
        return std::move(cases_);
    }

private:
    void begin_section(Section next) {
        if (!section_.kind.empty()) add(cases_.empty() ? shared_ : cases_.back(), section_);
        section_ = std::move(next);
        lines_ = 0;
    }

    Case shared_;
    std::vector<Case> cases_;
    Section section_;
    std::size_t lines_ = 0;
    bool implicit_ = false;
};

}  // namespace

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

JsonValue parse_json(std::string_view text) {
    auto parsed = JsonValue::parse(text);
    if (!parsed) throw std::runtime_error("not JSON: " + std::string(text));
    return std::move(*parsed);
}

std::vector<Case> read_corpus(const std::string& path) {
    const std::string text = read_file(path);
    Reader reader;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        reader.take_line(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return reader.finish();
}

}  // namespace pottle::templating::test
