// SPDX-License-Identifier: MIT
/// \file
/// The grammar of route patterns, `/users/<int:id>/files/<path:name>`, in one parser without
/// templates: route literals are checked by it at compile time, patterns from variables when they
/// are added, and the router builds its trie from its pieces.
///
///     pattern   = "/" *( text | parameter )
///     parameter = "<" [ converter [ "(" arguments ")" ] ":" ] name ">"
#pragma once

#include <pottle/app/converter_options.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Every mistake a pattern can hold, with the sentence that is shown for it: X(name, sentence).
/// A list, so that the sentences of the compiler and those at run time are the same.
#define POTTLE_ROUTE_MISTAKES(X)                                                                \
    X(NoSlash, "the pattern must start with '/'")                                               \
    X(UnclosedBracket, "'<' without '>' in the pattern")                                        \
    X(UnopenedBracket, "'>' without '<' in the pattern")                                        \
    X(NoName, "a parameter of the pattern needs a name: <name> or <int:name>")                  \
    X(BadName, "a parameter's name must be letters, digits and '_', not starting with a digit") \
    X(SameName, "the same parameter name stands twice in the pattern")                          \
    X(UnknownConverter,                                                                         \
      "unknown converter in the pattern: use string, int, float, path, any(...) or uuid")       \
    X(BadArgument, "the converter does not take these arguments")                               \
    X(TooManyParameters, "a pattern has at most 16 parameters")                                 \
    X(MoreInPattern, "the pattern has more parameters than the handler takes path values")      \
    X(MoreInHandler, "the handler takes more path values than the pattern has parameters")      \
    X(NeedsInteger, "<int:name> needs an integer parameter in the handler (int, long, ...)")    \
    X(NeedsDouble, "<float:name> needs a double parameter in the handler")                      \
    X(NeedsUuid, "<uuid:name> needs a Uuid parameter in the handler")                           \
    X(NeedsString,                                                                              \
      "<name>, <path:name> and <any(...):name> need a std::string parameter in the"             \
      " handler")

namespace pottle {

enum class RouteMistake : std::uint8_t {
    None,
#define POTTLE_ROUTE_MISTAKE_NAME(name, sentence) name,
    POTTLE_ROUTE_MISTAKES(POTTLE_ROUTE_MISTAKE_NAME)
#undef POTTLE_ROUTE_MISTAKE_NAME
};

/// The sentence for a mistake; empty for None.
constexpr std::string_view describe(RouteMistake mistake) {
    switch (mistake) {
#define POTTLE_ROUTE_MISTAKE_CASE(name, sentence) \
    case RouteMistake::name:                      \
        return sentence;
        POTTLE_ROUTE_MISTAKES(POTTLE_ROUTE_MISTAKE_CASE)
#undef POTTLE_ROUTE_MISTAKE_CASE
        case RouteMistake::None:
            break;
    }
    return {};
}

namespace app {

/// Most parameters in one pattern. Captures live in an array of this size on the stack.
inline constexpr std::size_t kMaxPathValues = 16;

/// First `c` in [begin, end), or `end`.
constexpr const char* find_or_end(const char* begin, const char* end, char c) {
    const auto size = static_cast<std::size_t>(end - begin);
#ifdef __clang__
    const char* const found = __builtin_char_memchr(begin, c, size);
#else
    const char* const found = std::char_traits<char>::find(begin, size, c);
#endif
    return found ? found : end;
}

/// A piece of a pattern: static text (slashes included) or a parameter. Views into the pattern.
struct PatternPiece {
    bool is_parameter = false;
    std::string_view text;            ///< the static text, or the parameter's name
    std::string_view converter_name;  ///< as written, empty for the default
    std::string_view arguments;       ///< between the parentheses, empty without
    Converter converter = Converter::String;
};

/// Takes a pattern apart, left to right. Checks the grammar of each piece, not the pieces against
/// each other: that is find_mistake(). Walks pointers, because compilers interpret this for every
/// route of a program and calls are what they are slow at.
class PatternReader {
public:
    constexpr explicit PatternReader(std::string_view pattern)
        : at_(pattern.data()), end_(pattern.data() + pattern.size()) {}

    constexpr bool done() const { return at_ == end_; }

    /// Takes the next piece of a pattern that is not done().
    constexpr RouteMistake next(PatternPiece& piece) {
        if (*at_ == '<') return take_parameter(piece);
        const char* const start = at_;
        at_ = find_or_end(at_, end_, '<');
        if (find_or_end(start, at_, '>') != at_) return RouteMistake::UnopenedBracket;
        piece.is_parameter = false;
        piece.text = text_from(start);
        return RouteMistake::None;
    }

private:
    constexpr RouteMistake take_parameter(PatternPiece& piece) {
        const char* const start = ++at_;
        piece = {};
        piece.is_parameter = true;
        piece.text = take_identifier();
        if (is_at('(')) {
            if (!take_arguments(piece.arguments)) return RouteMistake::BadArgument;
            if (!is_at(':')) return RouteMistake::BadArgument;
        }
        if (is_at(':')) {
            ++at_;
            if (piece.text.empty()) return RouteMistake::UnknownConverter;
            piece.converter_name = piece.text;
            piece.converter = converter_named(piece.converter_name);
            piece.text = take_identifier();
        }
        if (piece.text.empty() || !is_at('>')) return explain(start, piece);
        ++at_;
        return RouteMistake::None;
    }

