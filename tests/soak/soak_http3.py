#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Attacks a server over HTTP/3 and checks that nobody else notices: as soak.py does over HTTP/1.1.

Usage: soak_http3.py H3_SITE H3_LOAD [ATTACK ...]
"""
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

LIMIT_SECONDS = 2.0
LIMIT_GROWTH_MIB = 64
ATTACK_SECONDS = 10
PATIENT_SECONDS = 60  # of attacks that only timeouts end
# name: mode, connections and streams of h3_load; how many connections have to be ended by the server
ATTACKS = {
    "handshake_flood": ("flood", 64, 0, 0),
    "idle_connections": ("idle", 200, 0, 0),
    "stream_hoarding": ("hoard", 50, 100, 50),
    "zero_window": ("stall", 50, 100, 50),
    "reset_flood": ("reset", 20, 100, 20),
    "control_frames": ("frames", 20, 0, 20),
    "qpack_abuse": ("qpack", 20, 20, 20),
}


def memory_mib(process):
    with open(f"/proc/{process.pid}/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize() / 2**20


def ask(port):
    """One request of an ordinary client over HTTP/3. Returns: its seconds, or None when it failed."""
    begin = time.time()
    done = subprocess.run(
        ["gtlsclient", "-q", "--exit-on-all-streams-close", "--timeout=5s", "--handshake-timeout=5s", "127.0.0.1",
         str(port), f"https://localhost:{port}/"], capture_output=True, timeout=30, check=False)
    return time.time() - begin if done.returncode == 0 else None


def attack(name, site, load, directory):
    mode, connections, streams, ended = ATTACKS[name]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([site, str(port), f"{directory}/cert.pem", f"{directory}/key.pem", "timeouts=3"],
                              stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        for _ in range(20):
            ask(port)
        seconds = str(PATIENT_SECONDS if mode in ("hoard", "stall") else ATTACK_SECONDS)
        before, peak, slowest, failures = memory_mib(server), 0.0, 0.0, 0
        attacker = subprocess.Popen([load, str(port), mode, str(connections), str(streams), seconds],
                                    stdout=subprocess.PIPE, text=True)
        over = threading.Event()

        def watch():
            nonlocal peak
            while not over.is_set():
                peak = max(peak, memory_mib(server))
                time.sleep(0.1)
        watcher = threading.Thread(target=watch)
        watcher.start()
        while attacker.poll() is None:
            seconds = ask(port)
            failures += seconds is None
            slowest = max(slowest, seconds or 0)
            time.sleep(0.2)
        over.set()
        watcher.join()
        report = attacker.stdout.read().strip()
        growth = peak - before
        closed = int(report.split(" closed ")[1].split()[0])
        ok = closed >= ended and server.poll() is None and not failures and slowest <= LIMIT_SECONDS and growth <= LIMIT_GROWTH_MIB
        print(f"{'ok  ' if ok else 'FAIL'} {name}: slowest {slowest:.2f} s, failures {failures}, "
              f"growth {growth:.0f} MiB; {report}", flush=True)
        return ok
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            print(f"FAIL {name}: the server did not end")


def main():
    site, load, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{directory}/key.pem", "-out", f"{directory}/cert.pem", "-days", "2",
                        "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
        results = [attack(name, site, load, directory) for name in wanted or ATTACKS]
    sys.exit(0 if all(results) else 1)


main()
