// SPDX-License-Identifier: MIT
/// \file
/// TemplateError: what a template does wrong, with its place. Thrown by the parser, the renderer,
/// filters and loaders; the application's dispatcher turns it into a 500 and the debug page.
#pragma once

#include <pottle/base/compiler.hpp>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace pottle::templating {

/// What is wrong, to branch on. Jinja's exception class, or the Python one that it lets through,
/// stands beside each.
enum class ErrorKind : std::uint8_t {
    Syntax,     ///< the source cannot be parsed (TemplateSyntaxError, TemplateAssertionError)
    NotFound,   ///< no loader has the template (TemplateNotFound, TemplatesNotFound)
    Undefined,  ///< an undefined value was used (UndefinedError)
    Type,     ///< an operation or argument does not fit the value (TypeError, FilterArgumentError)
    Value,    ///< the right type, a value that cannot be used (ValueError, ZeroDivisionError)
    Runtime,  ///< the rest of what Jinja finds while rendering (TemplateRuntimeError)
    Limit,    ///< a limit of templating::Limits was passed
};

/// A place in a template's source.
struct Place {
    std::string name;          ///< of the template, "<string>" for one without a name
    std::uint32_t line = 0;    ///< from 1; 0: unknown
    std::uint32_t column = 0;  ///< from 1, in code points; 0: unknown
};

/// An error in a template or while it was rendered. A value; `what()` is the whole report.
///
/// Places: the first is where it happened; the others how rendering came there (the include, the
/// call of a macro, the block of a child), from the inside out.
class TemplateError : public std::exception {
public:
    TemplateError(ErrorKind kind, std::string message);
    ~TemplateError() override;

    ErrorKind kind() const noexcept { return kind_; }
    /// One or two sentences without the place.
    const std::string& message() const noexcept { return message_; }
    const std::vector<Place>& places() const noexcept { return places_; }
    /// The lines around the first place, numbered, with a caret below the column; may be empty.
    const std::string& excerpt() const noexcept { return excerpt_; }
    /// "<message> (in <name>, line L, column C; from ...)" and the excerpt.
    const char* what() const noexcept override { return report_.c_str(); }

    /// Adds the next place outwards. `source` gives the excerpt of the first one.
    void add_place(Place place, std::string_view source);

private:
    void write_report();

    ErrorKind kind_;
    std::string message_;
    std::vector<Place> places_;
    std::string excerpt_;
    std::string report_;
};

/// Throws TemplateError. The renderer adds the place.
[[noreturn]] void fail(ErrorKind kind, std::string message);
[[noreturn]] void fail_type(std::string message);

}  // namespace pottle::templating
