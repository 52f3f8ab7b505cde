// SPDX-License-Identifier: MIT
/// \file
/// Tokens of a template, and Lexer, which makes them.
#pragma once

#include <pottle/templating/arena.hpp>
#include <pottle/templating/options.hpp>
#include <pottle/templating/value.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace pottle::templating {

enum class TokenKind : std::uint8_t {
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,  ///< the text tells which
    End,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::uint32_t offset = 0;
    /// Of a string: its value. Of an integer or float: its spelling.
    std::string_view text = {};
    Value number = {};
};

/// An error in the source and where.
[[noreturn]] void fail_syntax(std::uint32_t offset, std::string message);

/// What fail_syntax throws; parse() makes a TemplateError with a place of it.
struct SyntaxMistake {
    std::uint32_t offset;
    std::string message;
    ErrorKind kind = ErrorKind::Syntax;
};

/// Newlines as "\n", and without the one at the end unless it is kept.
std::string normalize_source(std::string_view source, const Syntax& syntax);

/// Cuts a whole source into tokens. Texts that differ from the source go to `arena`.
class Lexer {
public:
    Lexer(std::string_view source, const Syntax& syntax, Arena& arena)
        : source_(source), syntax_(syntax), arena_(arena) {}

    std::vector<Token> run();

private:
    /// What begins at a place of the template's text.
    struct Opening {
        enum class Kind : std::uint8_t {
            Raw,
            Variable,
            LineStatement,
            LineComment,
            Comment,
            Block
        };
        Kind kind;
        std::size_t begin;  ///< where the text before it ends
        std::size_t end;    ///< behind the delimiter and its sign
        char sign;          ///< '-', '+' or 0
    };

    bool starts(std::size_t at, std::string_view text) const {
        return !text.empty() && source_.substr(at).starts_with(text);
    }
    std::size_t skip_space(std::size_t at) const;
    bool find_opening(Opening& found) const;
    bool open_at(std::size_t at, Opening& found) const;
    bool raw_at(std::size_t at, Opening& found) const;
    bool line_prefix_at(std::size_t at, std::string_view prefix, Opening::Kind kind,
                        Opening& found) const;
    bool line_comment_at(std::size_t at, Opening& found) const;
    char sign_at(std::size_t at) const;

    void text_before(const Opening& opening);
    void add_data(std::size_t begin, std::size_t end);
    void add(TokenKind kind, std::size_t begin, std::size_t end);
    void moved(std::size_t from, std::size_t to);

    void comment();
    void raw(const Opening& opening);
    void line_comment();
    void tag(TokenKind end_kind, std::string_view end, bool trims, bool is_line);
    bool tag_end(std::string_view end, bool trims, TokenKind kind);
    bool line_end();
    void tag_token();
    void number();
    bool is_float(std::size_t& end) const;
    void string(char quote);
    std::string_view unescape(std::string_view body, std::size_t offset);
    void operation();
    void balance(char c);
    std::string_view with_newlines(std::string_view text);

    std::string_view source_;
    const Syntax& syntax_;
    Arena& arena_;
    std::vector<Token> tokens_;
    std::vector<char> brackets_;  ///< the closing ones that are awaited
    std::size_t at_ = 0;
    bool line_starting_ = true;  ///< what was read last ended with a newline
};

}  // namespace pottle::templating
