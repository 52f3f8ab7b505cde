#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what Werkzeug (3.1) sends for each error and for redirects: tests/app/data/error_pages.txt.

    python3 tests/app/error_pages_oracle.py > tests/app/data/error_pages.txt

Lines, separated by tabs: status or "redirect", then name, description and body, newlines as \\n.
"""
from importlib.metadata import version

from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.utils import redirect


class Unknown(HTTPException):
    code = 599


def row(status, *texts):
    print(status, *(text.replace("\n", "\\n") for text in texts), sep="\t")


print(f"# Werkzeug {version('werkzeug')}: written by error_pages_oracle.py")
for code, kind in sorted(default_exceptions.items()):
    error = kind()
    row(code, error.name, error.description, error.get_body())
    error = kind("a < b & \"c\"\n'd'")
    row(code, error.name, error.description, error.get_body())
row(599, Unknown().name, "", Unknown().get_body())
for target in ("http://host/x/?q=1&r='2'", "/a%20b", "/<script>"):
    response = redirect(target, 308)
    row("redirect", "308", target, response.get_data(as_text=True))
