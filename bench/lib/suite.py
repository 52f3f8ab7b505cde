# SPDX-License-Identifier: MIT
"""The tests and their targets.

Every test yields one figure per measurement, the lower the better. A ratio is always (figure of
the other) / (own figure), so 1.0 means equal and more means better.
"""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from lib import loads
from lib.processes import Server

# Differences below this are not resolved on a shared machine: "1.0 x" counts as met at 0.95.
EQUAL = 0.95

# CPU microseconds recorded once for servers that no package offers here (spec of the project):
# (test, server) -> (limit, server) from one and the same run. The harder end of a range counts.
RECORDED = {
    ("pipelined", "Drogon"): (0.63, 3.2),
    ("routes", "Drogon"): (8.5, 41.9),
}


@dataclass
class Target:
    """`against` is a contestant (then `value` is the least ratio) or None (the greatest figure)."""
    against: str | None
    value: float
    derived_from: str = ""

    def required(self) -> float:
        return EQUAL if self.against and self.value == 1.0 else self.value


def derived(test: str, server: str, times: float) -> Target:
    """A bar against a server that is not here, restated against one that is."""
    limit, figure = RECORDED[test, server]
    required = (EQUAL if times == 1.0 else times) * limit / figure
    return Target("limit", round(required, 3), f"{times:g} x {server}, derived from the recorded ratio")


@dataclass
class Sample:
    figure: float
    operations_per_second: float = 0.0
    load_cpu_seconds: float = 0.0
    server_cpu_seconds: float = 0.0
    details: dict = field(default_factory=dict)


@dataclass
class Test:
    id: str
    title: str
    content: str
    measure: Callable[[Server, float], Sample]
    targets: list[Target]
    tls: bool = False
    http2: bool = False             # contestants that speak it
    quic: bool = False
    unit: str = "CPU us"
    fresh_server: bool = False      # restart the server for each measurement
    stretch: float = 1.0            # longer measurements, where setting up takes its part of them
    rounds: int | None = None       # fewer where the figure does not vary
    only: set[str] | None = None    # contestants, where not all that could serve it
    prepare: Callable[[dict[str, Server]], None] | None = None  # before each round


def _cpu_sample(server: Server, load: Callable[[], loads.Outcome]) -> Sample:
    before = server.cpu_seconds()
    outcome = load()
    used = server.cpu_seconds() - before
    return Sample(used * 1e6 / outcome.operations, outcome.operations / outcome.seconds,
                  outcome.cpu_seconds, used, outcome.details)


def _wrk(path: str, *mode, tls=False):
    scheme = "https" if tls else "http"
    return lambda server, seconds: _cpu_sample(
        server, lambda: loads.wrk(f"{scheme}://127.0.0.1:{server.port}{path}", seconds, *mode))


def _cost(server: Server, load: Callable[[], loads.Outcome]) -> float:
    return _cpu_sample(server, load).figure


def _h2load(tls: bool):
    scheme = "https" if tls else "http"
    return lambda server, seconds: _cpu_sample(
        server, lambda: loads.h2load(f"{scheme}://127.0.0.1:{server.port}/plaintext", seconds))


def _h3_against_h2(server: Server, seconds: float) -> Sample:
    """The cost of a request over HTTP/3, as a multiple of one over HTTP/2 and TLS just before."""
    h2 = _h2load(tls=True)(server, seconds)
    h3 = _cpu_sample(server, lambda: loads.h3(server.port, seconds, "/plaintext"))
    return Sample(h3.figure / h2.figure, h3.operations_per_second, h3.load_cpu_seconds + h2.load_cpu_seconds,
                  h3.server_cpu_seconds + h2.server_cpu_seconds, {"h3": h3.figure, "h2": h2.figure})


def _h3_download(server: Server, seconds: float) -> Sample:
    return _cpu_sample(server, lambda: loads.h3_download(server.port, seconds, "/large.bin"))


def _h3_download_against_h2(server: Server, seconds: float) -> Sample:
    """The cost of a MiB over HTTP/3, as a multiple of one over HTTP/2 and TLS just before."""
    h2 = _cpu_sample(server, lambda: loads.h2_download(
        f"https://127.0.0.1:{server.port}/large.bin", seconds))
    h3 = _h3_download(server, seconds)
    return Sample(h3.figure / h2.figure, h3.operations_per_second, h3.load_cpu_seconds + h2.load_cpu_seconds,
                  h3.server_cpu_seconds + h2.server_cpu_seconds, {"h3": h3.figure, "h2": h2.figure})


