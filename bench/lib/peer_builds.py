# SPDX-License-Identifier: MIT
"""Builds the peers that no distribution packages, on demand; never part of the normal build."""

import shutil
import subprocess

from lib.paths import PEERS, WORK

BUILDS = {
    "go": (["go", "build", "-o", str(WORK / "peers/go/server"), "."], {}),
    "rust": (["cargo", "build", "--release", "--locked", "--target-dir", str(WORK / "peers/rust")], {}),
}


def build_all(say):
    for name, (command, _environment) in BUILDS.items():
        if not shutil.which(command[0]):
            say(f"{name} peers: {command[0]} is not installed, skipped")
            continue
        say(f"building the {name} peers")
        done = subprocess.run(command, cwd=PEERS / name, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            say(f"{name} peers do not build: {done.stderr[-600:]}")
