#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Uploads 1 GiB in every way a body can be read and demands that the server's memory grows by less than 32 MiB.

Usage: uploads.py SERVER_PROGRAM [MIB]
"""
import http.client
import sys

from soak import Server

LIMIT_GROWTH_MIB = 32
BLOCK = b"x" * (1 << 20)
HEAD = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
END = b"\r\n--b--\r\n"
WAYS = ["stream", "parts", "save", "files"]


def body(mib, is_form):
    if is_form:
        yield HEAD
    for _ in range(mib):
        yield BLOCK
    if is_form:
        yield END


def upload(server, way, mib):
    is_form = way != "stream"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    length = mib * len(BLOCK) + (len(HEAD) + len(END) if is_form else 0)
    content_type = "multipart/form-data; boundary=b" if is_form else "application/octet-stream"
    connection.request("POST", f"/upload/{way}", body(mib, is_form),
                       {"Content-Length": str(length), "Content-Type": content_type})
    answer = connection.getresponse()
    return answer.status, answer.read()


def main():
    program, mib = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    server, failed = Server(program, "--threads", "1"), 0
    try:
        import asyncio
        asyncio.run(server.ready())
        for way in WAYS:
            upload(server, way, 1)  # what every later upload shares
            before = server.peak_mib()
            status, answer = upload(server, way, mib)
            growth = server.peak_mib() - before
            right = (status, answer) == (200, str(mib << 20).encode()) and growth < LIMIT_GROWTH_MIB
            failed += not right
            print(f"{'ok' if right else 'FAILED':6} {way:8} {mib} MiB: {status} {answer[:60]!r}, peak memory +{growth:.1f} MiB",
                  flush=True)
    finally:
        server.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
