# SPDX-License-Identifier: MIT
"""Servers under test as process trees: start pinned to a core, CPU time, memory, stop by pid."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SERVER_CORE = 0
LOAD_CORE = 1
START_SECONDS = 15
STOP_SECONDS = 5


class ServerFailed(Exception):
    """The server did not come up; the text is the end of what it said."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def busy_seconds() -> float:
    """CPU time that anything on this machine has used since it booted, stolen time included."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(field) for field in fields[:8])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


class Server:
    """One running server; a context manager that stops what it started."""

    def __init__(self, command: list[str], port: int, log: Path, environment=None, directory=None):
        self.port = port
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["taskset", "-c", str(SERVER_CORE), *command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})}, cwd=directory)
        try:
            self._wait_until_listening()
        except ServerFailed:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _wait_until_listening(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise ServerFailed(self._log.read_text(errors="replace")[-500:].strip() or "no output")

    def pids(self) -> list[int]:
        """The process and its descendants, parents first."""
        found = [self._process.pid]
        for pid in found:
            for task in _tasks(pid):
                try:
                    found += [int(child) for child in (task / "children").read_text().split()]
                except OSError:
                    pass
        return found

    def cpu_seconds(self) -> float:
        """Scheduler run time of all threads; precise to a nanosecond, unlike /proc/PID/stat."""
        total = 0
        for pid in self.pids():
            for task in _tasks(pid):
                try:
                    total += int((task / "schedstat").read_text().split()[0])
                except OSError:
                    pass  # the thread ended meanwhile
        return total / 1e9

    def anonymous_bytes(self) -> int:
        """Memory of its own (heap, stacks): neither file pages nor the kernel's socket buffers."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Anonymous:"):
                    total += int(line.split()[1]) * 1024
        return total

    def pid(self) -> int:
        return self._process.pid

    def stop(self):
        pids = self.pids()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._process.wait()


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []
