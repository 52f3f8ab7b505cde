# SPDX-License-Identifier: MIT
"""Sends the same requests to a Pottle program and to its twin on Quart and Hypercorn, and compares the answers.

usage: quart_test.py <site program>

Status, body and the fields that matter must be equal, except where DIFFERENCES says why not.
(INV-1 INV-2 INV-3 INV-4 RT-12 RT-15 RT-17 RT-20 RT-21 RT-22 RT-30 RT-33 RT-34 RT-41 RT-42 UF-1 UF-2 UF-3 UF-7 BP-3 BP-4
BP-7 BP-8 BP-9 REQ-1 REQ-7 REQ-8 REQ-10 RESP-7 RESP-9 RESP-22 RESP-33 RESP-36 FILE-3 FILE-4 FILE-5 FILE-6 ERR-3 ERR-4
ERR-5 LC-5 CBV-2 SES-24 SES-25 FL-2 JSON-1)
"""
import base64
import re
import sys
import zlib

import servers

FIELDS = ["content-type", "content-length", "transfer-encoding", "location", "allow", "vary", "set-cookie", "x-made",
          "x-trace", "content-range", "cache-control", "content-disposition", "last-modified"]

# (what must be in the request's name, field, reason). "body" and "status" count as fields, "*" is any of them.
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
    ("GET /caught 308", "*", "BP-3: an empty rule is the prefix itself, as in Quart since 0.19; Debian's adds a slash"),
    ("/attributes/7", "body", "RFC 9110 12.5.1: who sends no Accept field takes anything, so the first offer is the best"),
    ("/attributes/7", "content-length", "as above"),
    ("'Range': 'bytes=-", "*", "RESP-34: the last octets; Quart fails"),
    ("'Range': 'bytes=3-1'", "*", "RFC 9110 14.2: a range that is not valid is ignored; Quart answers 416"),
    ("'Range': 'bytes=x'", "*", "as above"),
    ("'Range': 'lines=0-1'", "*", "RFC 9110 14.2: an unknown unit is ignored; Quart answers 416"),
    ("'Range': 'bytes=0-1,4-5'", "*", "RFC 9110 14.6: several ranges are parts of one answer; Quart answers 416"),
    ("HEAD /file/poem.txt {'Range'", "*", "RFC 9110 14.2: Range means something for GET only"),
    ("'Range': 'bytes=", "content-range", "RFC 9110 14.4: the last position is that of the last octet, and 416 tells the size; "
     "Debian's Quart is one short, and silent"),
    ("'If-Modified-Since': 'Fri, 01 Jan 2100", "content-length", "RESP-32: 304 has no Content-Length"),
    ("'If-Modified-Since': 'Fri, 01 Jan 2100", "content-type", "RFC 9110 15.4.5: what the client has already is left out"),
    ("'If-None-Match': '*'", "content-length", "as above"),
    ("'If-None-Match': '*'", "content-type", "as above"),
    ("'If-Match'", "*", "RESP-32: 412 has a page of its own; Quart promises the file and sends nothing"),
    ("Host quart.com:8080", "*", "RT-41: a foreign host is 404, as in Quart since 0.19; Debian's makes it the subdomain <invalid>"),
    ("Host example.org", "*", "as above"),
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
    *[("GET", path) for path in (
        "/parent", "/parent/", "/parent/?stop", "/parent/child/", "/parent/child", "/parent/child/missing",
        "/parent/child/items/7", "/parent/child/build", "/parent/child/stock", "/parent/child/teapot",
        "/parent/child/gone", "/caught", "/caught/forbidden", "/caught/broken", "/caught/missing", "/multi", "/after-this",
        "/redirect/301", "/redirect/303", "/redirect/307", "/redirect/308", "/page/", "/page/2", "/page/1", "/page",
        "/view/7", "/attributes/7", "/attributes/7?x=1&y=%20", "/events", "/cut", "/file/poem.txt",
        "/file/missing.txt", "/file/../site.cpp", "/file/%2e%2e/site.cpp", "/file/", "/attachment")],
    *[("HEAD", path) for path in ("/parent/child/", "/file/poem.txt", "/view/7", "/multi")],
    *[("OPTIONS", path) for path in ("/parent/child/", "/multi", "/view/7", "/file/poem.txt")],
    *[("DELETE", path) for path in ("/view/7", "/multi", "/parent/child/", "/file/poem.txt")],
    ("PUT", "/view/7"),
    ("POST", "/multi"),
    ("POST", "/page/1"),
]

