// SPDX-License-Identifier: MIT
/// \file
/// TemplateError: the report with places and the lines around the first of them.
#include <pottle/templating/error.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pottle::templating {

namespace {

constexpr std::uint32_t kLinesAround = 2;
constexpr std::size_t kMaxLine = 160;  // bytes of a line that are shown
constexpr std::size_t kMaxPlaces = 50;

/// The bytes of the first `columns` code points.
std::size_t bytes_of(std::string_view line, std::size_t columns) {
    std::size_t at = 0;
    for (; at < line.size() && columns; --columns) {
        ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
}

/// The source's lines as templates count them: "\n", "\r\n" and "\r" end one.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find_first_of("\r\n");
    const std::string_view line = rest.substr(0, end);
    if (end == std::string_view::npos) {
        rest = {};
        return line;
    }
    rest.remove_prefix(end);
    rest.remove_prefix(rest.starts_with("\r\n") ? 2 : 1);
    return line;
}

std::string make_excerpt(std::string_view source, const Place& place) {
    std::string out;
    const std::uint32_t first = place.line > kLinesAround ? place.line - kLinesAround : 1;
    for (std::uint32_t number = 1; number <= place.line + kLinesAround && !source.empty();
         ++number) {
        const std::string_view line = take_line(source);
        if (number < first) continue;
        const std::string_view shown = line.substr(0, bytes_of(line, kMaxLine));
        out += fmt::format("{} {:>5} | {}\n", number == place.line ? '>' : ' ', number, shown);
        if (number == place.line && place.column && place.column <= kMaxLine) {
            out += "        | ";
            const std::size_t before = bytes_of(line, place.column - 1);
            for (const char c : line.substr(0, before)) {
                if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) out += c == '\t' ? '\t' : ' ';
            }
            out += "^\n";
        }
    }
    return out;
}

std::string describe(const Place& place) {
    std::string text = place.name;
    if (place.line) text += fmt::format(", line {}", place.line);
    if (place.column) text += fmt::format(", column {}", place.column);
    return text;
}

}  // namespace

TemplateError::TemplateError(ErrorKind kind, std::string message)
    : kind_(kind), message_(std::move(message)), report_(message_) {}

TemplateError::~TemplateError() = default;

void TemplateError::add_place(Place place, std::string_view source) {
    if (places_.size() >= kMaxPlaces) return;
    if (places_.empty() && place.line) excerpt_ = make_excerpt(source, place);
    places_.push_back(std::move(place));
    write_report();
}

void TemplateError::write_report() {
    report_ = message_ + " (in ";
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (i) report_ += "; from ";
        report_ += describe(places_[i]);
    }
    report_ += ')';
    if (!excerpt_.empty()) report_ += '\n' + excerpt_;
}

void fail(ErrorKind kind, std::string message) {
    throw TemplateError(kind, std::move(message));
}

void fail_type(std::string message) {
    throw TemplateError(ErrorKind::Type, std::move(message));
}

}  // namespace pottle::templating
