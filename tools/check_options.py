#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks docs/reference/options.md against the command line itself: check_options.py PROGRAM [--fix].

PROGRAM is any Pottle application. Every option of `PROGRAM run --help` must stand in the page's table with its value,
its default and its sentence, and nothing else may. --fix rewrites the table.
"""

import argparse
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs/reference/options.md"
TABLE = re.compile(r"(?<=<!-- options -->\n).*?(?=<!-- end -->)", re.DOTALL)
# "  --max-fields UINT:UINT in [1 - 256]=100   header fields, then 431"
OPTION = re.compile(r"  (?P<names>-[-\w,]+)(?:\{\w+\})?(?: (?P<value>[A-Z]+))?(?::[A-Z]+ in \[.*?\])?"
                    r"(?:=(?P<default>\S+))?(?: \.\.\.)?(?= |$)")


def options_of(help_text):
    """(names, value, default, sentence) of each option."""
    lines = help_text.split("Options:\n", 1)[1].splitlines()
    for number, line in enumerate(lines):
        match = OPTION.match(line)
        if not match:
            continue
        sentence = line[match.end():].strip() or lines[number + 1].strip()
        default = match["default"] or ""
        inside = re.search(r" ?\(default:? (.*)\)$", sentence)
        if inside:
            default, sentence = inside[1], sentence[:inside.start()]
        yield match["names"].replace(",", ", "), match["value"] or "", default, sentence


def table_of(help_text):
    rows = ["| Option | Value | Default | |", "|---|---|---|---|"]
    for names, value, default, sentence in options_of(help_text):
        rows.append(f"| `{names}` | {value} | {default} | {sentence} |")
    return "\n".join(rows) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--fix", action="store_true", help="rewrite the table")
    options = parser.parse_args()

    help_text = subprocess.run([options.program, "run", "--help"], capture_output=True, text=True, check=True).stdout
    page, wanted = PAGE.read_text(), table_of(help_text)
    if options.fix:
        PAGE.write_text(TABLE.sub(lambda _: wanted, page))
        return 0
    found = TABLE.search(page)
    if not found or found[0] != wanted:
        print(f"{PAGE.name} differs from --help: tools/check_options.py {options.program} --fix writes it anew")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
