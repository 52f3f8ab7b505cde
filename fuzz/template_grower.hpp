// SPDX-License-Identifier: MIT
/// \file
/// Grower: turns a fuzzer's bytes into templates that mostly parse, and into data for them. Every
/// byte is one choice; when they run out, the shortest choice is taken.
#pragma once

#include <pottle/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle::fuzz {

/// A struct of the application's as a template sees it.
struct Record {
    std::int64_t id = 0;
    std::string name;
    double price = 0;
    std::optional<bool> flag;
    std::vector<std::string> tags;
    std::map<std::string, int> counts;
};

class Grower {
public:
    Grower(const std::uint8_t* data, std::size_t size) : next_(data), end_(data + size) {}

    void use(std::vector<std::string_view> filters, std::vector<std::string_view> tests) {
        filters_ = std::move(filters);
        tests_ = std::move(tests);
    }

    unsigned below(unsigned bound) { return byte() % bound; }
    JsonValue value(int depth);
    Record record();
    /// A template of some statements.
    std::string page();

private:
    unsigned byte() { return next_ == end_ ? 0 : *next_++; }
    std::string_view pick(const std::vector<std::string_view>& names) {
        if (names.empty()) return "x";
        const unsigned choice = byte() << 8 | byte();
        return names[choice % names.size()];
    }
    std::string_view name();
    std::string text();
    std::string number();
    std::string literal();
    std::string arguments(int depth);
    std::string expression(int depth);
    std::string postfix(int depth);
    std::string statement(int depth);
    std::string block_statement(int depth);
    std::string body(int depth);

    const std::uint8_t* next_;
    const std::uint8_t* end_;
    std::vector<std::string_view> filters_;
    std::vector<std::string_view> tests_;
    int blocks_ = 0;
};

}  // namespace pottle::fuzz
