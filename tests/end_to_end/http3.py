#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""HTTP/3 against real clients: libcurl (GnuTLS flavour, ngtcp2 and nghttp3) and ngtcp2's own client.

Usage: http3.py H3_SITE_PROGRAM [CASE ...]
"""
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

CASES = []


def case(function):
    CASES.append(function)
    return function


class Site:
    """The server program on a port of the system's choice."""

    def __init__(self, program, directory, *options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.directory = directory
        self.stopping = False
        self.process = subprocess.Popen([program, str(self.port), f"{directory}/cert.pem", f"{directory}/key.pem",
                                         *options])
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "did not end"
        if sys.exc_info()[0] is None:
            assert code == 0, f"the server ended with {code}"

    def stop(self):
        """Asks the server to end, once: a second signal ends it at once."""
        if not self.stopping:
            self.process.send_signal(signal.SIGTERM)
        self.stopping = True

    def ngtcp2(self, *options, path="/", seconds=30):
        """Fetches with ngtcp2's client. Returns: (what was downloaded or None, its log)."""
        with tempfile.TemporaryDirectory() as downloads:
            done = subprocess.run(
                ["gtlsclient", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump",
                 f"--download={downloads}", *options, "127.0.0.1", str(self.port),
                 f"https://localhost:{self.port}{path}"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
            name = f"{downloads}/{os.path.basename(path) or 'index.html'}"
            body = open(name, "rb").read() if os.path.exists(name) else None
            return body, done.stdout.decode(errors="replace")


class Curl:
    """Just enough of libcurl's C interface."""
    OPTIONS = dict(URL=10002, WRITEFUNCTION=20011, HEADERFUNCTION=20079, POSTFIELDS=10015, POSTFIELDSIZE=60, POST=47,
                   HTTPHEADER=10023, HTTP_VERSION=84, SSL_VERIFYPEER=64, SSL_VERIFYHOST=81, TIMEOUT_MS=155)
    HTTP3_ONLY = 31

    def __init__(self):
        self.library = library = ctypes.CDLL("libcurl-gnutls.so.4")
        library.curl_version.restype = ctypes.c_char_p
        library.curl_easy_init.restype = ctypes.c_void_p
        library.curl_slist_append.restype = ctypes.c_void_p
        library.curl_slist_append.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        assert b"nghttp3" in library.curl_version(), "this libcurl has no HTTP/3: run scripts/setup"

    def fetch(self, url, body=None, fields=(), version=HTTP3_ONLY):
        """Returns: (status, head text, body)."""
        library, out = self.library, {"head": bytearray(), "body": bytearray()}
        callback = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t, ctypes.c_size_t,
                                    ctypes.c_void_p)

        def collector(name):
            def collect(octets, size, count, _):
                out[name].extend(ctypes.string_at(octets, size * count))
                return size * count
            return callback(collect)

        handle = ctypes.c_void_p(library.curl_easy_init())
        keep = [collector("body"), collector("head")]

        def option(name, value):
            library.curl_easy_setopt(handle, ctypes.c_int(self.OPTIONS[name]),
                                     ctypes.c_long(value) if isinstance(value, int) else value)
        option("URL", ctypes.c_char_p(url.encode()))
        option("HTTP_VERSION", version)
        option("SSL_VERIFYPEER", 0)
        option("SSL_VERIFYHOST", 0)
        option("TIMEOUT_MS", 20000)
        option("WRITEFUNCTION", keep[0])
        option("HEADERFUNCTION", keep[1])
        if body is not None:
            keep.append(ctypes.create_string_buffer(body, len(body)))
            option("POST", 1)
            option("POSTFIELDSIZE", len(body))
            option("POSTFIELDS", keep[-1])
        lines = None
        for field in ("Expect:", *fields):
            lines = library.curl_slist_append(lines, field.encode())
        option("HTTPHEADER", ctypes.c_void_p(lines))
        result = library.curl_easy_perform(handle)
        status = ctypes.c_long()
        library.curl_easy_getinfo(handle, ctypes.c_int(0x200002), ctypes.byref(status))
        library.curl_easy_cleanup(handle)
        assert result == 0, f"curl error {result} for {url}"
        return status.value, out["head"].decode("latin-1"), bytes(out["body"])


@case
def curl_fetches_and_posts(start):
    curl = Curl()
    with start() as site:
        url = f"https://localhost:{site.port}"
        status, head, body = curl.fetch(url + "/")
        assert (status, body) == (200, b"ordinary\n") and head.startswith("HTTP/3 200"), head
        octets = bytes(i * 7 & 255 for i in range(700_000))
        for path in ("/echo", "/reflect"):
            assert curl.fetch(url + path, octets)[2] == octets, path
        status, head, body = curl.fetch(url + "/hints")
        assert "HTTP/3 103" in head and body == b"after the hints", head
        assert "x-trailer: after" in curl.fetch(url + "/reflect", b"a", ["TE: trailers"])[1]
        assert curl.fetch(url + "/", fields=["X-Huge: " + "v" * 66000])[0] == 431


@case
def tcp_announces_http3(start):
    with start() as site:
        head = Curl().fetch(f"https://localhost:{site.port}/", version=3)[1]
        assert f'alt-svc: h3=":{site.port}"' in head, head


@case
def survives_loss(start):
    with start() as site:
        body, log = site.ngtcp2("--tx-loss=0.1", "--rx-loss=0.1", path="/big/2", seconds=60)
        assert body == b"x" * (2 << 20), log[-2000:]


@case
def follows_a_key_update(start):
    with start() as site:
        body, log = site.ngtcp2("--key-update=50ms", "--delay-stream=200ms")
        assert body == b"ordinary\n", log[-2000:]


@case
def follows_a_client_that_moves(start):
    for options in (["--change-local-addr=50ms"], ["--change-local-addr=50ms", "--nat-rebinding"]):
        with start("threads=4") as site:
            body, log = site.ngtcp2(*options, "--delay-stream=300ms", path="/big/1")
            assert body == b"x" * (1 << 20), log[-2000:]


@case
def demands_and_accepts_a_retry(start):
    with start("retry=on") as site:
        body, log = site.ngtcp2("--no-quic-dump", path="/")
        assert body == b"ordinary\n", log[-2000:]


@case
def accepts_its_own_new_token(start):
    with start("retry=on") as site:
        token = f"{site.directory}/token"
        assert site.ngtcp2(f"--token-file={token}", "--delay-stream=100ms")[0] == b"ordinary\n"
        assert os.path.exists(token), "no NEW_TOKEN came"
        body, log = site.ngtcp2(f"--token-file={token}")
        assert body == b"ordinary\n", log[-2000:]


@case
def negotiates_the_version(start):
    with start() as site:
        log = site.ngtcp2("-v", "0x1a2a3a4a", "--timeout=2s", "--handshake-timeout=2s")[1]
        assert re.search(r"type=VN|ersion [Nn]egotiation", log), log[-2000:]
        assert site.ngtcp2("-v", "0x6b3343cf")[0] == b"ordinary\n", "QUIC version 2"


@case
def resumes_with_early_data_when_allowed(start):
    for allowed in (True, False):
        with start(*["early_data=on"] if allowed else []) as site:
            files = [f"--session-file={site.directory}/session", f"--tp-file={site.directory}/parameters"]
            for name in ("session", "parameters"):
                if os.path.exists(f"{site.directory}/{name}"):
                    os.unlink(f"{site.directory}/{name}")
            first = site.ngtcp2(*files, "--wait-for-ticket", path="/early")
            assert first[0] == b"not early", first[1][-2000:]
            body, log = site.ngtcp2(*files, path="/early")
            assert body == (b"early" if allowed else b"not early"), log[-2000:]
            if allowed:  # a request that does something has to come again
                log = site.ngtcp2(*files, "-m", "POST", "-d", "/etc/hostname", path="/echo")[1]
                assert "425" in log or "early data was rejected" in log.lower(), log[-2000:]


@case
def finishes_what_runs_when_it_drains(start):
    curl = Curl()
    with start() as site:
        client = subprocess.Popen(
            ["gtlsclient", "-q", "--exit-on-all-streams-close", f"--download={site.directory}", "127.0.0.1",
             str(site.port), f"https://localhost:{site.port}/big/8"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:  # until the download runs beside the question
            active, total = curl.fetch(f"https://localhost:{site.port}/stats", version=2)[2].split()[1:]
            if int(active) > 1 or int(total) > 1 and client.poll() is not None:
                break
        site.stop()
        assert client.wait(30) == 0
        assert os.path.getsize(f"{site.directory}/8") == 8 << 20


def main():
    program, wanted = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{directory}/key.pem", "-out", f"{directory}/cert.pem", "-days", "2",
                        "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
        failed = 0
        for function in CASES:
            if wanted and function.__name__ not in wanted:
                continue
            try:
                function(lambda *options: Site(program, directory, *options))
                print(f"ok   {function.__name__}", flush=True)
            except (AssertionError, RuntimeError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"FAIL {function.__name__}: {error}", flush=True)
        sys.exit(1 if failed else 0)


main()
