# SPDX-License-Identifier: MIT
"""What the figures were measured on."""

import os
import platform
import subprocess
from pathlib import Path


def _line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except FileNotFoundError:
        return "not installed"
    return (done.stdout + done.stderr).strip().split("\n")[0]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _distribution() -> str:
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return platform.system()


def describe() -> dict[str, str]:
    return {
        "CPU": f"{_cpu_model()}, {os.cpu_count()} cores",
        "kernel": platform.release(),
        "distribution": _distribution(),
        "compiler": _line("clang++-19", "--version"),
        "OpenSSL": _line("openssl", "version"),
        "wrk": _line("wrk", "-v").split(" Copyright")[0],
    }
