# SPDX-License-Identifier: MIT
"""Results as Markdown: first every target with its verdict, then every contestant of every test."""

import statistics

from lib import contestants, machine
from lib.measure import figures, ratio
from lib.suite import TESTS, Target, Test

ROUNDS_FOR_A_VERDICT = 9


def _number(value: float) -> str:
    if value == float("inf"):
        return "inf"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 10 else f"{value:.2f}"


def _verdict(test: Test, result: dict, target: Target) -> tuple[str, str]:
    """What was reached, and whether that is enough."""
    own = figures(result, "pottle")
    if not own:
        return "-", "not measured"
    if target.against is None:
        reached = statistics.median(own)
        met = reached <= target.required()
        text = f"{_number(reached)} {test.unit}"
    else:
        against = ratio(result, "pottle", target.against)
        if against is None:
            return "-", "peer not measured"
        met = against[0] >= target.required()
        text = f"{_number(against[0])} ({_number(against[1])}-{_number(against[2])})"
    few = len(own) < min(ROUNDS_FOR_A_VERDICT, test.rounds or ROUNDS_FOR_A_VERDICT)
    return text, ("met" if met else "**not met**") + (", too few rounds" if few else "")


def _wording(test: Test, target: Target) -> str:
    if target.against is None:
        return f"<= {target.value:g} {test.unit}"
    text = f">= {target.value:.2f} x {target.against}"
    return f"{text} ({target.derived_from})" if target.derived_from else text


def _targets(results: dict) -> list[str]:
    lines = ["| test | Pottle | target | reached (min-max) | verdict |", "|---|---|---|---|---|"]
    for test in TESTS:
        result = results.get(test.id)
        if result is None:
            continue
        own = figures(result, "pottle")
        figure = f"{_number(statistics.median(own))} {test.unit}" if own else "-"
        for target in test.targets:
            reached, verdict = _verdict(test, result, target)
            lines.append(f"| {test.title} | {figure} | {_wording(test, target)} | {reached} | {verdict} |")
    return lines


def _detail(test: Test, result: dict) -> list[str]:
    lines = [f"### {test.title} (`{test.id}`)", "",
             f"{result['rounds']} rounds of {result['seconds']:g} s, {result['date']}.", "",
             f"| server | {test.unit} | min-max | against limit | Pottle against it | operations/s | others' CPU |",
             "|---|---|---|---|---|---|---|"]
    order = [one.name for one in contestants.ALL if one.name in result["samples"]]
    for name in order:
        rows, values = result["samples"][name], figures(result, name)
        against_limit, pottle = ratio(result, name, "limit"), ratio(result, "pottle", name)
        speed = statistics.median(row["operations_per_second"] for row in rows)
        others = [row["other_cpu"] for row in rows if row["other_cpu"] is not None]
        lines.append("| {} | {} | {}-{} | {} | {} | {} | {} |".format(
            name, _number(statistics.median(values)), _number(min(values)), _number(max(values)),
            _number(against_limit[0]) if against_limit else "-",
            _number(pottle[0]) if pottle else "-", f"{speed:,.0f}" if speed else "-",
            f"{statistics.median(others):.0%} (max {max(others):.0%})" if others else "-"))
    lines += [""] + [f"- {name}: {reason.splitlines()[-1]}" for name, reason in result["notes"].items()]
    return lines + [""]


def markdown(results: dict) -> str:
    lines = [
        "# Benchmarks", "",
        "Made by `bench/run`. The figure is server CPU per operation (scheduler run time of the",
        "server's processes), unless the unit says otherwise; the server has core 0, the load",
        "generator core 1, one worker with one thread each. Contestants take turns in one run;",
        "a ratio is the median of the ratios of the rounds, and more than 1 means that the first",
        "named is cheaper. \"1.0 x\" counts as met at 0.95. `limit` is `bench/limit`: an epoll loop",
        "that counts blank lines and sends prepared bytes. Others' CPU is what unrelated processes",
        "used meanwhile, of one core: rounds with much of it are noisy.", ""]
    lines += [f"- {name}: {text}" for name, text in machine.describe().items()]
    versions: dict[str, str] = {}
    for result in results.values():
        versions |= result["versions"]
    lines += [f"- {name}: {text}" for name, text in versions.items() if name != "limit"]
    lines += ["", "## Targets", "", *_targets(results), "", "## Every contestant", ""]
    for test in TESTS:
        if test.id in results:
            lines += _detail(test, results[test.id])
    return "\n".join(lines).rstrip() + "\n"
