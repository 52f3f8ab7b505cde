#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Debian's python3-websockets talks to the program of examples/websockets: websocket_peer.py PROGRAM

Echo of texts up to 4 MiB, whole and in fragments, compressed and not; octets; pings; subprotocols and refusals; close
codes from both sides; a broadcast to 100; the close frame when the server stops.
"""

import asyncio
import signal
import socket
import subprocess
import sys
import time

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def closed_with(ws):
    try:
        while True:
            await asyncio.wait_for(ws.recv(), 10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


async def check_echo(base, compression):
    async with websockets.connect(base + "/rooms/tap", compression=compression, max_size=None) as ws:
        assert bool(ws.extensions) == bool(compression), ws.extensions
        for text in ("", "hello", "h\u00e9llo \U0001f37a", "x" * 125, "y" * 126, "z" * 65536, "\u00fc" * (2 << 20)):
            await ws.send(text)
            assert await asyncio.wait_for(ws.recv(), 30) == "tap: " + text
        await ws.send(["frag", "", "men", "ted \u00fc"])
        assert await asyncio.wait_for(ws.recv(), 10) == "tap: fragmented \u00fc"
        await asyncio.wait_for(await ws.ping(b"are you there?"), 10)
        for i in range(500):
            await ws.send(str(i))
        for i in range(500):
            assert await asyncio.wait_for(ws.recv(), 10) == f"tap: {i}"
        await ws.send(b"octets")
        assert await closed_with(ws) == 1003


async def check_endings(base):
    async with websockets.connect(base + "/watch") as ws:
        await ws.send("enough")
        assert await closed_with(ws) == 4000
        assert ws.close_reason == "as you wish"
    async with websockets.connect(base + "/rooms/a") as ws:
        await ws.close(4001, "bye")
        assert ws.close_code == 4001
    async with websockets.connect(base + "/game") as ws:
        await ws.send('{"piece": "rook", "field": 4}')
        assert await asyncio.wait_for(ws.recv(), 10) == '{"piece":"rook","field":4}'
        await ws.send('{"piece": "rook", "field": 64}')
        assert await closed_with(ws) == 1007
    async with websockets.connect(base + "/ticks") as ws:
        assert await asyncio.wait_for(ws.recv(), 10) == '{"number":0}'


async def check_handshakes(base):
    try:
        await websockets.connect(base + "/members")
        raise AssertionError("accepted without the cookie")
    except InvalidStatusCode as refused:
        assert refused.status_code == 401
    async with websockets.connect(base + "/members", subprotocols=["chat.v1", "chat.v2"],
                                  extra_headers={"Cookie": "member=1"}) as ws:
        assert ws.subprotocol == "chat.v2"
        assert ws.response_headers["x-room"] == "7"
        assert await asyncio.wait_for(ws.recv(), 10) == "welcome"
    for path, status in (("/nowhere", 404), ("/announce", 405)):
        try:
            await websockets.connect(base + path)
            raise AssertionError(path)
        except InvalidStatusCode as refused:
            assert refused.status_code == status, (path, refused.status_code)


async def check_broadcast(base):
    guests = [await websockets.connect(base + "/chat") for _ in range(100)]
    for text in ("one", "two " * 500):
        await guests[0].send(text)
        for guest in guests:
            assert await asyncio.wait_for(guest.recv(), 10) == text
    for guest in guests:
        await guest.close()


async def talk(base, server):
    await check_echo(base, None)
    await check_echo(base, "deflate")
    await check_endings(base)
    await check_handshakes(base)
    await check_broadcast(base)
    async with websockets.connect(base + "/rooms/a") as ws:
        server.send_signal(signal.SIGTERM)
        assert await closed_with(ws) == 1012


def main():
    port = free_port()
    server = subprocess.Popen([sys.argv[1], "run", "--bind", f"127.0.0.1:{port}"])
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        asyncio.run(talk(f"ws://127.0.0.1:{port}", server))
        assert server.wait(20) == 0
    finally:
        if server.poll() is None:
            server.kill()
    print("python3-websockets agrees")


if __name__ == "__main__":
    main()
