#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks every #include and every pottle_library() against tools/layers.txt.

Refused:
  - a folder that uses a folder not listed for it, by #include or in the USES of its CMakeLists.txt;
  - a folder that is included but missing from USES;
  - a third-party header in a public header, or one in a source whose folder does not list it;
  - <regex> <iostream> <filesystem> <functional> <map> in a public header (they cost every user's build);
  - a private header of another folder;
  - in proto/: a clock, a log or an operating system header (bytes in, events out).
"""

import argparse
import pathlib
import re
import sys

from source_files import line_of, tracked_files, without_comments

BANNED_IN_PUBLIC = {"regex", "iostream", "filesystem", "functional", "map"}
BANNED_IN_PROTO = {"chrono", "thread", "mutex", "pottle/base/chrono.hpp", "pottle/base/log.hpp"}

# Header prefix -> the name that layers.txt uses for its library.
THIRD_PARTY = {
    "fmt/": "fmt", "spdlog/": "spdlog", "re2/": "re2", "simdjson": "simdjson", "openssl/": "openssl",
    "argon2.h": "argon2", "zlib.h": "zlib", "brotli/": "brotli", "zstd": "zstd", "boost/": "boost",
    "toml++/": "toml++", "CLI/": "CLI11", "nghttp2/": "nghttp2", "nghttp3/": "nghttp3", "ngtcp2/": "ngtcp2",
    "gnutls/": "gnutls", "Python.h": "python", "sqlite3.h": "sqlite3", "libpq-fe.h": "libpq",
    "hiredis/": "hiredis", "nlohmann/": "nlohmann", "doctest/": "doctest", "benchmark/": "benchmark",
}
OS_HEADER = re.compile(
    r"(sys|netinet|arpa|net|linux|asm)/.*\.h|(unistd|fcntl|netdb|poll|pthread|signal|sched|dlfcn|pwd|grp|spawn|"
    r"termios|execinfo|ifaddrs|syslog|ucontext|dirent|glob|semaphore|time|errno|link)\.h")
COMPILER_HEADER = re.compile(r"\w*intrin\.h|cxxabi\.h|arm_neon\.h|bits/\w+\.h|sanitizer/\w+\.h|valgrind/\w+\.h")
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.MULTILINE)


class Layers:
    """The table of layers.txt."""

    def __init__(self, text):
        self.uses, self.third_party, self.umbrella = {}, {}, {}
        for line in text.splitlines():
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            if "->" in line:
                header, folder = (part.strip() for part in line.split("->"))
                self.umbrella[header] = folder
                continue
            folder, rest = line.split(":", 1)
            uses, _, libraries = rest.partition("|")
            self.uses[folder.strip()] = set(uses.split())
            self.third_party[folder.strip()] = set(libraries.split())

    def folder_of(self, path):
        """The layer of a path below include/pottle or src: the longest folder that is its prefix; None if unknown."""
        if path in self.umbrella:
            return self.umbrella[path]
        parts = path.split("/")[:-1]
        for length in range(len(parts), 0, -1):
            if "/".join(parts[:length]) in self.uses:
                return "/".join(parts[:length])
        return None

    def allows(self, folder, used):
        return folder == used or used in self.uses[folder]


def third_party_name(header):
    for prefix, name in THIRD_PARTY.items():
        if header.startswith(prefix):
            return name
    return None


class Check:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.layers = Layers((self.root / "tools/layers.txt").read_text())
        self.errors = []
        self.edges = {}  # folder -> {used folder: where}

    def refuse(self, where, text):
        self.errors.append(f"{where}: {text}")

    def check_file(self, name):
        public = name.startswith("include/pottle/")
        path = name.removeprefix("include/pottle/").removeprefix("src/")
        folder = self.layers.folder_of(path)
        if folder is None:
            self.refuse(name, "belongs to no folder of tools/layers.txt")
            return
        text = without_comments((self.root / name).read_text())
        for match in INCLUDE.finditer(text):
            where = f"{name}:{line_of(text, match.start(1))}"
            header = match[1][1:-1]
            if match[1][0] == '"':
                self.check_private(where, name, header, public)
            elif header.startswith("pottle/"):
                self.check_edge(where, path, folder, header.removeprefix("pottle/"))
            else:
                self.check_foreign(where, folder, header, public)
            if folder.startswith("proto/") and (header in BANNED_IN_PROTO or OS_HEADER.fullmatch(header)):
                self.refuse(where, f"<{header}> in {folder}: protocols have no clock, no log and no system calls")

    def check_private(self, where, name, header, public):
        if public:
            self.refuse(where, f'a public header includes "{header}": write <pottle/...>')
            return
        source_folder = self.layers.folder_of(name.removeprefix("src/"))
        beside = (self.root / name).parent / header
        in_folder = self.root / "src" / source_folder / header
        if ".." in header or not (beside.exists() or in_folder.exists()):
            self.refuse(where, f'"{header}" is not a private header of src/{source_folder}')

    def check_edge(self, where, path, folder, header):
        used = self.layers.folder_of(header)
        if used is None:
            self.refuse(where, f"<pottle/{header}> belongs to no folder of tools/layers.txt")
        elif not self.layers.allows(folder, used):
            self.refuse(where, f"{folder} must not use {used} (<pottle/{header}>)")
        elif used != folder and path not in self.layers.umbrella:
            self.edges.setdefault(folder, {}).setdefault(used, where)

    def check_foreign(self, where, folder, header, public):
        library = third_party_name(header)
        if library:
            if public:
                self.refuse(where, f"third-party <{header}> in a public header")
            elif library != "fmt" and library not in self.layers.third_party[folder]:
                self.refuse(where, f"{folder} must not use {library} (<{header}>)")
        elif public and header in BANNED_IN_PUBLIC:
            self.refuse(where, f"<{header}> in a public header: it costs every user's build too much")
        elif not (STANDARD_HEADER.fullmatch(header) or OS_HEADER.fullmatch(header) or
                  COMPILER_HEADER.fullmatch(header)):
            self.refuse(where, f"<{header}> is not known: add it to tools/check_layers.py")

    def check_cmake(self, name):
        text = re.sub(r"#[^\n]*", "", (self.root / name).read_text())
        for match in re.finditer(r"pottle_library\(([^)]*)\)", text):
            words = match[1].split()
            folder, uses, keyword = words[0], [], ""
            for word in words[1:]:
                if word in ("SOURCES", "USES", "LIBRARIES"):
                    keyword = word
                elif keyword == "USES":
                    uses.append(word)
            if folder not in self.layers.uses:
                self.refuse(name, f"{folder} is not in tools/layers.txt")
                continue
            for used in uses:
                if not self.layers.allows(folder, used):
                    self.refuse(name, f"{folder} must not use {used} (USES)")
            for used, where in self.edges.get(folder, {}).items():
                if used not in uses:
                    self.refuse(name, f"{folder} uses {used} ({where}) but does not list it in USES")

    def run(self):
        files = tracked_files(self.root, (".hpp", ".cpp", "CMakeLists.txt"))
        sources = [name for name in files if name.startswith(("include/pottle/", "src/"))]
        for name in sources:
            if not name.endswith(".txt"):
                self.check_file(name)
        for name in sources:
            if name.endswith(".txt"):
                self.check_cmake(name)
        return self.errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    errors = Check(parser.parse_args().root).run()
    print("\n".join(errors), end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
