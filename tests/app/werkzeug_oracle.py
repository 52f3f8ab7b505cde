#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks Werkzeug (3.1) what random routing tables answer; writes tests/app/data/routing.txt.

    python3 tests/app/werkzeug_oracle.py 1 > tests/app/data/routing.txt

The argument is the seed. Lines, separated by tabs:
    table
    rule  <pattern> <methods> <options>         options: letters of strict, Merge, auto, websocket
    ask   <method> <http|websocket> <percent-encoded path> <answer>
Answers: the rule's number and its captures as they stand in the path, percent-encoded; "options" and
the allowed methods; 308 and the path; 405 and the allowed methods; 400; 404.

What is left out, because Pottle decides otherwise: see the header of werkzeug_test.cpp.
"""
import random
import sys
from importlib.metadata import version
from urllib.parse import quote, urlsplit

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule, converters
from werkzeug.routing.exceptions import WebsocketMismatch

TABLES = 60
ASKS = 60
WORDS = ["a", "b", "ab", "abc", "a.b", "x-1", "7", "\u00e9", "a b"]
UUID = "0F8fad5b-d9cb-469f-a165-70867728950e"
TEXTS = ["a", "b", "ab", "abc", "abcd", "a.b", "x-1", "7", "42", "007", "-3", "1.5", "-2.25", "\u00e9", "\u00e9\u00e9", "a b", "c d", "-",
         "1-2", "a-b-c", UUID, UUID[:-1], "a.txt", "7.txt", "1.5.txt", ".", "~", "x1", "+1", "%", "?"]
FITTING = {"int": ["7", "42", "007", "-3", "5"], "float": ["1.5", "-2.25", "0.5"], "uuid": [UUID], "any": ["a", "ab", "c d", "x1"],
           "path": ["a", "a/b", "7/abc", "a/b/"]}
CONVERTERS = ["", "", "string:", "string(minlength=2):", "string(length=2):", "string(minlength=2,maxlength=3):", "int:",
              "int:", "int(max=5):", "int(min=3, max=50):", "int(fixed_digits=3):", "int(signed=True):",
              "int(signed=True,max=5):", "float:", "float(min=1.0,max=2.0):", "float(signed=True):", "path:", "path:",
              "uuid:", "any(a,b,ab):", "any(x1, \"c d\", abc):"]


class Raw:
    """A converter that checks as its base does, and leaves the text as it stands."""

    def to_python(self, value):
        super().to_python(value)
        return value


RAW = {name: type(name, (Raw, kind), {"part_isolating": kind.part_isolating}) for name, kind in converters.DEFAULT_CONVERTERS.items()}


class Names:
    def __init__(self):
        self.count = 0

    def parameter(self, rng):
        self.count += 1
        return f"<{rng.choice(CONVERTERS)}p{self.count}>"


def segment(rng, names):
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(WORDS)
    if kind < 0.8:
        return names.parameter(rng)
    shape = rng.choice(["x{}", "{}.txt", "f-{}.t", "{}-{}", "{}{}", "v{}.{}", "{}-{}-{}"])
    return shape.format(*[names.parameter(rng) for _ in range(shape.count("{}"))])


def pattern(rng):
    names = Names()
    text = "".join("/" + segment(rng, names) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4])))
    if rng.random() < 0.3 or not text:
        text += "/"
    if rng.random() < 0.04:
        text = text.replace("/", "//", 1) if text.count("/") > 1 else text
    return text


def collides(rule, others):
    """True for what Pottle refuses, or resolves by preferring the rule that names the method."""
    return any(o._parts == rule._parts and o.websocket == rule.websocket and o.methods & rule.methods - {"OPTIONS", "HEAD"}
               or o._parts == rule._parts and (o.spelled & {"HEAD", "OPTIONS"} or rule.spelled & {"HEAD", "OPTIONS"})
               for o in others)


def make_table(rng):
    # A rule with merge_slashes=False and a redirect to a slash after merging: Pottle does not go there.
    all_merge = rng.random() < 0.8
    table = Map(converters=RAW, host_matching=False)
    rules = []
    for number in range(rng.randint(2, 14)):
        text = pattern(rng)
        methods = rng.choice([["GET"], ["GET"], ["GET"], ["POST"], ["GET", "POST"], ["PUT"], ["GET", "OPTIONS"]])
        websocket = rng.random() < 0.06
        if websocket:
            methods = ["GET"]
        strict = all_merge and rng.random() < 0.75
        merge = all_merge or rng.random() < 0.5
        auto = "OPTIONS" not in methods and rng.random() < 0.8
        make = lambda: Rule(text, endpoint=str(len(rules)), methods=methods + (["OPTIONS"] if auto else []),
                            strict_slashes=strict, merge_slashes=merge, websocket=websocket)
        rule = make()
        rule.bind(Map(converters=RAW))
        rule.spelled = set(methods)
        if collides(rule, rules):
            continue
        final = make()
        final.spelled, final.auto = set(methods), auto
        table.add(final)
        rules.append(final)
        flags = "".join(letter for letter, on in zip("smaw", (strict, merge, auto, websocket)) if on)
        print("rule", text, ",".join(methods), flags or "-", sep="\t")
    return table, rules


def random_path(rng, rules):
    if rng.random() < 0.6:
        text = rng.choice(rules).rule
        out, i = "", 0
        while i < len(text):
            if text[i] == "<":
                converter = text[i + 1:].split(":")[0].split("(")[0]
                i = text.index(">", i)
                out += rng.choice(FITTING.get(converter, TEXTS) if rng.random() < 0.8 else TEXTS) + ("/" + rng.choice(TEXTS) if rng.random() < 0.1 else "")
            else:
                out += text[i]
            i += 1
    else:
        out = "".join("/" + rng.choice(TEXTS) for _ in range(rng.randint(1, 4)))
    edit = rng.random()
    if edit < 0.15:
        out = out.rstrip("/") or "/"
    elif edit < 0.3:
        out += "/"
    elif edit < 0.4:
        at = rng.randrange(len(out))
        out = out[:at] + "/" * rng.randint(1, 3) + out[at:]
    return out if out.startswith("/") else "/" + out


def answer(table, rules, path, method, websocket):
    adapter = table.bind("h", url_scheme="ws" if websocket else "http")
    try:
        rule, values = adapter.match(path, method=method, return_rule=True, websocket=websocket)
    except RequestRedirect as redirect:
        return ["308", urlsplit(redirect.new_url).path]
    except MethodNotAllowed as error:
        return ["405", ",".join(sorted(error.valid_methods))]
    except WebsocketMismatch:
        return ["400"]
    except NotFound:
        return ["404"]
    if method == "OPTIONS" and rule.auto:
        try:
            adapter.match(path, method="--", websocket=websocket)
        except MethodNotAllowed as error:
            return ["options", ",".join(sorted({*error.valid_methods} | rule.methods))]
        except NotFound:
            # Without its slash, a route that is not strict is served, but Werkzeug lists no method.
            return ["options", ",".join(sorted(rule.methods))]
    return [rule.endpoint] + [quote(v, safe="") for v in values.values()]


def main():
    rng = random.Random(int(sys.argv[1]))
    print(f"# Werkzeug {version('werkzeug')}, seed {sys.argv[1]}: written by werkzeug_oracle.py")
    for _ in range(TABLES):
        print("table")
        table, rules = make_table(rng)
        for _ in range(ASKS if rules else 0):
            path = random_path(rng, rules)
            method = rng.choice(["GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "BREW"])
            websocket = rng.random() < 0.05
            if websocket:
                method = "GET"
            row = ["ask", method, "websocket" if websocket else "http", quote(path, safe="/-._~!$&'()*+,:;=@")]
            print(*row, *answer(table, rules, path, method, websocket), sep="\t")


main()
