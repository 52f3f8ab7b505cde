# SPDX-License-Identifier: MIT
"""Compilers that cannot build Pottle are refused, by CMake and by the headers, with a sentence that helps."""

import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLANG = "clang++-19"


def configure(compiler, version):
    return subprocess.run(["cmake", f"-DCMAKE_CXX_COMPILER_ID={compiler}", f"-DCMAKE_CXX_COMPILER_VERSION={version}",
                           "-P", ROOT / "cmake/Compiler.cmake"], capture_output=True, text=True, check=False)


def preprocess(*definitions, standard="-std=c++23"):
    """Includes a base header as a compiler that says to be another one."""
    return subprocess.run([CLANG, standard, "-E", "-x", "c++", "-Wno-builtin-macro-redefined", *definitions,
                           ROOT / "include/pottle/base/compiler.hpp"], capture_output=True, text=True, check=False)


class CMakeTest(unittest.TestCase):
    def test_refuses_old_compilers_and_says_what_to_do(self):
        for compiler, version, reason in (("GNU", "12.2", "miscompiles"), ("GNU", "13.3", "miscompiles"),
                                          ("Clang", "18.1", "lacks parts of C++23"), ("MSVC", "19", "clang or g++")):
            result = configure(compiler, version)
            text = " ".join(result.stderr.split())
            self.assertNotEqual(result.returncode, 0, f"{compiler} {version} was accepted")
            self.assertIn(reason, text)
            self.assertIn("apt install clang-19", text)
            self.assertIn("-DCMAKE_CXX_COMPILER=clang++-19", text)

    def test_accepts_clang_19_and_gcc_14(self):
        for compiler, version in (("GNU", "14.2"), ("Clang", "19.1.7"), ("Clang", "20.1")):
            self.assertEqual(configure(compiler, version).returncode, 0, f"{compiler} {version} was refused")


class HeaderTest(unittest.TestCase):
    def refuses(self, sentence, *definitions, **options):
        result = preprocess(*definitions, **options)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(sentence, result.stderr)

    def test_refuses_old_compilers(self):
        self.refuses("needs clang 19 or newer", "-U__clang_major__", "-D__clang_major__=18")
        self.refuses("needs g++ 14 or newer", "-U__clang__", "-U__GNUC__", "-D__GNUC__=12")
        self.refuses("is built with clang 19 or newer", "-U__clang__", "-U__GNUC__")

    def test_refuses_an_old_standard(self):
        self.refuses("compile with -std=c++23", standard="-std=c++17")

    def test_accepts_gcc_14_and_this_compiler(self):
        self.assertEqual(preprocess().returncode, 0)
        self.assertEqual(preprocess("-U__clang__", "-U__GNUC__", "-D__GNUC__=14").returncode, 0)


if __name__ == "__main__":
    unittest.main()
