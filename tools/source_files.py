# SPDX-License-Identifier: MIT
"""What the checks in this folder share: which files there are, and C++ text without comments and literals."""

import pathlib
import re
import subprocess

CPP_SUFFIXES = (".hpp", ".cpp")


def tracked_files(root, suffixes=CPP_SUFFIXES):
    """Paths relative to `root`, sorted: tracked and new files, without what .gitignore excludes.

    Outside a git work tree (the self-tests) every file counts.
    """
    root = pathlib.Path(root)
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = set(filter(None, listing.stdout.split("\0")))
    else:
        names = {str(path.relative_to(root)) for path in root.rglob("*")}
    return sorted(name for name in names if name.endswith(suffixes) and (root / name).is_file())


_COMMENT_OR_LITERAL = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'
    """, re.VERBOSE | re.DOTALL)


def _blank(text):
    return "".join(char if char == "\n" else " " for char in text)


def without_comments(text):
    """The same text with comments blanked, every offset and line unchanged."""
    return _COMMENT_OR_LITERAL.sub(
        lambda match: _blank(match[0]) if match[0].startswith("/") else match[0], text)


def code_only(text):
    """The same text with comments and the contents of literals blanked, every offset and line unchanged."""
    def replace(match):
        whole = match[0]
        if whole.startswith("/"):
            return _blank(whole)
        return whole[0] + _blank(whole[1:-1]) + whole[-1]
    return _COMMENT_OR_LITERAL.sub(replace, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
