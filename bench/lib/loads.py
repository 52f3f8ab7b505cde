# SPDX-License-Identifier: MIT
"""Load generators, pinned to the other core. Each call returns what one run achieved."""

import contextlib
import json
import re
import resource
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from lib.paths import LOAD, PROGRAMS
from lib.processes import LOAD_CORE


class LoadFailed(Exception):
    pass


@dataclass
class Outcome:
    operations: int
    seconds: float
    cpu_seconds: float = 0.0
    details: dict = field(default_factory=dict)


def _pinned(command: list) -> list[str]:
    return ["taskset", "-c", str(LOAD_CORE), *map(str, command)]


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _run(command: list, seconds: float) -> Outcome:
    before = _children_cpu()
    done = subprocess.run(_pinned(command), capture_output=True, text=True, timeout=seconds * 4 + 20)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise LoadFailed(f"{Path(str(command[0])).name}: {(done.stderr or done.stdout)[-300:].strip()}")
    details = json.loads(lines[-1])
    outcome = Outcome(details["operations"], details["seconds"], _children_cpu() - before, details)
    if outcome.operations == 0:
        raise LoadFailed(f"no operation succeeded: {details}")
    if details.get("failed", 0) * 100 > outcome.operations:
        raise LoadFailed(f"more than 1 % of the operations failed: {details}")
    return outcome


def wrk(url: str, seconds: float, *mode, connections=64, header="") -> Outcome:
    # wrk counts whole seconds only.
    length = max(1, round(seconds))
    headers = ["-H", header] if header else []
    return _run(["wrk", "-t1", f"-c{connections}", f"-d{length}s", "-s", LOAD / "http.lua", *headers, url,
                 "--", *mode], length)


def h2load(url: str, seconds: float, connections=16, streams=32) -> Outcome:
    length = max(1, round(seconds))
    before = _children_cpu()
    done = subprocess.run(_pinned(["h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{length}", url]),
                          capture_output=True, text=True, timeout=length * 4 + 20)
    return _read(done, r"requests: .* (\d+) succeeded", r"finished in ([\d.]+)s", before)


def h3(port: int, seconds: float, path: str, connections=16, streams=32) -> Outcome:
    """See bench/load/h3_load.cpp."""
    before = _children_cpu()
    command = [PROGRAMS / "load/h3_load", port, "requests", connections, streams, seconds, path]
    done = subprocess.run(_pinned(command), capture_output=True, text=True, timeout=seconds * 4 + 20)
    return _read(done, r"responses (\d+)", r"seconds ([\d.]+)", before)


def _read(done, operations: str, seconds: str, cpu_before: float) -> Outcome:
    """The outcome of a generator that speaks to people."""
    count, length = re.search(operations, done.stdout), re.search(seconds, done.stdout)
    if done.returncode != 0 or not count or not length or int(count[1]) == 0:
        raise LoadFailed(f"{done.args[3]}: {(done.stderr or done.stdout)[-300:].strip()}")
    return Outcome(int(count[1]), float(length[1]), _children_cpu() - cpu_before)


def tls_handshakes(port: int, seconds: float, kind: str, path: str) -> Outcome:
    outcome = _run([PROGRAMS / "load/tls_load", port, kind, 16, seconds, path], seconds)
    if kind == "resume" and outcome.details["reused"] < 0.95 * outcome.operations:
        raise LoadFailed(f"sessions were not resumed: {outcome.details}")
    return outcome


def constant_rate(port: int, rate: float, seconds: float, path: str, connections=64) -> Outcome:
    return _run([PROGRAMS / "load/rate_load", port, rate, connections, seconds, path], seconds)


def websockets(port: int, mode: str, connections: int, seconds: float, size: int) -> Outcome:
    """`mode`: echo or broadcast; see bench/load/websocket_load.cpp."""
    return _run([PROGRAMS / "load/websocket_load", mode, port, connections, seconds, size], seconds)


def h3_download(port: int, seconds: float, path: str) -> Outcome:
    """One connection that downloads `path` again and again; an operation is a MiB."""
    before = _children_cpu()
    command = [PROGRAMS / "load/h3_load", port, "requests", 1, 1, seconds, path]
    done = subprocess.run(_pinned(command), capture_output=True, text=True, timeout=seconds * 4 + 20)
    return _in_mebibytes(_read(done, r"octets (\d+)", r"seconds ([\d.]+)", before))


def h2_download(url: str, seconds: float) -> Outcome:
    """The same over HTTP/2."""
    length = max(1, round(seconds))
    before = _children_cpu()
    done = subprocess.run(_pinned(["h2load", "-t1", "-c1", "-m1", "-w24", "-W24", f"-D{length}", url]),
                          capture_output=True, text=True, timeout=length * 4 + 20)
    return _in_mebibytes(_read(done, r"\((\d+)\) data", r"finished in ([\d.]+)s", before))


def _in_mebibytes(outcome: Outcome) -> Outcome:
    outcome.operations /= 1 << 20
    return outcome


@contextlib.contextmanager
def idle_h3(port: int, count: int):
    """Holds `count` QUIC connections that say nothing; see bench/load/h3_load.cpp."""
    longest = 30 + count / 10  # of the handshakes, on a busy machine
    command = [PROGRAMS / "load/h3_load", port, "idle", count, 0, longest]
    process = subprocess.Popen(_pinned(command), stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        if not line.startswith("open "):
            raise LoadFailed(f"not all connections stood: {line}")
        yield
    finally:
        process.terminate()
        process.communicate()


class IdleConnections:
    """Holds connections open until closed; see bench/load/idle_load.cpp."""

    def __init__(self, port: int, kind: str, count: int, path: str):
        command = [PROGRAMS / "load/idle_load", port, kind, count, path]
        self._process = subprocess.Popen(_pinned(command), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        if self._answer().get("open", 0) == 0:
            raise LoadFailed("no connection stands")
        return self

    def __exit__(self, kind, *_):
        self._process.stdin.write("quit\n")
        self._process.stdin.flush()
        closed = self._answer().get("closed", 0)
        self._process.stdin.close()
        self._process.wait(10)
        if kind is None and closed:
            raise LoadFailed(f"the server closed {closed} idle connections meanwhile")

    def _answer(self) -> dict:
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(10)
            raise LoadFailed("idle_load ended early")
        return json.loads(line)

    def probe(self, count: int) -> dict:
        """Latencies in microseconds of `count` fresh connections with one request each."""
        self._process.stdin.write(f"probe {count}\n")
        self._process.stdin.flush()
        return self._answer()["microseconds"]
