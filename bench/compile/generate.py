#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the programs whose compile time is measured: generate.py OUTPUT_DIR [ROUTES]."""

import pathlib
import sys

HEAD = "#include <pottle/pottle.hpp>\nusing namespace pottle;\n"


def program(lines: list[str], before: str = "") -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f'{HEAD}{before}App create_app() {{\n    App app{{"bench"}};\n{body}    return app;\n}}\n'


def programs(count: int) -> dict[str, str]:
    functions = "".join(
        f"static std::string handler_{i}(long id, Request&) {{ return std::to_string(id + {i}); }}\n"
        for i in range(count)
    )
    return {
        "header_only": HEAD,
        "hello": program(['app.get("/", [] { return "hello"; });'])
        + "int main(int argc, char** argv) { return run(create_app(), argc, argv); }\n",
        "functions": program([f'app.get("/r{i}/<int:id>", handler_{i});' for i in range(count)], functions),
        "lambdas": program(
            [
                f'app.get("/r{i}/<int:id>", [](long id, Request&) {{ return std::to_string(id + {i}); }});'
                for i in range(count)
            ]
        ),
        "coroutine_lambdas": program(
            [
                f'app.get("/r{i}/<int:id>", [](long id, Request&) -> Task<std::string> '
                f"{{ co_return std::to_string(id + {i}); }});"
                for i in range(count)
            ]
        ),
        "lambdas_with_options": program(
            [
                f'app.get("/r{i}/<int:id>", [](long id, Request&) {{ return std::to_string(id + {i}); }}, '
                f'endpoint("r{i}"), strict_slashes(false));'
                for i in range(count)
            ]
        ),
    }


def main() -> None:
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, text in programs(int(sys.argv[2]) if len(sys.argv) > 2 else 100).items():
        (out / f"{name}.cpp").write_text(text)


if __name__ == "__main__":
    main()
