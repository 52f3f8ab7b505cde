#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Pottle and Debian's Jinja2 by turns on the templates and data of templating_bench.cpp: CPU time of one rendering.

    bench/templating/jinja2_bench.py build/release/bench/templating/templating_bench

Other engines render the fortunes by turns too: --peer go=PROGRAM, where PROGRAM prints the CPU nanoseconds of one
rendering (`go build bench/templating/peers/html_template.go`).
"""
import argparse
import json
import statistics
import subprocess
import time

from jinja2 import DictLoader, Environment


class Record:
    def __init__(self, **members):
        self.__dict__.update(members)


FORTUNES = (
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
    "<tr><th>id</th><th>message</th></tr>{% for fortune in fortunes %}"
    "<tr><td>{{ fortune.id }}</td><td>{{ fortune.message }}</td></tr>{% endfor %}"
    "</table></body></html>")
TABLE = (
    "<table>{% for row in rows %}<tr class=\"{{ loop.cycle('odd', 'even') }}\"><td>{{ row.id }}"
    "</td><td>{{ row.name|upper }}</td><td>{{ '%.2f'|format(row.price) }}</td><td>"
    "{% if row.in_stock %}yes{% else %}no{% endif %}</td></tr>{% endfor %}</table>")
PAGES = {
    "base.html":
        "<html><head><title>{% block title %}Site{% endblock %}</title></head><body>"
        "{% include 'nav.html' %}<main>{% block main %}{% endblock %}</main>"
        "{% block footer %}<footer>{{ year }}</footer>{% endblock %}</body></html>",
    "section.html":
        "{% extends 'base.html' %}{% block title %}{{ section }} - {{ super() }}"
        "{% endblock %}{% block main %}<h1>{{ section }}</h1>{% block content %}"
        "{% endblock %}{% endblock %}",
    "page.html":
        "{% extends 'section.html' %}{% block content %}<p>{{ text }}</p>"
        "{% include 'aside.html' %}{% endblock %}",
    "nav.html": "<nav>{% for l in links %}<a href=\"{{ l }}\">{{ l }}</a>{% endfor %}</nav>",
    "aside.html": "<aside>{{ section }}</aside>",
}
MESSAGES = [
    "fortune: No such file or directory",
    "A computer scientist is someone who fixes things that aren't broken.",
    "After enough decimal places, nobody gives a damn.",
    "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
    "A computer program does what you tell it to do, not what you want it to do.",
    "Emacs is a nice operating system, but I prefer UNIX. - Tom Christaensen",
    "Any program that runs right is obsolete.",
    "A list is only as strong as its weakest link. - Donald Knuth",
    "Feature: A bug with seniority.",
    "Computers make very fast, very accurate mistakes.",
    "<script>alert(\"This should not be displayed in a browser alert box.\");</script>",
    "\u30d5\u30ec\u30fc\u30e0\u30ef\u30fc\u30af\u306e\u30d9\u30f3\u30c1\u30de\u30fc\u30af",
]


def measure(call, least=0.15):
    """CPU seconds of one call."""
    call()
    rounds, spent = 1, 0.0
    while spent < least:
        rounds *= 2
        begin = time.process_time()
        for _ in range(rounds):
            call()
        spent = time.process_time() - begin
    return spent / rounds


def jinja2_rows():
    environment = Environment(autoescape=True, loader=DictLoader(PAGES), auto_reload=False)
    page = environment.from_string(FORTUNES)
    fortunes = [Record(id=i + 1, message=m) for i, m in enumerate(MESSAGES)]
    table = environment.from_string(TABLE)
    rows = [Record(id=i, name=f"Article number {i}", price=i * 1.25, in_stock=i % 3 != 0) for i in range(1000)]
    links = ["/", "/news", "/about", "/contact"]
    source = ""
    while len(source) < 16 * 1024:
        source += TABLE
    return {
        "render_fortunes": lambda: page.render(fortunes=fortunes),
        "render_table": lambda: table.render(rows=rows),
        "render_inheritance": lambda: environment.get_template("page.html").render(
            section="News", text="Some <text>", links=links, year=2026),
        "parse_table": lambda: environment.from_string(source),
    }


def pottle_seconds(program, row):
    answer = subprocess.run([program, f"--benchmark_filter=^{row}$", "--benchmark_min_time=0.15",
                             "--benchmark_format=json"], check=True, capture_output=True, text=True)
    result = json.loads(answer.stdout)["benchmarks"][0]
    return result["cpu_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3}[result["time_unit"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="templating_bench of a release build")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PROGRAM")
    options = parser.parse_args()
    print(f"{'':20} {'Pottle':>12} {'Jinja2':>12} {'Jinja2 / Pottle':>22}   (median of {options.rounds} rounds)")
    for row, call in jinja2_rows().items():
        ours, theirs = [], []
        for _ in range(options.rounds):  # by turns, so that what else the machine does meets both
            ours.append(pottle_seconds(options.program, row))
            theirs.append(measure(call))
        ratios = sorted(t / o for o, t in zip(ours, theirs))
        print(f"{row:20} {statistics.median(ours) * 1e6:9.2f} us {statistics.median(theirs) * 1e6:9.1f} us "
              f"{statistics.median(ratios):8.1f} ({ratios[0]:.1f}-{ratios[-1]:.1f})", flush=True)
    for peer in options.peer:
        name, program = peer.split("=", 1)
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(pottle_seconds(options.program, "render_fortunes"))
            theirs.append(int(subprocess.run([program], check=True, capture_output=True, text=True).stdout) * 1e-9)
        ratios = sorted(t / o for o, t in zip(ours, theirs))
        print(f"fortunes, {name:10} {statistics.median(ours) * 1e6:9.2f} us {statistics.median(theirs) * 1e6:9.1f} us "
              f"{statistics.median(ratios):8.1f} ({ratios[0]:.1f}-{ratios[-1]:.1f})", flush=True)


if __name__ == "__main__":
    main()