WITH_FIELDS = [
    ("GET", "/attributes/7", {"Accept": "application/json, text/html;q=0.5", "Accept-Language": "de-AT, en;q=0.9",
                              "Authorization": "Basic YW5uOnBhbGUgYWxl", "User-Agent": "twin"}),
    ("GET", "/attributes/7", {"Authorization": "Basic !", "Accept": "*/*"}),
    ("GET", "/attributes/7", {"Host": "EXAMPLE.org:8080"}),
    *[("GET", "/file/poem.txt", {"Range": value}) for value in (
        "bytes=0-3", "bytes=5-", "bytes=0-999", "bytes=-4", "bytes=-999", "bytes=99-", "bytes=999-1000", "bytes=3-1",
        "bytes=x", "lines=0-1", "bytes=0-1,4-5")],
    ("HEAD", "/file/poem.txt", {"Range": "bytes=0-3"}),
    ("GET", "/file/poem.txt", {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}),
    ("GET", "/file/poem.txt", {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}),
    ("GET", "/file/poem.txt", {"If-Modified-Since": "never"}),
    ("GET", "/file/poem.txt", {"If-None-Match": "*"}),
    ("GET", "/file/poem.txt", {"If-None-Match": '"other"'}),
    ("GET", "/file/poem.txt", {"If-Match": '"other"'}),
    ("GET", "/file/poem.txt", {"If-Range": '"other"', "Range": "bytes=0-3"}),
]

HOSTS = [(host, target) for host in ("quart.com", "QUART.com", "quart.com:80", "quart.com:8080", "ann.quart.com",
                                     "admin.quart.com", "example.org", "a.b.quart.com")
         for target in ("/", "/where", "/panel")]

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
    if name == "x-trace":
        return value.strip()
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
            reason = next((d for d in DIFFERENCES if d[0] in f"{name} {theirs.status}" and d[1] in (field, "*")), None)
            if reason:
                self.used.add(reason)
            else:
                self.problems.append(f"{name}: {field}\n    pottle {mine[field]!r}\n    quart  {value!r}")


def compare_single_requests(comparison, pottle, quart):
    for method, target in CASES:
        comparison.compare(f"{method} {target}", servers.ask(pottle, method, target), servers.ask(quart, method, target))
    for method, target, headers in WITH_FIELDS:
        comparison.compare(f"{method} {target} {headers}", servers.ask(pottle, method, target, headers),
                           servers.ask(quart, method, target, headers))
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


def compare_hosts(comparison, pottle, quart):
    for host, target in HOSTS:
        headers = {"Host": host}
        comparison.compare(f"Host {host} {target}", servers.ask(pottle, "GET", target, headers),
                           servers.ask(quart, "GET", target, headers))


def main():
    comparison = Comparison()
    with servers.pottle(sys.argv[1]) as pottle, servers.hypercorn("quart_site:app") as quart:
        compare_single_requests(comparison, pottle, quart)
        compare_sessions(comparison, pottle, quart, crossed=False)
        compare_sessions(comparison, pottle, quart, crossed=True)
    with servers.pottle(sys.argv[1], {"PARITY_HOSTS": "1"}) as pottle, \
         servers.hypercorn("quart_structure:hosts") as quart:
        compare_hosts(comparison, pottle, quart)
    for problem in comparison.problems:
        print(problem)
    for what, field, reason in sorted(comparison.used):
        print(f"deliberate: {what}, {field}: {reason}")
    print(f"{comparison.count} requests, {len(comparison.problems)} unexplained differences")
    return 1 if comparison.problems else 0


sys.exit(main())
