#!/usr/bin/env python3
"""Attacks a Pottle server and checks that nobody else notices.

While each attack runs, an ordinary client asks for / on fresh and on kept connections; every answer must come within two
seconds. Afterwards the process still runs, its memory has grown by less than the bound, its descriptors are back,
nothing is left active, and connections that break the rules were ended. Loopback only; every attack is bounded in count
and time.

Usage: soak.py SERVER_PROGRAM [ATTACK ...]
"""
import asyncio
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import zlib

import attacks_http2

LIMIT_SECONDS = 2.0
LIMIT_GROWTH_MIB = 64
ATTACK_SECONDS = 10
GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
TIMEOUTS = ["--header-timeout", "3s", "--body-timeout", "3s", "--send-timeout", "3s", "--keep-alive", "5s",
            "--handler-timeout", "0", "--log-level", "critical"]


class Server:
    """The program under attack, on a port of the system's choice."""

    def __init__(self, program, *options, descriptors=None, clear_option="--bind"):
        def limit():
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

        with socket_on_free_port() as probe:
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen([program, "run", clear_option, f"127.0.0.1:{self.port}", *TIMEOUTS, *options],
                                        preexec_fn=limit)

    async def ready(self):
        for _ in range(200):
            try:
                await self.get("/")
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise RuntimeError("the server did not start")

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def get(self, path):
        """GET on a connection of its own: (status, body)."""
        reader, writer = await self.connect()
        try:
            return await ask(reader, writer, path)
        finally:
            writer.close()

    def memory_mib(self):
        with open(f"/proc/{self.process.pid}/statm") as f:
            return int(f.read().split()[1]) * resource.getpagesize() / 2**20

    def peak_mib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(next(line for line in f if line.startswith("VmHWM")).split()[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "killed"


def socket_on_free_port():
    import socket
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    return s


async def ask(reader, writer, path):
    writer.write(GET % path.encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return int(head.split()[1]), await reader.readexactly(length)


class OrdinaryClient:
    """Asks again and again, and remembers the slowest answer."""

    def __init__(self, server, fresh=True):
        self.server, self.fresh = server, fresh
        self.slowest, self.answers, self.failures = 0.0, 0, []
        self.kept = None

    async def prepare(self):
        self.kept = await self.server.connect()
        await ask(*self.kept, "/")

    async def run(self, until):
        while time.monotonic() < until:
            for kept in ([False, True] if self.fresh else [True]):
                begun = time.monotonic()
                try:
                    request = ask(*self.kept, "/") if kept else self.server.get("/")
                    status, body = await asyncio.wait_for(request, LIMIT_SECONDS + 3)
                    if (status, body) != (200, b"ordinary"):
                        self.failures.append(f"answer {status}")
                except Exception as error:  # noqa: BLE001: whatever it was, the client was not served
                    self.failures.append(f"{'kept' if kept else 'fresh'} connection: {error!r}")
                    if kept:
                        await self.prepare()
                self.answers += 1
                self.slowest = max(self.slowest, time.monotonic() - begun)
            await asyncio.sleep(0.1)


async def drip(server, head, until, interval=0.5, piece=b"a"):
    """Sends `head`, then one byte at a time."""
    while time.monotonic() < until:
        try:
            reader, writer = await server.connect()
            writer.write(head)
            while time.monotonic() < until and not reader.at_eof():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(interval)
            writer.close()
        except OSError:
            await asyncio.sleep(interval)


async def slow_headers(server, until):
    await asyncio.gather(*(drip(server, b"GET / HTTP/1.1\r\nHost: a\r\nX: ", until) for _ in range(300)))


async def slow_body(server, until):
    head = b"POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
    await asyncio.gather(*(drip(server, head, until) for _ in range(300)))


async def slow_reader(server, until):
    async def read_nothing():
        while time.monotonic() < until:
            try:
                reader, writer = await server.connect()
                writer.transport.pause_reading()
                writer.write(GET % b"/big")
                await asyncio.sleep(min(5, max(0, until - time.monotonic())))
                writer.transport.abort()
            except OSError:
                await asyncio.sleep(0.1)
    await asyncio.gather(*(read_nothing() for _ in range(100)))


async def burst(server, until):
    """More connections than the server may have descriptors, held, then dropped."""
    held = []
    for _ in range(600):
        try:
            held.append(await asyncio.wait_for(server.connect(), 1))
        except (OSError, asyncio.TimeoutError):
            pass
    await asyncio.sleep(max(0, until - time.monotonic() - 2))
    for _, writer in held:
        writer.transport.abort()


async def random_bytes(server, until):
    source = random.Random(7)
    pieces = [b"GET ", b" HTTP/1.1\r\n", b"Host: a\r\n", b"\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n",
              b"\0", b"\xff\xfe", b"0\r\n\r\n"]

    async def one():
        while time.monotonic() < until:
            try:
                reader, writer = await server.connect()
                for _ in range(source.randrange(1, 8)):
                    writer.write(source.choice(pieces) if source.random() < 0.6 else source.randbytes(source.randrange(200)))
                await writer.drain()
                if source.random() < 0.5:
                    writer.transport.abort()
                else:
                    writer.write_eof()
                    await asyncio.wait_for(reader.read(), 5)
                    writer.close()
            except (OSError, asyncio.TimeoutError):
                pass
    await asyncio.gather(*(one() for _ in range(20)))


async def throwing_handler(server, until):
    async def one():
        reader, writer = await server.connect()
        while time.monotonic() < until:
            status, _ = await ask(reader, writer, "/throw")
            assert status == 500, status
        writer.close()
    await asyncio.gather(*(one() for _ in range(10)))


async def stuck_handler(server, until):
    writers = []
    for _ in range(500):
        _, writer = await server.connect()
        writer.write(GET % b"/stuck")
        writers.append(writer)
    await asyncio.sleep(max(0, until - time.monotonic() - 2))
    for writer in writers:
        writer.transport.abort()


async def blocked_loop(server, until):
    _, writer = await server.connect()
    writer.write(GET % b"/block")
    await asyncio.sleep(max(0, until - time.monotonic()))
    writer.close()


WEBSOCKET = (b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n")
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"


def frame(first, payload, announced=None):
    """A masked frame whose mask is zero; `announced` in place of the true length."""
    length = len(payload) if announced is None else announced
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big") if length < 65536 \
        else b"\xff" + length.to_bytes(8, "big")
    return bytes([first]) + size + b"\0\0\0\0" + payload


async def open_websocket(server, fields=b""):
    reader, writer = await server.connect()
    writer.write(WEBSOCKET % fields)
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head, head
    return reader, writer


async def repeat_on_websockets(server, until, count, fields, message):
    """Writes message() again and again on `count` websockets that read nothing; opens those anew that are closed."""
    async def one():
        while time.monotonic() < until:
            _, writer = await open_websocket(server, fields)
            try:
                while time.monotonic() < until:
                    writer.write(message())
                    await asyncio.wait_for(writer.drain(), 2)
                    await asyncio.sleep(0.001)
            except (OSError, asyncio.TimeoutError):
                pass
            writer.transport.abort()
    await asyncio.gather(*(one() for _ in range(count)))


async def websocket_ping_flood(server, until):
    pings = frame(0x89, b"p" * 125) * 200
    await repeat_on_websockets(server, until, 5, b"", lambda: pings)


async def websocket_empty_fragments(server, until):
    begin, more = frame(0x01, b""), frame(0x00, b"") * 2000
    first = iter([begin])
    await repeat_on_websockets(server, until, 1, b"", lambda: next(first, b"") + more)


async def websocket_never_reads(server, until):
    """Echoes that nobody takes: reading must stop, and the send timeout ends it."""
    echo = frame(0x82, b"x" * 60000)
    await repeat_on_websockets(server, until, 20, b"", lambda: echo)


async def websocket_bombs(server, until):
    compress = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = compress.compress(b"\0" * (32 << 20)) + compress.flush(zlib.Z_SYNC_FLUSH)
    wire = frame(0xC2, bomb[:-4])
    async def one():
        while time.monotonic() < until:
            reader, writer = await open_websocket(server, DEFLATE)
            writer.write(wire)
            answer = await reader.read(100)
            assert answer[:4] == b"\x88" + answer[1:2] + (1009).to_bytes(2, "big"), answer
            writer.close()
            await asyncio.sleep(0.05)
    await asyncio.gather(*(one() for _ in range(2)))


async def websocket_announced(server, until):
    """A thousand announce 16 MiB each and send little of it."""
    writers = []
    for _ in range(1000):
        _, writer = await open_websocket(server)
        writer.write(frame(0x82, b"x" * 10000, announced=16 << 20))
        writers.append(writer)
    await asyncio.sleep(max(0, until - time.monotonic()))
    for writer in writers:
        writer.transport.abort()


async def websocket_garbage(server, until):
    async def one():
        while time.monotonic() < until:
            reader, writer = await open_websocket(server)
            writer.write(random.randbytes(random.randrange(1, 3000)))
            try:
                await asyncio.wait_for(reader.read(1000), 0.2)
            except asyncio.TimeoutError:
                pass
            except OSError:
                pass
            writer.transport.abort()
    await asyncio.gather(*(one() for _ in range(10)))


ATTACKS = {  # name: (attack, server options, descriptor limit, whether fresh connections must be served throughout)
    "slow_headers": (slow_headers, [], None, True),
    "slow_body": (slow_body, [], None, True),
    "slow_reader": (slow_reader, [], None, True),
    "burst": (burst, [], 256, False),
    "random_bytes": (random_bytes, [], None, True),
    "throwing_handler": (throwing_handler, [], None, True),
    "stuck_handler": (stuck_handler, [], None, True),
    "ws_ping_flood": (websocket_ping_flood, [], None, True),
    "ws_fragments": (websocket_empty_fragments, [], None, True),
    "ws_never_reads": (websocket_never_reads, [], None, True),
    "ws_bombs": (websocket_bombs, [], None, True),
    "ws_announced": (websocket_announced, [], None, True),
    "ws_garbage": (websocket_garbage, [], None, True),
    "blocked_loop": (blocked_loop, ["--threads", "2"], None, True),
    **attacks_http2.ATTACKS,
}


async def settle(server):
    """Waits until what the attack left has gone; returns what is still there."""
    for _ in range(100):
        status, body = await server.get("/stats")
        counters = json.loads(body)
        # The request that asks is itself active on a connection of its own.
        if counters["requests_active"] <= 1 and counters["connections_open"] <= 2:
            return counters
        await asyncio.sleep(0.1)
    return counters


async def run_attack(program, name):
    attack, options, descriptors, fresh = ATTACKS[name]
    server = Server(program, "--threads", "1", *options, descriptors=descriptors)
    problems, outcome = [], None
    try:
        await server.ready()
        client = OrdinaryClient(server, fresh)
        await client.prepare()
        memory, files = server.memory_mib(), server.descriptors()
        until = time.monotonic() + ATTACK_SECONDS
        if name == "blocked_loop":  # the kept connection may live on the loop that is blocked: only fresh ones count
            blocked = asyncio.ensure_future(attack(server, until))
            await asyncio.sleep(0.2)
            client.kept = await server.connect()
            await asyncio.gather(client.run(until), blocked)
        else:
            watch = asyncio.ensure_future(client.run(until))
            outcome = await attack(server, until)  # of those that count: (ended connections, of how many)
            await watch
        client.kept[1].close()
        growth = server.peak_mib() - memory
        counters = await settle(server)
        status, body = await asyncio.wait_for(server.get("/"), LIMIT_SECONDS)
        if client.failures:
            problems.append(f"{len(client.failures)} of {client.answers} ordinary requests failed, first: {client.failures[0]}")
        if client.slowest > LIMIT_SECONDS:
            problems.append(f"slowest ordinary answer {client.slowest:.2f} s")
        if growth > LIMIT_GROWTH_MIB:
            problems.append(f"memory grew by {growth:.1f} MiB")
        if counters["requests_active"] > 1:
            problems.append(f"left active: {counters}")
        if server.descriptors() > files + 3:
            problems.append(f"descriptors: {files} before, {server.descriptors()} after")
        if (status, body) != (200, b"ordinary"):
            problems.append("not served after the attack")
        if server.process.poll() is not None:
            problems.append(f"the server ended with {server.process.returncode}")
        summary = f"{client.answers} ordinary answers, slowest {client.slowest * 1000:.0f} ms, memory {growth:+.1f} MiB"
        if outcome:
            summary += f", {outcome[0]} connections ended"
            if outcome[0] < outcome[1]:
                problems.append(f"{outcome[0]} of {outcome[1]} attacking connections were ended")
    finally:
        code = server.stop()
    if code != 0:
        problems.append(f"exit status {code} after SIGTERM")
    print(f"{'FAILED' if problems else 'ok':6} {name:18} {summary}", *(f"\n       {p}" for p in problems), flush=True)
    return not problems


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    program, names = sys.argv[1], sys.argv[2:] or list(ATTACKS)
    results = [asyncio.run(run_attack(program, name)) for name in names]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
