#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the code in Markdown pages is the code that is compiled.

In a page, the line before a code block names where the block is cut from:

    <!-- from examples/hello/main.cpp#program -->
    ```cpp
    ...
    ```

and the source marks the region with comments of its own:

    // doc: program
    ...
    // doc: end

Regions may nest; the marker lines are left out of the page and common indentation is removed. Also refused: a C++ block
without such a line in README.md or docs/ (say `<!-- not compiled: reason -->` where it must be), and a relative link
to a file that does not exist. --fix rewrites the blocks from the sources.
"""

import argparse
import pathlib
import re
import sys
import textwrap

from source_files import tracked_files

BLOCK = re.compile(r"(?P<before>[^\n]*)\n(?P<fence>```)(?P<language>\w*)\n(?P<body>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
FROM = re.compile(r"<!-- from (?P<file>[^#\s]+)#(?P<region>[\w-]+) -->")
NOT_COMPILED = re.compile(r"<!-- not compiled: \S.* -->")
MARKER = re.compile(r"^\s*(?://|#) doc: ([\w-]+)\s*$")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")


def region_of(path, region):
    """The lines between `// doc: region` and its `// doc: end`, or None."""
    inside, depth, lines = False, 0, []
    for line in path.read_text().splitlines():
        marker = MARKER.match(line)
        if not inside:
            inside = bool(marker) and marker[1] == region
        elif marker:
            depth += 1 if marker[1] != "end" else -1
            if depth < 0:
                return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"
        else:
            lines.append(line)
    return None


class Page:
    def __init__(self, root, name):
        self.root, self.name = root, name
        self.text = (root / name).read_text(encoding="utf-8")
        self.errors = []

    def refuse(self, offset, text):
        self.errors.append(f"{self.name}:{self.text.count(chr(10), 0, offset) + 1}: {text}")

    def current_block(self, match):
        """The whole match with its body cut anew; reports what differs."""
        source = FROM.search(match["before"])
        if not source:
            if match["language"] in ("cpp", "c++", "cxx") and not NOT_COMPILED.search(match["before"]):
                self.refuse(match.start("fence"), "a C++ block that is not cut from a compiled file")
            return match[0]
        path = self.root / source["file"]
        code = region_of(path, source["region"]) if path.is_file() else None
        if code is None:
            self.refuse(match.start(), f"{source['file']} has no region {source['region']}")
            return match[0]
        if code != match["body"]:
            self.refuse(match.start("fence"), f"differs from {source['file']}#{source['region']}: "
                                              "tools/check_docs.py --fix cuts it anew")
        return f"{match['before']}\n```{match['language']}\n{code}```"

    def check(self):
        mended = BLOCK.sub(self.current_block, self.text)
        prose = BLOCK.sub(lambda match: "\n" * match[0].count("\n"), self.text)
        for match in LINK.finditer(prose):
            if not ((self.root / self.name).parent / match[1]).exists():
                self.refuse(0, f"links to {match[1]}, which does not exist")
        return mended


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--fix", action="store_true", help="rewrite the blocks from the sources")
    options = parser.parse_args()

    errors = []
    for name in tracked_files(options.root, (".md",)):
        page = Page(options.root, name)
        mended = page.check()
        if options.fix and mended != page.text:
            (options.root / name).write_text(mended, encoding="utf-8")
            page = Page(options.root, name)
            page.check()
        errors += page.errors
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