def _session_above_plaintext(server: Server, seconds: float) -> Sample:
    """What reading and writing a signed session adds to a request."""
    base = f"http://127.0.0.1:{server.port}"
    with urllib.request.urlopen(f"{base}/session") as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    plain = _cost(server, lambda: loads.wrk(f"{base}/plaintext", seconds))
    session = _cpu_sample(server, lambda: loads.wrk(f"{base}/session", seconds, header=f"Cookie: {cookie}"))
    session.figure -= plain
    return session


def _struct_above_echo(server: Server, seconds: float) -> Sample:
    """What decoding, validating and encoding a struct of 300 octets adds to echoing 1 KiB."""
    base = f"http://127.0.0.1:{server.port}"
    echo = _cost(server, lambda: loads.wrk(f"{base}/echo", seconds, "echo", 1024))
    order = _cpu_sample(server, lambda: loads.wrk(f"{base}/order", seconds, "order"))
    order.figure -= echo
    return order


def _handshakes(kind: str):
    return lambda server, seconds: _cpu_sample(
        server, lambda: loads.tls_handshakes(server.port, seconds, kind, "/plaintext"))


def _websockets(mode: str, connections: int, size: int):
    return lambda server, seconds: _cpu_sample(
        server, lambda: loads.websockets(server.port, mode, connections, seconds, size))


def _idle_bytes(kind: str, count: int, path="/plaintext"):
    def measure(server: Server, _seconds: float) -> Sample:
        # The first connections also pay for what every later one shares.
        with loads.IdleConnections(server.port, kind, 64, path):
            pass
        before = server.anonymous_bytes()
        with loads.IdleConnections(server.port, kind, count, path):
            growth = server.anonymous_bytes() - before
        return Sample(growth / count, details={"connections": count, "total_bytes": growth})
    return measure


def _idle_h3_bytes(count: int):
    def measure(server: Server, _seconds: float) -> Sample:
        with loads.idle_h3(server.port, 64):
            pass
        before = server.anonymous_bytes()
        with loads.idle_h3(server.port, count):
            growth = server.anonymous_bytes() - before
        return Sample(growth / count, details={"connections": count, "total_bytes": growth})
    return measure


def _idle_latency(count: int, probes: int = 500):
    def measure(server: Server, _seconds: float) -> Sample:
        with loads.IdleConnections(server.port, "clear", 1, "/plaintext") as few:
            few.probe(probes)
            alone = few.probe(probes)
        with loads.IdleConnections(server.port, "clear", count, "/plaintext") as many:
            beside = many.probe(probes)
        return Sample(beside["p50"] / alone["p50"], details={"alone": alone, "beside": beside})
    return measure


class HalfLoad:
    """p99 latency of everybody at half the rate that nginx reached just before, in each round."""

    def __init__(self):
        self._rate = 0.0

    def prepare(self, servers: dict[str, Server]):
        reference = servers.get("nginx") or next(iter(servers.values()))
        self._rate = loads.wrk(f"http://127.0.0.1:{reference.port}/plaintext", 1).operations / 2

    def __call__(self, server: Server, seconds: float) -> Sample:
        before = server.cpu_seconds()
        outcome = loads.constant_rate(server.port, self._rate, seconds, "/plaintext")
        used = server.cpu_seconds() - before
        return Sample(outcome.details["microseconds"]["p99"], outcome.operations / outcome.seconds,
                      outcome.cpu_seconds, used, outcome.details)


HALF_LOAD = HalfLoad()
# Who takes part in the slow tests.
FEW = {"limit", "pottle", "nginx", "h2o"}

