# SPDX-License-Identifier: MIT
"""Runs one test: all contestants up at once, measured in turn, round after round."""

import contextlib
import statistics
import time
from datetime import datetime, timezone

from lib import contestants
from lib.loads import LoadFailed
from lib.paths import WORK
from lib.processes import Server, ServerFailed, busy_seconds, free_port
from lib.suite import Sample, Test


def start(contestant, test: Test, prefix: tuple | list = ()) -> Server:
    """`prefix` goes before the command line: a profiler, for example."""
    directory = WORK / "run" / contestant.name.replace(" ", "_").replace("/", "_")
    directory.mkdir(parents=True, exist_ok=True)
    # The limit answers every content with prepared bytes; a coroutine is no concern of its.
    content = "text" if contestant.name == "limit" and test.content == "coroutine" else test.content
    setup = contestants.Setup(free_port(), test.tls, content, directory, test.http2, test.quic)
    environment = {"BENCH_WWW": str(setup.www), **contestant.environment}
    return Server([*prefix, *contestant.command(setup)], setup.port, directory / "output.log", environment)


def takes_part(contestant, test: Test) -> bool:
    if test.only and contestant.name not in test.only:
        return False
    if test.http2 and not contestant.http2:
        return False
    if contestant.name == "limit":
        return not test.tls and (test.content == "coroutine" or contestant.serves(test.content, False))
    return contestant.serves(test.content, test.tls)


def _one(test: Test, server: Server, seconds: float) -> dict:
    started, busy = time.monotonic(), busy_seconds()
    sample: Sample = test.measure(server, seconds)
    elapsed = time.monotonic() - started
    own = sample.server_cpu_seconds + sample.load_cpu_seconds
    other = max(0.0, busy_seconds() - busy - own) / elapsed if own else None
    return {"figure": sample.figure, "operations_per_second": sample.operations_per_second,
            "other_cpu": other, "details": sample.details}


# A round that fails on a starved machine is left out; so many failures, and the contestant is.
FAILURES = 3


class Field:
    """The contestants of one test, running; those that keep failing drop out with a note."""

    def __init__(self, test: Test, chosen: list, say):
        self._test, self._say = test, say
        self._stack = contextlib.ExitStack()
        self._failures: dict[str, int] = {}
        self.notes: dict[str, str] = {}
        self.members = [one for one in chosen if takes_part(one, test) and self._present(one)]
        self._servers: dict[str, Server] = {}

    def _present(self, contestant) -> bool:
        reason = contestant.missing()
        if reason:
            self.notes[contestant.name] = reason
        return reason is None

    def __enter__(self):
        if not self._test.fresh_server:
            for contestant in list(self.members):
                try:
                    self._servers[contestant.name] = self._stack.enter_context(start(contestant, self._test))
                except ServerFailed as error:
                    self._drop(contestant, f"did not start: {error}")
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _drop(self, contestant, reason: str):
        self._say(f"  {contestant.name}: {reason}")
        self.notes[contestant.name] = reason
        self.members = [one for one in self.members if one is not contestant]

    def warm_up(self, seconds: float):
        if self._test.fresh_server:
            return
        for contestant in list(self.members):
            self.measure(contestant, min(seconds, 1.0 * self._test.stretch))

    def prepare(self):
        if not self._test.prepare or not self.members:
            return
        try:
            self._test.prepare({one.name: self._servers[one.name] for one in self.members})
        except LoadFailed as error:
            self._say(f"  preparation as in the round before: {error}")

    def measure(self, contestant, seconds: float) -> dict | None:
        try:
            if contestant.name in self._servers:
                return _one(self._test, self._servers[contestant.name], seconds)
            with start(contestant, self._test) as server:
                return _one(self._test, server, seconds)
        except (LoadFailed, ServerFailed) as error:
            self._failures[contestant.name] = self._failures.get(contestant.name, 0) + 1
            if self._failures[contestant.name] == FAILURES:
                self._drop(contestant, str(error))
            return None


def run(test: Test, chosen: list, rounds: int, seconds: float, say) -> dict:
    """Returns {contestant: [sample of each round]} with what is needed to judge it."""
    rounds = min(rounds, test.rounds or rounds)
    seconds *= test.stretch
    samples: dict[str, list[dict]] = {}
    with Field(test, chosen, say) as field:
        field.prepare()
        field.warm_up(seconds)
        for number in range(rounds):
            field.prepare()
            # Every second round runs backwards, so that nobody always follows the same neighbour.
            for contestant in list(field.members)[:: 1 if number % 2 == 0 else -1]:
                sample = field.measure(contestant, seconds)
                if sample:
                    sample["round"] = number
                    samples.setdefault(contestant.name, []).append(sample)
            say(f"  round {number + 1}/{rounds}: " + ", ".join(
                f"{name} {rows[-1]['figure']:.2f}" for name, rows in samples.items()))
    present = {one.name for one in field.members}
    return {"test": test.id, "unit": test.unit, "rounds": rounds, "seconds": seconds,
            "date": datetime.now(timezone.utc).isoformat(timespec="minutes"),
            "samples": {name: rows for name, rows in samples.items() if name in present},
            "notes": field.notes,
            "versions": {one.name: one.version() for one in field.members}}


def figures(result: dict, name: str) -> list[float]:
    return [row["figure"] for row in result["samples"].get(name, [])]


def ratio(result: dict, own: str, other: str) -> tuple[float, float, float] | None:
    """Median, least and greatest of (other / own) over the rounds that both finished."""
    others = {row["round"]: row["figure"] for row in result["samples"].get(other, [])}
    pairs = [(row["figure"], others[row["round"]]) for row in result["samples"].get(own, [])
             if row["round"] in others]
    if not pairs:
        return None
    # A figure of zero (no memory at all for an idle connection) cannot be divided by.
    ratios = [theirs / ours if ours > 0 else float("inf") for ours, theirs in pairs]
    return statistics.median(ratios), min(ratios), max(ratios)