    constexpr bool is_at(char c) const { return at_ != end_ && *at_ == c; }
    constexpr std::string_view text_from(const char* start) const {
        return {start, static_cast<std::size_t>(at_ - start)};
    }

    constexpr std::string_view take_identifier() {
        const char* const start = at_;
        if (at_ != end_ && *at_ >= '0' && *at_ <= '9') return {};
        while (at_ != end_ && ((*at_ >= 'a' && *at_ <= 'z') || (*at_ >= 'A' && *at_ <= 'Z') ||
                               (*at_ >= '0' && *at_ <= '9') || *at_ == '_'))
            ++at_;
        return text_from(start);
    }

    /// From '(' to behind its ')'; quoted arguments may hold any character.
    constexpr bool take_arguments(std::string_view& arguments) {
        const char* const start = ++at_;
        char quote = 0;
        for (; at_ != end_; ++at_) {
            if (quote) {
                if (*at_ == quote) quote = 0;
            } else if (*at_ == '"' || *at_ == '\'') {
                quote = *at_;
            } else if (*at_ == ')') {
                arguments = text_from(start);
                ++at_;
                return true;
            }
        }
        return false;
    }

    /// Why the parameter that starts at `start` does not end in a name and '>'.
    constexpr RouteMistake explain(const char* start, const PatternPiece& piece) const {
        bool has_colon = false;
        const char* p = start;
        for (; p != end_ && *p != '>'; ++p) {
            if (*p == '<') return RouteMistake::UnclosedBracket;
            has_colon = has_colon || *p == ':';
        }
        if (p == end_) return RouteMistake::UnclosedBracket;
        if (piece.text.empty() && p == at_) return RouteMistake::NoName;
        if (has_colon && piece.converter_name.empty()) return RouteMistake::UnknownConverter;
        return RouteMistake::BadName;
    }

    const char* at_;
    const char* end_;
};

/// What a handler's parameter must be for this converter; None when `wanted` is that.
constexpr RouteMistake find_type_mistake(Converter converter, Converter wanted) {
    if (wanted == Converter::Custom || wanted == converter) return RouteMistake::None;
    switch (converter) {
        case Converter::Int:
            return RouteMistake::NeedsInteger;
        case Converter::Float:
            return RouteMistake::NeedsDouble;
        case Converter::Uuid:
            return RouteMistake::NeedsUuid;
        case Converter::Custom:
            return RouteMistake::UnknownConverter;
        case Converter::String:
        case Converter::Path:
        case Converter::Any:
            break;
    }
    return wanted == Converter::String ? RouteMistake::None : RouteMistake::NeedsString;
}

}  // namespace app

/// Finds the first mistake in a pattern for a handler that takes `count` path values.
///
/// Shape: `wanted` holds what each value asks for, in order: String, Int, Float, Uuid, or Custom
/// for a type with a converter of its own, which takes any name. A null `wanted` checks the pattern
/// alone.
constexpr RouteMistake find_mistake(std::string_view pattern, const Converter* wanted,
                                    std::size_t count) {
    if (pattern.empty() || pattern.front() != '/') return RouteMistake::NoSlash;
    if (count > app::kMaxPathValues) return RouteMistake::TooManyParameters;
    const char* names[app::kMaxPathValues];  // left uninitialised: cheaper to interpret
    std::size_t sizes[app::kMaxPathValues];
    std::size_t found = 0;
    app::PatternReader reader(pattern);
    while (!reader.done()) {
        app::PatternPiece piece;
        if (const RouteMistake mistake = reader.next(piece); mistake != RouteMistake::None)
            return mistake;
        if (!piece.is_parameter) continue;
        if (found == app::kMaxPathValues) return RouteMistake::TooManyParameters;
        for (std::size_t i = 0; i < found; ++i)
            if (app::same_text(piece.text, names[i], sizes[i])) return RouteMistake::SameName;
        names[found] = piece.text.data();
        sizes[found] = piece.text.size();
        if (wanted) {
            if (found == count) return RouteMistake::MoreInPattern;
            const RouteMistake mistake = app::find_type_mistake(piece.converter, wanted[found]);
            if (mistake != RouteMistake::None) return mistake;
        }
        if (piece.converter == Converter::Any || !piece.arguments.empty()) {
            ConverterOptions options;
            if (!app::parse_converter_options(piece.converter, piece.arguments, options))
                return RouteMistake::BadArgument;
        }
        ++found;
    }
    return wanted && found < count ? RouteMistake::MoreInHandler : RouteMistake::None;
}

/// Finds the first mistake in a pattern, whatever its handler.
constexpr RouteMistake find_mistake(std::string_view pattern) {
    return find_mistake(pattern, nullptr, 0);
}

}  // namespace pottle
