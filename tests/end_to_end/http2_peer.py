#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Debian's python3-h2 talks to two programs: http2_peer.py H3_SITE WEBSOCKETS

Over TLS by ALPN and in clear text with prior knowledge: requests side by side, uploads and downloads under flow
control, trailers both ways, 103, push, resets, changed settings, a websocket in extended CONNECT, the two GOAWAYs of a
server that stops.
"""
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import h2.config
import h2.connection
import h2.events
import h2.settings


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


class Answer:
    def __init__(self):
        self.status, self.fields, self.body, self.trailers, self.hints = None, {}, bytearray(), {}, []
        self.ended, self.reset = False, None


class Client:
    """One connection; reads until what was asked for is there."""

    def __init__(self, port, tls, push=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.scheme = "https" if tls else "http"
        if tls:
            context = ssl._create_unverified_context()
            context.set_alpn_protocols(["h2", "http/1.1"])
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
            assert self.socket.selected_alpn_protocol() == "h2"
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.h2.local_settings = h2.settings.Settings(
            client=True, initial_values={h2.settings.SettingCodes.ENABLE_PUSH: int(push)})
        self.h2.initiate_connection()
        self.answers, self.pushed, self.terminated, self.acknowledged = {}, {}, [], 0
        self.closed, self.held = False, b""
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def without_goaways(self, octets):
        """python3-h2 takes nothing behind a GOAWAY, although its streams are to be finished (RFC 9113 6.8)."""
        self.held += octets
        rest = bytearray()
        while len(self.held) >= 9 and len(self.held) >= 9 + int.from_bytes(self.held[:3], "big"):
            size = 9 + int.from_bytes(self.held[:3], "big")
            frame, self.held = self.held[:size], self.held[size:]
            if frame[3] == 7:
                self.terminated.append((int.from_bytes(frame[13:17], "big"), int.from_bytes(frame[9:13], "big")))
            else:
                rest += frame
        return bytes(rest)

    def step(self):
        """Waits for octets and takes what they bring."""
        octets = self.socket.recv(1 << 16)
        if not octets:
            self.closed = True
            return
        for event in self.h2.receive_data(self.without_goaways(octets)):
            stream = getattr(event, "stream_id", None)
            answer = self.answers.setdefault(stream, Answer()) if stream else None
            if isinstance(event, h2.events.ResponseReceived):
                answer.fields = dict(event.headers)
                answer.status = int(answer.fields[":status"])
            elif isinstance(event, h2.events.InformationalResponseReceived):
                answer.hints.append(dict(event.headers))
            elif isinstance(event, h2.events.TrailersReceived):
                answer.trailers = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                answer.body += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, h2.events.StreamEnded):
                answer.ended = True
            elif isinstance(event, h2.events.StreamReset):
                answer.reset = event.error_code
            elif isinstance(event, h2.events.PushedStreamReceived):
                self.pushed[event.pushed_stream_id] = dict(event.headers)
            elif isinstance(event, h2.events.SettingsAcknowledged):
                self.acknowledged += 1
        self.flush()

    def until(self, condition):
        while not condition():
            assert not self.closed, "the server ended the connection"
            self.step()

    def begin(self, path, method="GET", fields=(), end=True):
        stream = self.h2.get_next_available_stream_id()
        self.answers[stream] = Answer()
        head = [(":method", method), (":scheme", self.scheme), (":authority", "localhost"), (":path", path), *fields]
        self.h2.send_headers(stream, head, end_stream=end)
        self.flush()
        return stream

    def send(self, stream, octets, trailers=None):
        """Sends a body as the windows allow."""
        while octets:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if room == 0:
                self.step()
                continue
            self.h2.send_data(stream, octets[:room])
            octets = octets[room:]
            self.flush()
        if trailers:
            self.h2.send_headers(stream, trailers, end_stream=True)
        else:
            self.h2.end_stream(stream)
        self.flush()

    def finish(self, stream):
        self.until(lambda: self.answers[stream].ended or self.answers[stream].reset is not None)
        return self.answers[stream]

    def ask(self, *arguments, **more):
        return self.finish(self.begin(*arguments, **more))


def requests_side_by_side(client):
    streams = {client.begin("/reflect", "POST", end=False): bytes([i]) * (i * 100) for i in range(1, 90)}
    for stream, body in streams.items():
        client.send(stream, body)
    for stream, body in streams.items():
        answer = client.finish(stream)
        assert (answer.status, bytes(answer.body)) == (200, body), (stream, answer.status)
    assert client.ask("/nowhere").status == 404
    head = client.ask("/", "HEAD")
    assert (head.status, bytes(head.body), head.fields["content-length"]) == (200, b"", "9")


def bodies_under_flow_control(client):
    octets = bytes(i * 7 & 255 for i in range(3_000_000))
    for path in ("/echo", "/reflect"):
        stream = client.begin(path, "POST", [("content-length", str(len(octets)))], end=False)
        client.send(stream, octets)
        assert bytes(client.finish(stream).body) == octets, path
    assert bytes(client.ask("/big/4").body) == b"x" * (4 << 20)


def trailers_and_hints(client):
    stream = client.begin("/reflect", "POST", [("te", "trailers")], end=False)
    client.send(stream, b"counted", [("x-sum", "7")])
    answer = client.finish(stream)
    assert (bytes(answer.body), answer.trailers) == (b"counted", {"x-trailer": "7"}), answer.trailers
    answer = client.ask("/hints")
    assert answer.hints[0][":status"] == "103" and bytes(answer.body) == b"after the hints", answer.hints


def resets_and_settings(client):
    stuck = client.begin("/stuck")
    client.h2.reset_stream(stuck, 8)
    client.h2.ping(b"a ping!!")
    before = client.acknowledged
    client.h2.update_settings({h2.settings.SettingCodes.HEADER_TABLE_SIZE: 0,
                               h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 100_000,
                               h2.settings.SettingCodes.MAX_FRAME_SIZE: 50_000})
    client.flush()
    client.until(lambda: client.acknowledged > before)
    for _ in range(3):
        assert bytes(client.ask("/").body) == b"ordinary\n"
    refused = client.ask("/", fields=[("x-large", "v" * 60_000), ("x-larger", "w" * 8_000)])
    assert refused.status == 431, refused.status


def push(port, tls):
    client = Client(port, tls, push=True)
    answer = client.ask("/push")
    assert bytes(answer.body) == b"pushed"
    (stream, fields), = client.pushed.items()
    assert fields[":path"] == "/early" and fields["accept"] == "text/plain", fields
    assert bytes(client.finish(stream).body) == b"not early"
    assert bytes(Client(port, tls).ask("/push").body) == b"not pushed"


def frame(first, payload, mask=b"\1\2\3\4"):
    masked = bytes(octet ^ mask[i & 3] for i, octet in enumerate(payload))
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([first]) + size + mask + masked


def websocket(port):
    """RFC 8441, beside an ordinary request on the same connection."""
    client = Client(port, tls=False)
    client.until(lambda: client.h2.remote_settings.enable_connect_protocol == 1)
    stream = client.begin("/rooms/tap", "CONNECT", [(":protocol", "websocket"), ("sec-websocket-version", "13")],
                          end=False)
    answer = client.answers[stream]
    client.until(lambda: answer.status is not None)
    assert answer.status == 200, answer.status
    for text in (b"hello", b"x" * 60_000):
        expected = b"tap: " + text
        size = bytes([len(expected)]) if len(expected) < 126 else b"\x7e" + len(expected).to_bytes(2, "big")
        del answer.body[:]
        octets = frame(0x81, text)
        while octets:
            client.h2.send_data(stream, octets[:16_000])
            octets = octets[16_000:]
        client.flush()
        client.until(lambda: len(answer.body) >= len(expected) + 1 + len(size))
        assert bytes(answer.body) == b"\x81" + size + expected
    assert client.ask("/nowhere").status == 404
    del answer.body[:]
    client.h2.send_data(stream, frame(0x88, (1000).to_bytes(2, "big")))
    client.flush()
    client.finish(stream)
    assert bytes(answer.body) == b"\x88\x02\x03\xe8", bytes(answer.body)
    refused = client.ask("/nowhere", "CONNECT", [(":protocol", "websocket"), ("sec-websocket-version", "13")], end=False)
    assert refused.status == 404, refused.status


def goaway(client, server):
    stream = client.begin("/big/8")
    client.until(lambda: len(client.answers[stream].body) > 100_000)
    server.send_signal(signal.SIGTERM)
    answer = client.finish(stream)
    assert len(answer.body) == 8 << 20
    while not client.closed:
        client.step()
    assert client.terminated and client.terminated[-1] == (0, stream), client.terminated


def main():
    h3_site, websockets = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", f"{directory}/key.pem", "-out", f"{directory}/cert.pem", "-days", "2",
                        "-subj", "/CN=localhost"], check=True, stderr=subprocess.DEVNULL)
        tls, clear, other = free_port(), free_port(), free_port()
        site = subprocess.Popen([h3_site, str(tls), f"{directory}/cert.pem", f"{directory}/key.pem", f"clear={clear}"])
        chat = subprocess.Popen([websockets, "run", "--bind", f"127.0.0.1:{other}"])
        try:
            for port in (clear, other):
                wait_for(port)
            for port, over_tls in ((tls, True), (clear, False)):
                client = Client(port, over_tls)
                for check in (requests_side_by_side, bodies_under_flow_control, trailers_and_hints, resets_and_settings):
                    check(client)
                push(port, over_tls)
            assert Client(clear, False).ask("/").fields["alt-svc"].startswith(f'h3=":{tls}"')
            websocket(other)
            goaway(Client(tls, True), site)
            assert site.wait(20) == 0
            chat.send_signal(signal.SIGTERM)
            assert chat.wait(20) == 0
        finally:
            for process in (site, chat):
                if process.poll() is None:
                    process.kill()
    print("python3-h2 agrees")


if __name__ == "__main__":
    main()
