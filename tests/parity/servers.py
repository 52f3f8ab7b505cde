# SPDX-License-Identifier: MIT
"""Programs that serve on a loopback port of the system's choice, and a client that shows what came over the wire."""
import contextlib
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(command, port, cwd=HERE, environment=None):
    """Runs `command` while the block runs. Each line it logs is kept out of the test's output."""
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | (environment or {}))
    try:
        wait_until_open(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_open(port, process):
    for _ in range(400):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode} before it served")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise SystemExit(f"{process.args[0]} does not serve")


def pottle(program, environment=None):
    port = free_port()
    return serving([program, "run", "-b", f"127.0.0.1:{port}", "--log-level", "critical"], port,
                   environment=environment)


def hypercorn(application):
    port = free_port()
    return serving([sys.executable, "-m", "hypercorn", "-b", f"127.0.0.1:{port}", application], port)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.fields = [(name.lower(), value) for name, value in response.getheaders()]
        try:
            self.body = response.read()
        except http.client.IncompleteRead as error:
            self.body = error.partial + b"<cut>"

    def field(self, name):
        return next((value for key, value in self.fields if key == name), None)

    def all(self, name):
        return [value for key, value in self.fields if key == name]


def ask(port, method, target, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        # The host is fixed: it stands in redirects.
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": "localhost", **(headers or {})}.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        connection.close()
