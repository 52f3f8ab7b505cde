# SPDX-License-Identifier: MIT
"""A Flask application and a Pottle program share a SECRET_KEY: each reads the sessions that the other has written.

usage: flask_test.py <site program> [sessions]
(SES-1 SES-4 SES-10 SES-11 SES-12 FX-2)
"""
import datetime
import json
import random
import sys
import threading
import uuid

import flask
import markupsafe
import servers
from werkzeug.serving import make_server

TEXT = "abc \"\\/\n\t\x00\x7fé€😀"


def create_app():
    app = flask.Flask("peer")
    app.secret_key = "secret"

    @app.get("/document")
    def document():
        return app.session_interface.get_signing_serializer(app).serializer.dumps(dict(flask.session))

    return app


def random_text(rng):
    if rng.random() < 0.1:
        return rng.choice("xy") * 200
    return "".join(rng.choice(TEXT) for _ in range(rng.randrange(8)))


def random_value(rng, depth=0):
    leaves = [
        lambda: rng.choice([None, True, False]),
        lambda: rng.randrange(-2**40, 2**40),
        lambda: rng.uniform(-1e6, 1e6),
        lambda: random_text(rng),
        lambda: rng.randbytes(rng.randrange(6)),
        lambda: uuid.UUID(int=rng.getrandbits(128)),
        lambda: datetime.datetime.fromtimestamp(rng.randrange(2**31), datetime.timezone.utc),
        lambda: markupsafe.Markup(random_text(rng)),
    ]
    kind = rng.randrange(11 if depth < 3 else 8)
    if kind < 8:
        return leaves[kind]()
    items = [random_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 8:
        return items
    if kind == 9:
        return tuple(items)
    keys = rng.choice([[" t", " di", " b", " x"], ["a", "b", "c", "é"]])
    return dict(zip(keys, items))


def check_flask_to_pottle(app, port, count):
    rng = random.Random(7)
    serializer = app.session_interface.get_signing_serializer(app)
    for _ in range(count):
        session = {random_text(rng) or "k": random_value(rng) for _ in range(rng.randrange(5))}
        cookie = serializer.dumps(session)
        if len(cookie) > 8000:
            continue
        answer = servers.ask(port, "GET", "/session/document", {"Cookie": f"session={cookie}"})
        # The members in tagged form; a session of one key that is a tag is wrapped as a whole in the cookie.
        document = {key: serializer.serializer.tag(value) for key, value in session.items()}
        assert json.loads(answer.body) == document, (session, answer.body)


def check_pottle_to_flask(app, port, peer_port):
    cookie = None
    for target in ("/session/set", "/session/kinds", "/session/more-kinds", "/flash", "/session/permanent"):
        answer = servers.ask(port, "GET", target, {"Cookie": f"session={cookie}"} if cookie else {})
        cookie = answer.field("set-cookie").split(";")[0].partition("=")[2]
    ours = servers.ask(port, "GET", "/session/document", {"Cookie": f"session={cookie}"})
    theirs = servers.ask(peer_port, "GET", "/document", {"Cookie": f"session={cookie}"})
    assert json.loads(ours.body) == json.loads(theirs.body), (ours.body, theirs.body)
    session = app.session_interface.get_signing_serializer(app).loads(cookie)
    assert session["tuple"] == (1, "x") and session["bytes"] == b"\x00\xff", session
    assert session["uuid"] == uuid.UUID("123456789abcdef0123456789abcdef0"), session
    assert session["time"].timestamp() == 1577934245 and session["tagged"] == {" t": 1}, session
    assert session["_flashes"] == [("message", "first"), ("error", "second")], session


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    app = create_app()
    peer = make_server("127.0.0.1", 0, app)
    threading.Thread(target=peer.serve_forever, daemon=True).start()
    with servers.pottle(sys.argv[1]) as port:
        check_flask_to_pottle(app, port, count)
        check_pottle_to_flask(app, port, peer.server_port)
    peer.shutdown()
    print(f"{count} sessions of Flask read by Pottle, and Pottle's by a running Flask application")


main()
