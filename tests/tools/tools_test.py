# SPDX-License-Identifier: MIT
"""Each check of tools/ on tiny trees: what it must refuse, and what it must let through."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
HEADER = "// SPDX-License-Identifier: MIT\n/// \\file\n/// A header.\n#pragma once\n"
SOURCE = "// SPDX-License-Identifier: MIT\n"
LAYERS = "base: | spdlog\nhttp: base | zlib\nproto/h1: base http |\napp: base http |\npottle.hpp -> app\n"


class ToolTest(unittest.TestCase):
    tool = ""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pottle-tools-"))
        self.addCleanup(shutil.rmtree, self.root)

    def run_tool(self, files, *arguments):
        shutil.rmtree(self.root)
        self.root.mkdir()
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, "-B", TOOLS / self.tool, "--root", self.root, *arguments],
                              capture_output=True, text=True, check=False)

    def refuses(self, files, sentence):
        result = self.run_tool(files)
        self.assertEqual(result.returncode, 1, f"not refused: {files}\n{result.stderr}")
        self.assertIn(sentence, result.stdout)

    def accepts(self, files):
        result = self.run_tool(files)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""), f"refused: {files}")


class LayersTest(ToolTest):
    tool = "check_layers.py"

    def refuses_include(self, name, include, sentence):
        self.refuses({"tools/layers.txt": LAYERS, name: f"#include {include}\n"}, sentence)

    def test_refuses_an_edge_that_is_not_listed(self):
        self.refuses_include("src/http/url.cpp", "<pottle/app/app.hpp>", "http must not use app")
        self.refuses_include("include/pottle/base/x.hpp", "<pottle/http/url.hpp>", "base must not use http")
        self.refuses_include("src/http/url.cpp", "<pottle/pottle.hpp>", "http must not use app")

    def test_refuses_a_folder_that_is_not_listed(self):
        self.refuses_include("src/queue/x.cpp", "<vector>", "belongs to no folder")
        self.refuses_include("src/http/x.cpp", "<pottle/queue/x.hpp>", "belongs to no folder")

    def test_refuses_third_party_headers_in_public_headers(self):
        self.refuses_include("include/pottle/base/log.hpp", "<spdlog/spdlog.h>", "third-party")
        self.refuses_include("include/pottle/base/log.hpp", "<fmt/format.h>", "third-party")

    def test_refuses_third_party_headers_that_are_not_listed(self):
        self.refuses_include("src/http/x.cpp", "<openssl/ssl.h>", "http must not use openssl")
        self.refuses_include("src/http/x.cpp", "<some/library.h>", "is not known")

    def test_refuses_costly_standard_headers_in_public_headers(self):
        for header in ("regex", "iostream", "filesystem", "functional", "map"):
            self.refuses_include("include/pottle/base/x.hpp", f"<{header}>", "costs every user's build")

    def test_refuses_clocks_logs_and_the_operating_system_in_protocols(self):
        for header in ("<chrono>", "<pottle/base/log.hpp>", "<sys/socket.h>", "<unistd.h>"):
            self.refuses_include("src/proto/h1/reader.cpp", header, "protocols have no clock")

    def test_refuses_private_headers_of_another_folder(self):
        files = {"src/base/detail.hpp": "", "src/http/x.cpp": '#include "../base/detail.hpp"\n'}
        self.refuses({"tools/layers.txt": LAYERS, **files}, "is not a private header")
        self.refuses_include("include/pottle/base/x.hpp", '"detail.hpp"', "a public header includes")

    def test_refuses_uses_that_do_not_match(self):
        self.refuses({"tools/layers.txt": LAYERS, "src/base/CMakeLists.txt": "pottle_library(base USES app)"},
                     "base must not use app (USES)")
        self.refuses({"tools/layers.txt": LAYERS, "src/http/CMakeLists.txt": "pottle_library(http SOURCES x.cpp)",
                      "src/http/x.cpp": "#include <pottle/base/error.hpp>\n"}, "does not list it in USES")

    def test_accepts_what_is_listed(self):
        self.accepts({
            "tools/layers.txt": LAYERS,
            "src/http/CMakeLists.txt": "pottle_library(http\n  SOURCES x.cpp # comment\n  USES base\n  LIBRARIES ZLIB::ZLIB)",
            "src/http/part.hpp": "",
            "src/http/x.cpp": '#include "part.hpp"\n#include <pottle/base/error.hpp>\n#include <fmt/format.h>\n'
                              "#include <map>\n#include <zlib.h>\n// #include <pottle/app/app.hpp>\n",
            "include/pottle/pottle.hpp": "#include <pottle/app/app.hpp>\n",
        })


class HeadersTest(ToolTest):
    tool = "check_headers"

    def test_refuses_a_header_that_needs_another_first(self):
        self.refuses({"include/pottle/base/x.hpp": HEADER + "inline std::string x() { return {}; }\n"},
                     "does not compile alone")

    def test_refuses_a_header_without_guard(self):
        self.refuses({"include/pottle/base/x.hpp": "struct X {};\n"}, "does not compile alone")

    def test_accepts_a_header_that_is_complete(self):
        self.accepts({"include/pottle/base/x.hpp": HEADER + "#include <string>\ninline std::string x() { return {}; }\n",
                      "include/pottle/base/x.inl.hpp": "#error included by x.hpp only\n"})


class SourcesTest(ToolTest):
    tool = "check_sources.py"

    def test_refuses_a_file_without_its_opening(self):
        self.refuses({"src/base/x.cpp": "int x;\n"}, "SPDX")
        self.refuses({"include/pottle/base/x.hpp": SOURCE + "#pragma once\n"}, "opens with")

    def test_refuses_characters_outside_ascii(self):
        self.refuses({"src/base/x.cpp": SOURCE + "// caf\u00e9\n"}, "outside ASCII")

    def test_refuses_printing_in_the_library(self):
        for statement in ('printf("x");', 'std::fprintf(stderr, "x");', 'std::cout << 1;', 'fmt::print("x");',
                          'std::puts("x");', 'perror("x");'):
            self.refuses({"src/base/x.cpp": SOURCE + f"void f() {{ {statement} }}\n"}, "does not print")

    def test_refuses_open_ends(self):
        for comment in ("TODO(now): x", "TODO: x", "FIXME x", "TODO x"):
            self.refuses({"tests/x.cpp": SOURCE + f"// {comment}\n"}, "TODO(kind)")

    def test_refuses_nolint_without_check_or_reason(self):
        for comment in ("NOLINT", "NOLINT: reason", "NOLINT(bugprone-x)", "NOLINTNEXTLINE", "NOLINTNEXTLINE(bugprone-x)"):
            self.refuses({"src/base/x.cpp": SOURCE + f"int x;  // {comment}\n"}, "NOLINT(check-name): reason")

    def test_refuses_default_copies_and_detached_threads(self):
        self.refuses({"src/base/x.cpp": SOURCE + "auto f = [=] { return 1; };\n"}, "name the captures")
        self.refuses({"src/base/x.cpp": SOURCE + "void f(T& t) { t.detach(); }\n"}, "nothing is detached")

    def test_names_long_files_without_refusing_them(self):
        result = self.run_tool({"src/base/x.cpp": SOURCE + "int x;\n" * 600})
        self.assertEqual(result.returncode, 0)
        self.assertIn("note: 601 lines", result.stdout)

    def test_accepts_ordinary_sources(self):
        self.accepts({
            "include/pottle/base/x.hpp": HEADER,
            "src/base/x.cpp": SOURCE + '// TODO(perf): printf("x") is a comment\nint x;  // NOLINT(bugprone-x): reason\n'
                              'const char* text = "std::cout";\nvoid f() { out.print(1); std::snprintf(b, 1, "x"); }\n',
            "src/run/x.cpp": SOURCE + 'void f() { std::puts("help"); }\n',
        })


class CoroutinesTest(ToolTest):
    tool = "check_coroutines.py"

    def refuses_code(self, code, sentence):
        self.refuses({"src/net/x.cpp": SOURCE + code}, sentence)

    def test_refuses_parameters_that_may_die_first(self):
        for parameter, sentence in (
                ("std::string_view id", "is a string_view"), ("std::span<const char> data", "is a span"),
                ("const User& user", "is a const reference"), ("User const& user", "is a const reference"),
                ("const std::vector<int>& ids = {}", "is a const reference"), ("User&& user", "is an rvalue reference"),
                ("Args&&... args", "is an rvalue reference"),
                ("std::initializer_list<int> ids", "is an initializer_list")):
            self.refuses_code(f"Task<User> load(int key, {parameter}) {{\n    co_return co_await find(key);\n}}\n", sentence)

    def test_refuses_them_in_members_lambdas_and_generators(self):
        self.refuses_code("Task<> Room::send(std::string_view text) const noexcept(false) { co_await send_(text); }\n",
                          "is a string_view")
        self.refuses_code("auto f = [](const User& user) -> Task<> { co_return; };\n", "is a const reference")
        self.refuses_code("Generator<int> f(std::span<int> in) { for (int i : in) { if (i) { co_yield i; } } }\n",
                          "is a span")
        self.refuses_code("template <class T>\n    requires std::integral<T>\nTask<> f(const T& x) { co_return; }\n",
                          "is a const reference")

    def test_refuses_captures_in_library_coroutines(self):
        self.refuses_code("void f() { scope.spawn([user, this]() -> Task<> { co_await mail(user); }()); }\n",
                          "captures [user, this]")
        self.refuses_code("void f() { auto t = [&] -> Task<> { co_return; }; }\n", "captures [&]")

    def test_accepts_values_live_objects_and_stated_exceptions(self):
        self.accepts({"src/net/x.cpp": SOURCE + """
