# SPDX-License-Identifier: MIT
"""Builds the peers that no distribution packages, on demand; never part of the normal build."""

import json
import shutil
import subprocess
from pathlib import Path

from lib.paths import PEERS, WORK


def _run(*command: str, directory: Path) -> str:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-600:]}")
    return done.stdout


def _go():
    _run("go", "build", "-o", str(WORK / "peers/go/server"), ".", directory=PEERS / "go")


def _rust():
    _run("cargo", "build", "--release", "--locked", "--target-dir", str(WORK / "peers/rust"), directory=PEERS / "rust")


def _uwebsockets():
    """From the sources that a crate carries, with the optimisation its own Makefile uses."""
    project = PEERS / "uwebsockets"
    metadata = json.loads(_run("cargo", "metadata", "--locked", "--format-version", "1", directory=project))
    crate = next(p for p in metadata["packages"] if p["name"] == "libuwebsockets-sys")
    sources = Path(crate["manifest_path"]).parent / "uWebSockets"
    sockets = sources / "uSockets/src"
    build = WORK / "peers/uwebsockets"
    build.mkdir(parents=True, exist_ok=True)
    flags = ["-O3", "-flto=auto", "-DLIBUS_USE_OPENSSL", f"-I{sockets}", f"-I{sources / 'src'}", "-w"]
    objects = []
    for source in [*sockets.glob("*.c"), sockets / "eventing/epoll_kqueue.c", sockets / "crypto/openssl.c"]:
        objects.append(str(build / f"{source.stem}.o"))
        _run("gcc", "-std=gnu11", *flags, "-c", str(source), "-o", objects[-1], directory=project)
    _run("g++", "-std=c++20", *flags, "server.cpp", str(sockets / "crypto/sni_tree.cpp"), *objects,
         "-lssl", "-lcrypto", "-lz", "-lpthread", "-o", str(build / "server"), directory=project)


# name: (the tool it needs, how)
BUILDS = {"go": ("go", _go), "rust": ("cargo", _rust), "uwebsockets": ("cargo", _uwebsockets)}


def build_all(say):
    for name, (tool, build) in BUILDS.items():
        if not shutil.which(tool):
            say(f"{name} peers: {tool} is not installed, skipped")
            continue
        say(f"building the {name} peers")
        try:
            build()
        except (RuntimeError, StopIteration) as error:
            say(f"{name} peers do not build: {error}")
