#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streams 1 GiB up and down over HTTP/1.1, HTTP/2, HTTP/3 and websockets, with readers and handlers that keep up, are slow
or do nothing, and demands that the server's memory grows by less than 32 MiB each time.

Usage: streams.py SERVER_PROGRAM [MIB [NAME ...]]

The peers are curl, ngtcp2's client and, for websockets and what must be slow, plain sockets.
"""
import os
import socket
import subprocess
import sys
import tempfile
import time

from soak import Server, WEBSOCKET, frame, socket_on_free_port

LIMIT_GROWTH_MIB = 32
SLOW_SECONDS = 8


class Site(Server):
    """A server with a clear-text address, and one for TLS and QUIC."""

    def __init__(self, program, directory):
        with socket_on_free_port() as probe:
            self.secure = probe.getsockname()[1]
        secure = f"127.0.0.1:{self.secure}"
        super().__init__(program, "--threads", "1", "--bind", secure, "--quic-bind", secure, "--certfile",
                         f"{directory}/cert.pem", "--keyfile", f"{directory}/key.pem", clear_option="--insecure-bind")

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def connect(self):  # blocking, unlike soak.py's
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)


def curl(site, path, *options):
    """Returns: (status, octets of the answer, what is answered when that is short)."""
    with tempfile.NamedTemporaryFile() as kept:
        keep = "-o" + (kept.name if "-T-" in options else "/dev/null")
        done = subprocess.run(["curl", "-sS", "-m600", keep, "-w%{http_code} %{size_download}", *options, site.url(path)],
                              capture_output=True, text=True, stdin=getattr(site, "input", None), check=False)
        assert done.returncode == 0, done.stderr
        return (*map(int, done.stdout.split()), kept.read())


def down(version):
    def run(site, mib):
        assert curl(site, f"/down/{mib}", version)[:2] == (200, mib << 20)
    return run


def up(version):
    def run(site, mib):
        with open(site.file, "rb") as site.input:
            os.truncate(site.file, mib << 20)
            status, _, answer = curl(site, "/upload/stream", version, "-T-", "-XPOST", "-HExpect:")
        assert (status, answer) == (200, str(mib << 20).encode()), (status, answer)
    return run


def h3(site, path, *options):
    return subprocess.run(["gtlsclient", "-q", "--exit-on-all-streams-close", "--timeout=60s", *options, "127.0.0.1",
                           str(site.secure), f"https://localhost:{site.secure}{path}"],
                          capture_output=True, text=True, timeout=900, check=False)


def h3_down(site, mib):
    done = h3(site, f"/down/{mib}", f"--download={site.directory}")
    size = os.path.getsize(f"{site.directory}/{mib}")
    os.unlink(f"{site.directory}/{mib}")
    assert (done.returncode, size) == (0, mib << 20), (done.stdout[-500:], size)


def h3_up(site, mib):
    os.truncate(site.file, mib << 20)
    done = h3(site, "/upload/stream", "-mPOST", f"-d{site.file}", f"--download={site.directory}")
    assert done.returncode == 0, done.stdout[-500:]
    with open(f"{site.directory}/stream", "rb") as answer:
        assert answer.read() == str(mib << 20).encode()


def websocket(site, path):
    connection = site.connect()
    connection.sendall((WEBSOCKET % b"").replace(b"/ws", path))
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    assert b" 101 " in head, head
    return connection


def ws_up(site, mib):
    connection, piece = websocket(site, b"/ws/up"), frame(0x82, b"x" * 65536)
    for _ in range(mib * 16):
        connection.sendall(piece)
    connection.sendall(frame(0x81, b""))
    expected = str(mib << 20).encode()
    assert connection.recv(100) == b"\x81" + bytes([len(expected)]) + expected


def ws_down(site, mib):
    connection = websocket(site, b"/ws/down")
    connection.sendall(frame(0x81, str(mib).encode()))
    left, piece = mib * 16 * (10 + 65536) + 4, b""
    while left > 0:
        octets = connection.recv(1 << 20)
        assert octets, f"{left} octets did not come"
        left, piece = left - len(octets), (piece + octets)[-4:]
    assert piece.endswith(b"\x88\x02\x03\xe8"), piece


def slow(ask):
    """A reader that takes 64 KiB twice a second."""
    def run(site, mib):
        connection, until = ask(site, mib), time.monotonic() + SLOW_SECONDS
        while time.monotonic() < until:
            assert connection.recv(65536)
            time.sleep(0.5)
        connection.close()
    return run


def ask_h1(site, mib):
    connection = site.connect()
    connection.sendall(b"GET /down/%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % mib)
    return connection


def ask_ws(site, mib):
    connection = websocket(site, b"/ws/down")
    connection.sendall(frame(0x81, str(mib).encode()))
    return connection


def slow_h2(site, mib):
    done = subprocess.run(["curl", "-sS", "--http2-prior-knowledge", "--limit-rate", "128K", f"-m{SLOW_SECONDS}", "-o/dev/null",
                           site.url(f"/down/{mib}")], capture_output=True, check=False)
    assert done.returncode == 28, done  # the time was up


def slow_h3(site, mib):
    """A client whose windows are small and whose path loses half of what it sends."""
    client = subprocess.Popen(["gtlsclient", "-q", "--max-data=64K", "--max-stream-data-bidi-local=64K", "--rx-loss=0.5",
                               "127.0.0.1", str(site.secure), f"https://localhost:{site.secure}/down/{mib}"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(SLOW_SECONDS)
    client.kill()
    client.wait()


def unread(version):
    """An upload to a handler that never reads: it must stop, and end with the answer."""
    def run(site, mib):
        os.truncate(site.file, mib << 20)
        begun = time.monotonic()
        with open(site.file, "rb") as source:
            subprocess.run(["curl", "-sS", "-m20", version, "-T-", "-XPOST", "-HExpect:", "-o/dev/null",
                            site.url("/upload/ignored")], stdin=source, capture_output=True, check=False)
        assert time.monotonic() - begun >= 4, "it did not stop"
    return run


def unread_h3(site, mib):
    os.truncate(site.file, mib << 20)
    begun = time.monotonic()
    h3(site, "/upload/ignored", "-mPOST", f"-d{site.file}", "--timeout=20s")
    assert time.monotonic() - begun >= 4, "it did not stop"


def unread_ws(site, mib):
    connection, piece = websocket(site, b"/ws/ignored"), frame(0x82, b"x" * 65536)
    connection.settimeout(SLOW_SECONDS)
    try:
        for _ in range(mib * 16):
            connection.sendall(piece)
        raise AssertionError("everything was taken")
    except TimeoutError:
        connection.close()


H1, H2 = "--http1.1", "--http2-prior-knowledge"
STREAMS = {
    "h1_down": down(H1), "h2_down": down(H2), "h3_down": h3_down, "ws_down": ws_down,
    "h1_up": up(H1), "h2_up": up(H2), "h3_up": h3_up, "ws_up": ws_up,
    "h1_slow_reader": slow(ask_h1), "h2_slow_reader": slow_h2, "h3_slow_reader": slow_h3, "ws_slow_reader": slow(ask_ws),
    "h1_unread": unread(H1), "h2_unread": unread(H2), "h3_unread": unread_h3, "ws_unread": unread_ws,
}


def check(program, directory, name, mib):
    site = Site(program, directory)
    site.directory, site.file = directory, f"{directory}/zeros"
    with open(site.file, "wb"):
        pass
    try:
        for _ in range(200):
            try:
                site.connect().close()
                break
            except OSError:
                time.sleep(0.05)
        if "unread" not in name and "slow" not in name:
            STREAMS[name](site, 8)  # what every later stream shares
        before, begun = site.peak_mib(), time.monotonic()
        try:
            STREAMS[name](site, mib)
            problem = None
        except AssertionError as error:
            problem = str(error)
        seconds, growth = time.monotonic() - begun, site.peak_mib() - before
        if growth >= LIMIT_GROWTH_MIB:
            problem = f"memory grew by {growth:.1f} MiB"
    finally:
        code = site.stop()
    if code != 0:
        problem = f"exit status {code} after SIGTERM"
    print(f"{'FAILED' if problem else 'ok':6} {name:16} {mib} MiB, {seconds:.1f} s, peak memory +{growth:.1f} MiB", problem or "",
          flush=True)
    return problem is None


def main():
    program, mib, names = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1024, sys.argv[3:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{directory}/key.pem", "-out", f"{directory}/cert.pem", "-days", "2",
                        "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
        results = [check(program, directory, name, mib) for name in names or STREAMS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