Task<User> load(std::string id, Request& request, User* user, std::function<void(const User&)> then) {
    auto name = [&](std::string_view text) { return text; };
    co_return co_await request.find(name(id));
}
std::string plain(std::string_view text, const User& user) { if (text.empty()) { return {}; } return user.name; }
Task<> wrapper(const User& user) { return send(user.name); }
Task<> stated(
    const App& app) {  // coroutine-ok: the application outlives its tasks
    co_await app.stop();
}
void g() { spawn([](int x) -> Task<> { co_return; }(1)); spawn([x](this auto self) -> Task<> { co_return; }()); }
class Outer { void f(std::string_view text) { /* co_await */ call("co_return"); } };
"""})

    def test_accepts_captures_of_route_handlers_in_programs(self):
        self.accepts({"examples/x/main.cpp": SOURCE +
                      'void f(App& app) { app.get("/", [store](Request& r) -> Task<> { co_await store->get(r); }); }\n'})


class DocsTest(ToolTest):
    tool = "check_docs.py"
    MAIN = "int main() {\n    // doc: body\n    // doc: inner\n    run();\n    // doc: end\n    stop();\n    // doc: end\n}\n"
    PAGE = "# Page\n\n<!-- from main.cpp#body -->\n```cpp\n{}```\n"

    def test_refuses_a_block_that_differs_from_its_source(self):
        self.refuses({"main.cpp": self.MAIN, "page.md": self.PAGE.format("run();\n")}, "page.md:4: differs from main.cpp#body")

    def test_refuses_a_block_without_source(self):
        self.refuses({"page.md": "Text\n```cpp\nint x;\n```\n"}, "not cut from a compiled file")
        self.refuses({"main.cpp": "", "page.md": self.PAGE.format("x\n")}, "has no region body")
        self.refuses({"page.md": self.PAGE.format("x\n")}, "has no region body")

    def test_refuses_a_link_to_nothing(self):
        self.refuses({"page.md": "[there](docs/there.md)\n"}, "does not exist")

    def test_fix_cuts_the_block_anew(self):
        result = self.run_tool({"main.cpp": self.MAIN, "page.md": self.PAGE.format("old();\n")}, "--fix")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertEqual((self.root / "page.md").read_text(), self.PAGE.format("run();\nstop();\n"))

    def test_accepts_what_is_cut_and_what_is_no_code(self):
        self.accepts({"main.cpp": self.MAIN, "page.md": self.PAGE.format("run();\nstop();\n") +
                      "[main](main.cpp) [web](https://example.org)\n```sh\nls\n```\n"
                      "<!-- not compiled: an error -->\n```cpp\nint x = \"\";\n```\n"})


class ParityTest(ToolTest):
    tool = "parity"
    TABLE = "## Sessions\nSES-1 One\nSES-2 Two | an argument\n"
    PAGE = ("| SES-1 | One | [app/a_test.cpp](../../tests/app/a_test.cpp) |\n"
            "| SES-2 | Two | an argument |\n")
    TEST = 'TEST_CASE("a: long "\n          "name (SES-1)") {}\n'

    def tree(self, **changes):
        files = {"table": self.TABLE, "page": self.PAGE, "test": self.TEST} | changes
        return {"tests/parity/identifiers.txt": files["table"], "docs/reference/parity.md": files["page"],
                "tests/app/a_test.cpp": files["test"]}

    def test_refuses_a_page_that_is_not_whole(self):
        self.refuses(self.tree(page=self.PAGE.splitlines()[0]), "SES-2 is missing")
        self.refuses(self.tree(page=self.PAGE + "| SES-3 | Three | open |\n"), "SES-3 is not in")

    def test_refuses_a_test_that_does_not_cite_its_row(self):
        self.refuses(self.tree(test=""), "SES-1: no test of tests/app/a_test.cpp cites it")

    def test_refuses_a_citation_of_nothing(self):
        self.refuses(self.tree(test=self.TEST + 'TEST_CASE("b (SES-9)") {}'), "cites SES-9")

    def test_refuses_an_open_row_when_all_must_be_proven(self):
        files = self.tree(page=self.PAGE.replace("an argument", "open"), table="## S\nSES-1 One\nSES-2 Two\n")
        self.accepts(files)
        result = self.run_tool(files, "--complete")
        self.assertEqual(result.returncode, 1)
        self.assertIn("SES-2 has neither a test nor an argument", result.stdout)

    def test_refuses_a_test_that_no_program_holds(self):
        self.run_tool(self.tree())
        program = self.root / "program"
        program.write_text("#!/bin/sh\necho 'a: long name (SES-1)'\n")
        program.chmod(0o755)
        tool = [sys.executable, "-B", TOOLS / self.tool, "--root", self.root, "--programs", program]
        self.assertEqual(subprocess.run(tool, capture_output=True, check=False).returncode, 0)
        program.write_text("#!/bin/sh\necho 'another'\n")
        result = subprocess.run(tool, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("SES-1: no test program holds its tests", result.stdout)

    def test_write_makes_the_page_of_the_tests(self):
        result = self.run_tool(self.tree(page=""), "--write")
        self.assertEqual(result.returncode, 0, result.stdout)
        page = (self.root / "docs/reference/parity.md").read_text()
        self.assertIn(self.PAGE.splitlines()[0], page)

    def test_accepts_a_page_that_is_whole(self):
        self.accepts(self.tree())


class TidyTest(ToolTest):
    tool = "check_tidy"

    def run_on(self, code):
        commands = [{"directory": str(self.root), "file": str(self.root / "x.cpp"),
                     "command": f"clang++-19 -std=c++23 -c {self.root / 'x.cpp'}"}]
        files = {"x.cpp": code, "build/compile_commands.json": json.dumps(commands),
                 ".clang-tidy": (TOOLS.parent / ".clang-tidy").read_text()}
        return self.run_tool(files, "-p", self.root / "build", "--all")

    def test_refuses_names_and_unused_includes(self):
        result = self.run_on("#include <vector>\nint BadName() { return 1; }\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("x.cpp:1:1: included header vector is not used directly", result.stdout)
        self.assertIn("invalid case style for function 'BadName'", result.stdout)

    def test_accepts_good_code_and_headers_that_come_with_others(self):
        result = self.run_on("#include <string>\nstd::size_t size(const std::string& text) { return text.size(); }\n")
        self.assertEqual((result.returncode, result.stdout), (0, "clang-tidy: 1 sources\n"))


if __name__ == "__main__":
    unittest.main()
