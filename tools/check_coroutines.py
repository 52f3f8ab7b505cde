#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Refuses coroutine parameters and captures that may die before the coroutine does.

A coroutine keeps its parameters in its frame, but a view, a `const T&` or a `T&&` only points at something that the
caller may destroy at the first suspension. So a function whose body has co_await, co_return or co_yield takes values,
or plain references to live objects (Request&, Stream&, ...) whose owner outlives it. A coroutine lambda in the library
has no captures, because its closure usually dies first; `this auto self` keeps them in the frame.

An exception is a comment on the parameter's line or the line above it: `// coroutine-ok: reason`.
It reads text, not C++: templates and macros that build function heads are not seen.
"""

import argparse
import pathlib
import re
import sys

from source_files import code_only, line_of, tracked_files

COROUTINE_KEYWORD = re.compile(r"\bco_(?:await|return|yield)\b")
ALLOWED = "coroutine-ok: "
CONTROL = {"if", "while", "for", "switch", "catch", "constexpr"}
REFUSED_PARAMETERS = [
    (re.compile(r"\bstring_view\b"), "is a string_view: take std::string"),
    (re.compile(r"\bspan\s*<"), "is a span: take an owning container"),
    (re.compile(r"\binitializer_list\s*<"), "is an initializer_list: take a std::vector"),
    (re.compile(r"\biterator\b"), "is an iterator: take what it points into"),
    (re.compile(r"^(?!.*\().*\bconst\b[^*]*&\s*(?:\w+\s*)?(?:=.*)?$", re.DOTALL), "is a const reference: take a value"),
    (re.compile(r"&&\s*(?:\.\.\.)?\s*\w*\s*(?:=.*)?$", re.DOTALL), "is an rvalue reference: take a value"),
]
CLOSING = {")": "(", "]": "[", "}": "{"}


def matching_open(code, close):
    """Offset of the bracket that `code[close]` closes; -1 when there is none."""
    depth = 0
    for offset in range(close, -1, -1):
        if code[offset] in ")]}":
            depth += 1
        elif code[offset] in "([{":
            depth -= 1
            if depth == 0:
                return offset
    return -1


def split_parameters(text):
    """Yields (offset, parameter) for the top-level comma-separated parts."""
    depth, start = 0, 0
    for offset, char in enumerate(text):
        if char in "([{<":
            depth += 1
        elif char in ")]}" or (char == ">" and text[offset - 1] != "-"):
            depth -= 1
        elif char == "," and depth == 0:
            yield start, text[start:offset]
            start = offset + 1
    yield start, text[start:]


class Function:
    """The head of a braced function body: its parameter list, and its captures if it is a lambda."""

    def __init__(self, parameters_at, parameters, captures=None, captures_at=0):
        self.parameters_at = parameters_at
        self.parameters = parameters
        self.captures = captures
        self.captures_at = captures_at


# What may stand between the parameter list and the body.
_TAIL = re.compile(
    r"(?:\s|\bconst\b|\bnoexcept\b(?:\s*\([^()]*\))?|\boverride\b|\bfinal\b|\bmutable\b|\bstatic\b|&{1,2}|"
    r"->\s*[\w:<>,\s*&()]+|\brequires\b[^;{}]*)*$")


def function_before(code, brace):
    """The Function whose body opens at `brace`; None for a namespace, a class, an initialiser."""
    start = max(code.rfind(char, 0, brace) for char in ";{}") + 1
    # A parameter list may itself hold braces (default arguments); walk back from the nearest ')' that fits.
    head_end = brace
    close = code.rfind(")", 0, head_end)
    while close >= start - 1 and close >= 0:
        if _TAIL.fullmatch(code, close + 1, brace):
            open_ = matching_open(code, close)
            if open_ < 0:
                return None
            before = code[:open_].rstrip()
            word = re.search(r"(\w+)$", before)
            if word and word[1] in ("noexcept", "requires", "decltype", "alignas"):
                close = code.rfind(")", 0, open_)
                continue
            if word and word[1] in CONTROL:
                return "control"
            parameters = code[open_ + 1:close]
            if before.endswith("]"):
                captures_open = matching_open(code, len(before) - 1)
                captures = code[captures_open + 1:len(before) - 1]
                return Function(open_ + 1, parameters, captures.strip(), captures_open)
            if word or before.endswith((">", ")")) or re.search(r"operator\W+$", before):
                return Function(open_ + 1, parameters)
            return None
        close = code.rfind(")", 0, close)
    head = code[start:brace].rstrip()
    if re.search(r"\]\s*(?:mutable\b\s*)?(?:->\s*[\w:<>,\s*&]+)?$", head):  # a lambda without a parameter list
        close = code.rfind("]", 0, brace)
        open_ = matching_open(code, close)
        if open_ >= 0 and not code[:open_].rstrip()[-1:].isalnum():
            return Function(close + 1, "", code[open_ + 1:close].strip(), open_)
    if re.search(r"\b(?:else|do|try)$", head) or head == "":
        return "control"
    return None


def coroutines(code):
    """Yields the Function of every coroutine: the innermost function around a co_ keyword."""
    keywords = {match.start() for match in COROUTINE_KEYWORD.finditer(code)}
    stack, found = [], []
    for offset, char in enumerate(code):
        if char == "{":
            stack.append(function_before(code, offset))
        elif char == "}" and stack:
            stack.pop()
        elif offset in keywords:
            for function in reversed(stack):
                if isinstance(function, Function):
                    if function not in found:
                        found.append(function)
                    break
    return found


def check_text(name, text):
    """Errors of one file, as (line, message)."""
    code = code_only(text)
    lines = text.splitlines()

    def allowed(line):
        return any(ALLOWED in lines[number - 1] for number in (line, line - 1) if 0 < number <= len(lines))

    in_library = name.startswith(("include/", "src/"))
    for function in coroutines(code):
        for offset, parameter in split_parameters(function.parameters):
            stripped = parameter.strip()
            line = line_of(code, function.parameters_at + offset + len(parameter) - len(parameter.lstrip()))
            for pattern, message in REFUSED_PARAMETERS:
                if pattern.search(stripped) and not allowed(line):
                    yield line, f"coroutine parameter `{' '.join(stripped.split())}` {message}"
                    break
        if in_library and function.captures and "this auto" not in function.parameters:
            line = line_of(code, function.captures_at)
            if not allowed(line):
                yield line, f"coroutine lambda captures [{function.captures}]: pass arguments, or take `this auto self`"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    failed = False
    for name in tracked_files(root):
        for line, message in sorted(check_text(name, (root / name).read_text(encoding="utf-8", errors="replace"))):
            print(f"{name}:{line}: {message}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
