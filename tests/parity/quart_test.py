# SPDX-License-Identifier: MIT
"""Sends the same requests to a Pottle program and to its twin on Quart and Hypercorn, and compares the answers.

usage: quart_test.py <site program>

Status, body and the fields that matter must be equal, except where DIFFERENCES says why not.
(INV-1 INV-2 INV-3 INV-4 RT-12 RT-15 RT-17 RT-20 RT-21 RT-22 RT-34 SES-24 SES-25 FL-2 JSON-1)
"""
import base64
import re
import sys
import zlib

import servers

FIELDS = ["content-type", "content-length", "transfer-encoding", "location", "allow", "vary", "set-cookie", "x-made"]

# (what must be in the request's name, field, reason). "body" and "status" count as fields.
DIFFERENCES = [
    ("204", "content-type", "RFC 9110 6.4: without content there is no type to tell"),
    ("204", "content-length", "RFC 9110 8.6: a server must not send Content-Length with 204"),
    ("HEAD /stream", "transfer-encoding", "RFC 9112 6.1: may be left out where no content follows"),
    ("GET /abort/412", "body", "Hypercorn promises a length and sends nothing"),
    ("//int///5", "status", "RT-22: Debian's Quart takes what stands behind // for a host; Flask and Pottle redirect"),
    ("//int///5", "body", "as above"),
    ("//int///5", "content-length", "as above"),
    ("//int///5", "location", "as above"),
    ("a=1&b=", "body", "Werkzeug lists the values of one name together, Pottle lists all as they were sent"),
    ("a=1; b=2; a=3", "body", "as above"),
    ("session step", "vary", "SES-24: what depends on the session depends on its cookie; Debian's Quart forgets it when "
     "it was only read, refreshed or removed"),
    ("/session/pop", "set-cookie", "taking what is not there changes nothing, as in Flask"),
    ("/session/clear", "set-cookie", "SES-23: the removal has the attributes of the cookie, as in Flask since 2.3"),
    ("/flash/show", "set-cookie", "as above"),
]

CASES = [
    *[("GET", path) for path in (
        "/", "/text", "/missing", "/int/7", "/int/007", "/int/-1", "/int/x", "/float/1.5", "/float/1", "/string/a%20b",
        "/string/%C3%A9", "/two/ab", "/two/abc", "/path/a/b/end", "/path/a%2Fb/end", "/path//end",
        "/uuid/12345678-9ABC-def0-1234-56789abcdef0", "/uuid/1", "/slash/", "/slash", "/slash?q=1&r=%20", "/no-slash",
        "/no-slash/", "//int///5", "//missing", "/where", "/where?a=1&b=%20", "/where?", "/only-post", "/redirect",
        "/moved", "/fail", "/abort-text", "/json", "/json-list", "/json-null", "/created", "/empty", "/no-content",
        "/teapot", "/stream", "/args?a=1&b=2&a=3&c=&d&e=%C3%A9+x", "/args?%FF=%FF", "/cookies")],
    *[("GET", f"/abort/{code}") for code in (400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416,
                                            417, 418, 422, 423, 424, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505)],
    *[("HEAD", path) for path in ("/", "/json", "/missing", "/created", "/stream", "/no-content")],
    *[("OPTIONS", path) for path in ("/", "/only-post", "/missing")],
    *[("PUT", path) for path in ("/", "/only-post", "/missing", "/slash/")],
    ("POST", "/slash"),
]

BODIES = [
    ("/echo", "text/plain; charset=utf-8", "grüße".encode()),
    ("/echo", None, b""),
    ("/form", "application/x-www-form-urlencoded", b"a=1&b=%C3%A9&a=2&c=&d"),
    ("/form", "application/x-www-form-urlencoded; charset=utf-8", b"a=+%2B"),
    ("/form", "text/plain", b"a=1"),
    ("/form", "multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="b"'
     b'\r\n\r\n\xc3\xa9\r\n--x--\r\n'),
    ("/json", "application/json", b'{"b":[1,2.5],"a":"\xc3\xa9"}'),
    ("/json", "application/vnd.api+json", b"[]"),
    ("/json", "text/plain", b"[]"),
    ("/only-post", None, b""),
    ("/", None, b"x"),
]

