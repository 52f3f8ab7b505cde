// SPDX-License-Identifier: MIT
/// \file
/// `.env` files: variables for the environment of a program that is being developed.
#include <pottle/app/config.hpp>
#include <pottle/base/ascii.hpp>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace pottle {

namespace {

/// One line of a file, read from left to right.
class DotenvLine {
public:
    DotenvLine(std::string_view text, const std::string& path, unsigned number)
        : rest_(ascii::trim(text)), path_(path), number_(number) {}

    bool is_blank() const { return rest_.empty() || rest_.front() == '#'; }

    std::string take_name() {
        if (rest_.starts_with("export ")) rest_ = ascii::trim(rest_.substr(7));
        const std::size_t equals = rest_.find('=');
        if (equals == rest_.npos) fail("a line is NAME=value");
        const std::string_view name = ascii::trim(rest_.substr(0, equals));
        for (const char c : name)
            if (!ascii::is_alnum(c) && c != '_' && c != '.') fail("a name is letters, digits, '_'");
        if (name.empty()) fail("the name is missing");
        rest_ = ascii::trim(rest_.substr(equals + 1));
        return std::string(name);
    }

    std::string take_value() {
        if (rest_.starts_with('\'')) return std::string(take_quoted());
        if (rest_.starts_with('"')) return expand(unescape(take_quoted()));
        const std::size_t comment = rest_.find(" #");
        return expand(std::string(ascii::trim(rest_.substr(0, comment))));
    }

private:
    [[noreturn]] void fail(std::string_view why) const {
        throw ConfigError(fmt::format("{}:{}: {}", path_, number_, why));
    }

    std::string_view take_quoted() {
        const char quote = rest_.front();
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == quote) return rest_.substr(1, i - 1);
            if (rest_[i] == '\\' && quote == '"') ++i;
        }
        fail("a quote is not closed");
    }

    static std::string unescape(std::string_view text) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\\' || i + 1 == text.size()) {
                out += text[i];
                continue;
            }
            const char c = text[++i];
            out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        return out;
    }

    /// "${NAME}" is what the environment holds, or nothing.
    static std::string expand(std::string text) {
        std::string out;
        std::string_view rest = text;
        for (;;) {
            const std::size_t begin = rest.find("${");
            const std::size_t end = begin == rest.npos ? begin : rest.find('}', begin);
            if (end == rest.npos) return out += rest;
            out += rest.substr(0, begin);
            const std::string name(rest.substr(begin + 2, end - begin - 2));
            if (const char* value = std::getenv(name.c_str())) out += value;
            rest.remove_prefix(end + 1);
        }
    }

    std::string_view rest_;
    const std::string& path_;
    unsigned number_;
};

/// The file of that name here or in the nearest directory above; empty when there is none.
std::string find_upwards(const std::string& name) {
    char* const here = ::realpath(".", nullptr);
    std::string directory = here ? here : "";
    std::free(here);
    while (!directory.empty()) {
        std::string path = directory + "/" + name;
        if (::access(path.c_str(), R_OK) == 0) return path;
        directory.resize(directory.rfind('/'));
    }
    return {};
}

}  // namespace

bool load_dotenv(const std::string& path) {
    std::ifstream file(path);
    if (!file) return false;
    std::string text;
    for (unsigned number = 1; std::getline(file, text); ++number) {
        DotenvLine line(text, path, number);
        if (line.is_blank()) continue;
        const std::string name = line.take_name();
        constexpr int kKeepExisting = 0;
        ::setenv(name.c_str(), line.take_value().c_str(), kKeepExisting);
    }
    return true;
}

void load_dotenv() {
    if (std::getenv("POTTLE_SKIP_DOTENV")) return;
    for (const char* name : {".env", ".pottleenv"})
        if (const std::string path = find_upwards(name); !path.empty()) load_dotenv(path);
}

}  // namespace pottle
