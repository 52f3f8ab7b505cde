#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""template_compiler_test.py <program>: what pottle-template-compiler says of folders, and what it writes."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)


class TemplateCompiler(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.folder = self.root / "templates"
        self.folder.mkdir()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())

    def compile(self, *options, code=0):
        done = subprocess.run([PROGRAM, self.folder, "shop", self.root / "out", *options],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr

    def test_writes_every_template_by_its_name(self):
        self.write("page.html", "{{ title }}\n\"quoted\" \\ ??= \u20ac\n")
        self.write("mail/welcome.txt", "")
        self.write(".hidden", "{% broken")
        self.write("page.html~", "{% broken")
        self.assertEqual(self.compile(), "")
        source = (self.root / "out" / "shop_templates.cpp").read_text(encoding="ascii")
        self.assertIn('"page.html"', source)
        self.assertIn('"mail/welcome.txt"', source)
        self.assertNotIn("broken", source)
        self.assertIn(r'"\"quoted\" \\ \?\?= \342\202\254\n"', source)
        self.assertIn("shop();", (self.root / "out" / "shop_templates.hpp").read_text(encoding="ascii"))

    def test_names_file_line_and_column_of_every_mistake(self):
        self.write("good.html", "{{ title }}")
        self.write("bad.html", "<p>\n  {% if x %}\n  {{ y }}\n")
        self.write("worse.html", "{{ x | }}")
        said = self.compile(code=1)
        self.assertRegex(said, r"templates/bad\.html:\d+:\d+: error: ")
        self.assertRegex(said, r"templates/worse\.html:1:\d+: error: ")
        self.assertIn(">     3 |   {{ y }}\n", said)  # the lines around
        self.assertFalse((self.root / "out" / "shop_templates.cpp").exists())

    def test_knows_the_filters_and_tests_that_it_is_told(self):
        self.write("page.html", "{{ price|money }}{{ 1 if price is cheap }}")
        said = self.compile(code=1)
        self.assertIn("money", said)
        self.compile("filter:money", "test:cheap")

    def test_takes_the_language_of_the_options(self):
        self.write("page.html", "{% do x %}{% trans %}a{% endtrans %}{% for i in x %}{% break %}{% endfor %}")
        self.compile(code=1)
        self.compile("do", "i18n", "loop_controls", "trim_blocks", "lstrip_blocks")

    def test_refuses_what_it_does_not_know(self):
        self.assertIn("unknown option", self.compile("nonsense", code=2))
        self.folder.rmdir()
        self.assertIn("templates", self.compile(code=2))


if __name__ == "__main__":
    unittest.main()
