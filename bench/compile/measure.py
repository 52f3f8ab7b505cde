#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CPU seconds (user + system) that the compiler needs for small programs at -O2, against their budget.

measure.py [--compiler clang++-19] [--runs 3] [--routes 100] [NAME...]; fails when a budget is passed.
"""

import argparse
import pathlib
import resource
import subprocess
import sys
import tempfile

import generate

ROOT = pathlib.Path(__file__).resolve().parents[2]
# CPU seconds with clang 19 at -O2 on the reference machine.
BUDGET = {"hello": 1.2, "functions": 2.5, "coroutine_lambdas": 5.0}


def cpu_seconds(command: list[str], runs: int) -> float:
    best = float("inf")
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="clang++-19")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--routes", type=int, default=100)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()

    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in generate.programs(options.routes).items():
            if options.names and name not in options.names:
                continue
            source = pathlib.Path(folder) / f"{name}.cpp"
            source.write_text(text)
            flags = ["-std=c++23", "-O2", f"-I{ROOT / 'include'}", "-c", "-o", f"{folder}/{name}.o"]
            seconds = cpu_seconds([options.compiler, *flags, str(source)], options.runs)
            budget = BUDGET.get(name)
            late = budget is not None and seconds > budget
            over += late
            note = "" if budget is None else f"  of {budget:.1f}{'  OVER' if late else ''}"
            print(f"{name:24}{seconds:6.2f} s{note}", flush=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