TESTS = [
    Test("plaintext", "Plaintext, 64 connections", "text", _wrk("/plaintext"),
         [Target("limit", 0.90), Target("uWebSockets", 1.0), Target("nginx", 1.1),
          Target("hypercorn+quart", 50)]),
    Test("pipelined", "Plaintext, pipelined x16", "text", _wrk("/plaintext", "pipelined", 16),
         [Target("limit", 0.60), Target("uWebSockets", 1.1),
          derived("pipelined", "Drogon", 3)]),
    Test("coroutine", "The same through a coroutine handler", "coroutine",
         _wrk("/coroutine", "pipelined", 16), [Target("limit", 0.55)]),
    Test("json", "JSON from a struct", "json", _wrk("/json"),
         [Target("limit", 0.90), Target("uWebSockets", 1.0)]),
    Test("routes", "100 routes, int parameter", "route", _wrk("/", "routes", 100),
         [Target("limit", 0.85), Target("uWebSockets", 1.2),
          derived("routes", "Drogon", 3)]),
    Test("echo", "POST echo 1 KiB", "echo", _wrk("/echo", "echo", 1024),
         [Target("limit", 0.90), Target("uWebSockets", 1.0)]),
    Test("websocket", "WebSocket echo, 64 B", "text", _websockets("echo", 64, 64),
         [Target("uWebSockets", 1.0)], only={"pottle", "uWebSockets"}),
    Test("broadcast", "WebSocket broadcast, 64 B to 1,000", "text", _websockets("broadcast", 1000, 64),
         [Target("uWebSockets", 1.0)], only={"pottle", "uWebSockets"}),
    Test("order", "POST of a validated 300 B struct and back, above an echo", "echo", _struct_above_echo,
         [Target(None, 2.5)], unit="CPU us more", only={"pottle"}),
    Test("session", "A signed session read and written, above plaintext", "text", _session_above_plaintext,
         [Target(None, 4)], unit="CPU us more", only={"pottle"}),
    Test("h2", "HTTP/2, clear, 16 connections of 32 streams", "text", _h2load(tls=False),
         [Target("h2o", 1.0), Target("nginx", 3)], http2=True, only=FEW),
    Test("h2-tls", "HTTP/2, TLS, 16 connections of 32 streams", "text", _h2load(tls=True),
         [Target("h2o", 1.0), Target("nginx", 3)], tls=True, http2=True, only=FEW),
    Test("h3", "HTTP/3, 16 connections of 32 streams, against its own HTTP/2 over TLS", "text",
         _h3_against_h2, [Target(None, 2)], tls=True, quic=True, unit="x HTTP/2", only={"pottle"}, stretch=2),
    Test("h3-download", "Downloads of 64 MiB over HTTP/3, per MiB", "large", _h3_download,
         [Target("pottle without GSO", 1.0)], tls=True, quic=True, stretch=2),
    Test("h3-download-h2", "The same, against its own HTTP/2 over TLS", "large", _h3_download_against_h2,
         [], tls=True, quic=True, unit="x HTTP/2", only={"pottle"}, stretch=2),
    Test("file", "100 KiB static file", "file", _wrk("/file.bin"), [Target("nginx", 1.0)]),
    Test("tls", "TLS plaintext, keep-alive", "text", _wrk("/plaintext", tls=True),
         [Target("nginx", 1.0), Target("uWebSockets", 1.0)], tls=True, stretch=3),
    Test("tls-handshake", "TLS 1.3 full handshake and one request", "text", _handshakes("full"),
         [Target("uWebSockets", 1.0)], tls=True),
    Test("tls-resume", "TLS 1.3 resumption and one request", "text", _handshakes("resume"),
         [Target("nginx", 1.0)], tls=True),
    Test("idle", "Idle keep-alive connection (10,000)", "text", _idle_bytes("clear", 10_000),
         [Target(None, 512)], unit="bytes", fresh_server=True, rounds=3),
    Test("idle-tls", "Idle TLS connection (2,000)", "text", _idle_bytes("tls", 2_000),
         [Target("nginx", 1.0)], tls=True, unit="bytes", fresh_server=True, rounds=3),
    Test("idle-h2", "Idle HTTP/2 connection, clear (10,000)", "text", _idle_bytes("h2", 10_000),
         [Target("h2o", 1.0)], http2=True, unit="bytes", fresh_server=True, rounds=3,
         only=FEW),
    Test("idle-websocket", "Idle WebSocket (10,000)", "text", _idle_bytes("websocket", 10_000, "/ws"),
         [Target("uWebSockets", 1.0)], unit="bytes", fresh_server=True, rounds=3,
         only={"pottle", "uWebSockets"}),
    Test("idle-h3", "Idle HTTP/3 connection (1,000)", "text", _idle_h3_bytes(1_000), [],
         tls=True, quic=True, unit="bytes", fresh_server=True, rounds=3, only={"pottle"}),
    Test("idle-latency", "New connection beside 10,000 idle ones, median latency against alone",
         "text", _idle_latency(10_000), [Target(None, 1.1)], unit="x alone", rounds=5, only=FEW),
    Test("tail", "p99 latency at half of nginx's highest rate", "text", HALF_LOAD,
         [Target("nginx", 1.0)], unit="us", only=FEW,
         prepare=HALF_LOAD.prepare),
]
