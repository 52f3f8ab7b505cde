#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the tables of characters and of HTML entities that templates need, from what the Python that runs it knows.

    tools/make_unicode_tables.py            writes src/templating/unicode_tables.cpp and html_entities.cpp
    tools/make_unicode_tables.py --check    fails when they differ from what it would write

Templates change the case of texts, ask for their kinds and read entities as Python does, so its own answers make the
tables.
"""

import argparse
import html.entities
import pathlib
import sys
import textwrap
import unicodedata

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src" / "templating"

LAST = 0x110000
CHARS = [chr(code) for code in range(LAST) if not 0xD800 <= code < 0xE000]


def ranges_of(holds):
    """[first, last] of each run of characters for which `holds`."""
    runs, start, previous = [], None, None
    for char in CHARS:
        code = ord(char)
        if holds(char):
            if start is None or code != previous + 1:
                if start is not None:
                    runs.append((start, previous))
                start = code
            previous = code
    if start is not None:
        runs.append((start, previous))
    return runs


def shifts_of(convert):
    """(first, last, stride, delta) for characters that become one other character."""
    pairs = [(ord(char), ord(convert(char)) - ord(char)) for char in CHARS
             if len(convert(char)) == 1 and convert(char) != char]
    shifts = []
    for code, delta in pairs:
        if shifts:
            first, last, stride, common = shifts[-1]
            step = code - last
            if delta == common and step in (1, 2) and (stride in (0, step)):
                shifts[-1] = (first, code, step, delta)
                continue
        shifts.append((code, code, 0, delta))
    return [(first, last, stride or 1, delta) for first, last, stride, delta in shifts]


def is_cased(char):
    return char.islower() or char.isupper() or unicodedata.category(char) == "Lt"


def is_case_ignorable(char):
    # Word_Break of these is MidLetter, MidNumLet or Single_Quote (Unicode 3.13, D136).
    return unicodedata.category(char) in ("Mn", "Me", "Cf", "Lm", "Sk") or char in "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"


def utf8(text):
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'


def head(includes):
    return ["// SPDX-License-Identifier: MIT",
            "// Written by tools/make_unicode_tables.py: do not edit.", *includes, ""]


def rows_of(rows):
    """The rows of a table, as many to a line as fit."""
    protected = [row.replace(" ", "\x00") for row in rows]
    lines = textwrap.wrap(", ".join(protected), width=96, break_long_words=False, break_on_hyphens=False)
    return ["    " + line.replace("\x00", " ") for line in lines]


def unicode_tables():
    out = head(['#include "unicode_tables.hpp"'])
    out[1] += f" Unicode {unicodedata.unidata_version}."
    out += ["// clang-format off", "namespace pottle::templating::unicode {", "", "namespace {", ""]
    names = []

    def table(kind, name, rows):
        out.extend([f"constexpr {kind} {name}Rows[] = {{", *rows_of(rows), "};", ""])
        names.append((kind, name))

    for name, holds in [("kAlpha", str.isalpha), ("kDecimal", str.isdecimal), ("kDigit", str.isdigit),
                        ("kNumeric", str.isnumeric), ("kLowercase", str.islower), ("kUppercase", str.isupper),
                        ("kTitlecase", lambda char: unicodedata.category(char) == "Lt"), ("kSpace", str.isspace),
                        ("kUnprintable", lambda char: not char.isprintable()), ("kCaseIgnorable", is_case_ignorable)]:
        table("Range", name, [f"{{0x{first:x},0x{last:x}}}" for first, last in ranges_of(holds)])
    for name, convert in [("kLower", str.lower), ("kUpper", str.upper), ("kTitle", str.title), ("kFold", str.casefold)]:
        table("Shift", name, [f"{{0x{a:x},0x{b:x},{stride},{delta}}}" for a, b, stride, delta in shifts_of(convert)])
        table("Special", name + "Special", [f"{{0x{ord(char):x},{utf8(convert(char))}}}" for char in CHARS
                                            if len(convert(char)) > 1])
    out += ["}  // namespace", ""]
    for kind, name in names:
        out.append(f"const std::span<const {kind}> {name}({name}Rows);")
    return out + ["", "}  // namespace pottle::templating::unicode", ""]


def html_entities():
    out = head(['#include "html_entities.hpp"'])
    out += ["// clang-format off", "namespace pottle::templating {", "", "namespace {", "",
            "constexpr HtmlEntity rows[] = {",
            *rows_of([f'{{"{name}",{utf8(text)}}}' for name, text in sorted(html.entities.html5.items())]), "};", "",
            "}  // namespace", "", "const std::span<const HtmlEntity> kHtmlEntities(rows);", "",
            "}  // namespace pottle::templating", ""]
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true",
                        help="write nothing; fail when a file differs (77 when this Python knows another Unicode)")
    check = parser.parse_args().check
    for name, lines in [("unicode_tables.cpp", unicode_tables()), ("html_entities.cpp", html_entities())]:
        path, text = FOLDER / name, "\n".join(lines)
        if not check:
            path.write_text(text)
        elif name == "unicode_tables.cpp" and f"Unicode {unicodedata.unidata_version}." not in path.read_text():
            sys.exit(77)
        elif path.read_text() != text:
            sys.exit(f"{name} is not what tools/make_unicode_tables.py writes: run it")


if __name__ == "__main__":
    main()
