#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that a program is refused with the right sentence: check.py PROGRAM COMPILER [FLAG...]

The program holds `// expect: SENTENCE` and, above the line with the mistake, `// here:`. With clang the sentence and
the file and line must stand within the first ten lines of the output (`// within: 20` allows more). g++ names undefined functions instead of
sentences, so there only the line is looked for.
"""

import pathlib
import subprocess
import sys

FIRST_LINES = 10


def main() -> int:
    program = pathlib.Path(sys.argv[1])
    command = [*sys.argv[2:], "-fsyntax-only", "-fno-color-diagnostics", str(program)]
    lines = program.read_text().splitlines()
    sentence = next(l.removeprefix("// expect: ") for l in lines if l.startswith("// expect: "))
    place = f"{program.name}:{next(i for i, l in enumerate(lines, 2) if l.strip().startswith('// here:'))}"

    first_lines = next((int(l.removeprefix("// within: ")) for l in lines if l.startswith("// within: ")), FIRST_LINES)

    is_clang = "clang" in pathlib.Path(sys.argv[2]).name
    if not is_clang:
        command[command.index("-fno-color-diagnostics")] = "-fno-immediate-escalation"
    result = subprocess.run(command, capture_output=True, text=True)
    output = result.stderr.splitlines()
    if result.returncode == 0:
        print(f"{program.name} was accepted")
        return 1
    wanted = [sentence, place] if is_clang else [place]
    seen = output[:first_lines] if is_clang else output
    missing = [text for text in wanted if not any(text in line for line in seen)]
    if missing:
        print(f"not said: {missing}", *output[:30], sep="\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
