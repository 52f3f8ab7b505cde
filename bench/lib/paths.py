# SPDX-License-Identifier: MIT
"""Where things are: sources in the tree, everything generated under build/."""

from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
LOAD = BENCH / "load"
PEERS = BENCH / "peers"
BUILD = ROOT / "build/release"
PROGRAMS = BUILD / "bench"
WORK = ROOT / "build/bench"
RESULTS = WORK / "results"