COOKIES = ["a=1; b=2; a=3", 'q="x\\040y\\"z"', "a=1;b", "; ;a = 1 ;", "a=%20"]

SESSION_STEPS = ["/session", "/session/set", "/session", "/session/set", "/session/kinds", "/session", "/session/pop",
                 "/session/pop", "/session/permanent", "/", "/missing", "/session/clear", "/session", "/flash",
                 "/flash", "/flash/show", "/flash/show"]


def payload(cookie):
    """The document in a session's cookie: signature and time differ from one second to the next."""
    text = cookie.split(".")[1] if cookie.startswith(".") else cookie.split(".")[0]
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return (zlib.decompress(octets) if cookie.startswith(".") else octets).decode()


def normal(name, value):
    if name == "allow":
        return ", ".join(sorted(value.split(", ")))  # a set
    if name == "vary":
        return ", ".join(sorted(item.strip().lower() for item in value.split(",")))
    if name == "set-cookie":
        value = re.sub(r"Expires=(?!Thu, 01 Jan 1970)[^;]*", "Expires=<soon>", value)
        return re.sub(r"^session=([^;]+)", lambda match: f"session={payload(match[1])}", value)
    return value


def facts(answer):
    fields = {name: [normal(name, value) for value in answer.all(name)] for name in FIELDS}
    return {"status": answer.status, "body": answer.body, **fields}


class Comparison:
    def __init__(self):
        self.count, self.problems, self.used = 0, [], set()

    def compare(self, name, ours, theirs):
        self.count += 1
        mine, reference = facts(ours), facts(theirs)
        for field, value in reference.items():
            if mine[field] == value:
                continue
            reason = next((d for d in DIFFERENCES if d[0] in f"{name} {theirs.status}" and d[1] == field), None)
            if reason:
                self.used.add(reason)
            else:
                self.problems.append(f"{name}: {field}\n    pottle {mine[field]!r}\n    quart  {value!r}")


def compare_single_requests(comparison, pottle, quart):
    for method, target in CASES:
        comparison.compare(f"{method} {target}", servers.ask(pottle, method, target), servers.ask(quart, method, target))
    for target, content_type, body in BODIES:
        headers = {"Content-Type": content_type} if content_type else {}
        comparison.compare(f"POST {target} {content_type} {body!r}", servers.ask(pottle, "POST", target, headers, body),
                           servers.ask(quart, "POST", target, headers, body))
    for cookie in COOKIES:
        headers = {"Cookie": cookie}
        comparison.compare(f"Cookie {cookie}", servers.ask(pottle, "GET", "/cookies", headers),
                           servers.ask(quart, "GET", "/cookies", headers))
    comparison.compare("set-cookie of /cookie", servers.ask(pottle, "GET", "/cookie"),
                       servers.ask(quart, "GET", "/cookie"))


def session_of(answer, before):
    for line in answer.all("set-cookie"):
        if line.startswith("session="):
            value = line.split(";")[0].partition("=")[2]
            return value or None
    return before


def compare_sessions(comparison, pottle, quart, crossed):
    """`crossed`: each side gets the cookie that the other has made."""
    ours = theirs = None
    for number, target in enumerate(SESSION_STEPS):
        mine = servers.ask(pottle, "GET", target, {"Cookie": f"session={ours}"} if ours else {})
        reference = servers.ask(quart, "GET", target, {"Cookie": f"session={theirs}"} if theirs else {})
        comparison.compare(f"session step {number} {target}{' crossed' if crossed else ''}", mine, reference)
        ours, theirs = session_of(mine, ours), session_of(reference, theirs)
        if crossed:
            ours, theirs = theirs, ours


def main():
    comparison = Comparison()
    with servers.pottle(sys.argv[1]) as pottle, servers.hypercorn("quart_site:app") as quart:
        compare_single_requests(comparison, pottle, quart)
        compare_sessions(comparison, pottle, quart, crossed=False)
        compare_sessions(comparison, pottle, quart, crossed=True)
    for problem in comparison.problems:
        print(problem)
    for what, field, reason in sorted(comparison.used):
        print(f"deliberate: {what}, {field}: {reason}")
    print(f"{comparison.count} requests, {len(comparison.problems)} unexplained differences")
    return 1 if comparison.problems else 0


sys.exit(main())
