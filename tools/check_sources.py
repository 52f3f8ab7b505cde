#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the text of every C++ source: what every file must open with, and what must not stand in one.

Refused: no SPDX line; a header without `/// \\file`; characters outside ASCII; tabs; printing in the library;
TODO(now), FIXME and TODO without a kind; NOLINT without a check and a reason; `[=]`; `.detach()`.
Files over 500 lines are named, not refused: they usually hide a second concept.
"""

import argparse
import pathlib
import re
import sys

from source_files import code_only, line_of, tracked_files

SPDX = "// SPDX-License-Identifier: MIT"
LONG_FILE = 500
TODO_KINDS = "soon|perf|security|cleanup"

# In the library, output is the log's (pottle/base/log.hpp); `run` is the command line and may print.
PRINTING = re.compile(r"(?<![\w.>:])(?:std::)?(?:f?printf|vf?printf|f?puts|putchar|perror)\s*\(|"
                      r"\b(?:std|fmt)::print(?:ln)?\s*\(|\b(?:cout|cerr|clog)\b")
LIBRARY_MAY_PRINT = ("src/run/",)

# (pattern, applies to the text with comments?, message)
REFUSED = [
    (re.compile(r"TODO\((?!(?:%s)\):)|TODO(?!\()|FIXME" % TODO_KINDS), True,
     f"write TODO(kind): with kind in {TODO_KINDS.replace('|', ' ')}; what cannot wait is done now"),
    (re.compile(r"NOLINT(?!(?:NEXTLINE|BEGIN|END)?\([\w.*,\- ]+\))|NOLINT(?:NEXTLINE|BEGIN)?\([^)]*\)(?!: \S)"), True,
     "write NOLINT(check-name): reason"),
    (re.compile(r"\[=[\],]"), False, "[=] copies what nobody listed: name the captures"),
    (re.compile(r"\.detach\(\)"), False, "nothing is detached: join the thread, or spawn into a Scope"),
    (re.compile(r"\t"), True, "tab"),
]


def check_text(name, text):
    """Errors of one file, as (line, message)."""
    lines = text.splitlines()
    if not lines or lines[0] != SPDX:
        yield 1, f"the first line is not {SPDX}"
    if name.endswith(".hpp") and not name.endswith(".inl.hpp") and "/// \\file" not in "\n".join(lines[:5]):
        yield 1, "a header opens with `/// \\file`: what lives here, what does not, what to read next"
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            yield number, "a character outside ASCII: write an escape"
    code = code_only(text)
    for pattern, with_comments, message in REFUSED:
        searched = text if with_comments else code
        for match in pattern.finditer(searched):
            yield line_of(searched, match.start()), message
    if name.startswith(("include/", "src/")) and not name.startswith(LIBRARY_MAY_PRINT):
        for match in PRINTING.finditer(code):
            yield line_of(code, match.start()), "the library does not print: use pottle::log"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    failed = False
    for name in tracked_files(root):
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            print(f"{name}:1: not UTF-8")
            failed = True
            continue
        for line, message in sorted(check_text(name, text)):
            print(f"{name}:{line}: {message}")
            failed = True
        length = text.count("\n")
        if length > LONG_FILE:
            print(f"{name}: note: {length} lines, more than {LONG_FILE}: is there a second concept in it?")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
