# SPDX-License-Identifier: MIT
"""Signs and reads random documents with Python's itsdangerous and with Pottle, both ways.

usage: itsdangerous_test.py <itsdangerous_peer> [documents a form]

Each side must read what the other signed, and both must sign the same text. (The text may differ only where
zlib's output does: then each side reads the other's.)
"""
import hashlib
import json
import random
import subprocess
import sys

import itsdangerous

NOW = 1_700_000_000
KEYS = ["older key", "secret"]
SALT = "pottle"


class FrozenSigner(itsdangerous.TimestampSigner):
    def get_timestamp(self):
        return NOW


FORMS = {
    "plain": (itsdangerous.Serializer, itsdangerous.Signer),
    "timed": (itsdangerous.TimedSerializer, FrozenSigner),
    "url_safe": (itsdangerous.URLSafeSerializer, itsdangerous.Signer),
    "url_safe_timed": (itsdangerous.URLSafeTimedSerializer, FrozenSigner),
}
DERIVATIONS = ["django-concat", "concat", "hmac", "none"]
HASHES = ["sha1", "sha256", "sha512"]
LETTERS = 'abcdefgh "\\/\n\t\x00\x1f\x7f.é€😀\u2028'


def random_text(rng):
    if rng.random() < 0.1:
        return rng.choice("ab") * rng.randrange(300)
    return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(12)))


def random_value(rng, depth=0):
    kind = rng.randrange(8 if depth < 3 else 6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind == 1:
        return rng.choice([0, -1, 2**63 - 1, -(2**63), 2**64 - 1, rng.randrange(-10**9, 10**9)])
    if kind == 2:
        return rng.choice([0.0, -0.5, 1e16, 1e22, 1e-5, 123456789.125, rng.random(), rng.uniform(-1e6, 1e6)])
    if kind <= 5:
        return random_text(rng)
    if kind == 6:
        return [random_value(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {random_text(rng): random_value(rng, depth + 1) for _ in range(rng.randrange(5))}


def ask(peer, what, form, derivation, digest, lines):
    # A newline would end the line: documents are sent as JSON, which escapes it.
    result = subprocess.run([peer, what, form, derivation, digest, SALT, str(NOW), *KEYS],
                            input="".join(line + "\n" for line in lines).encode(), capture_output=True, check=True)
    answers = result.stdout.decode().split("\n")[:-1]
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines"
    return answers


def check(peer, form, derivation, digest, count, rng):
    """Returns: how many texts differed because zlib's output does."""
    cls, signer = FORMS[form]
    serializer = cls(KEYS, salt=SALT, signer=signer,
                     signer_kwargs={"key_derivation": derivation, "digest_method": getattr(hashlib, digest)})
    values = [random_value(rng) for _ in range(count)]
    ours = ask(peer, "dumps", form, derivation, digest, [json.dumps(value) for value in values])
    theirs = [serializer.dumps(value) for value in values]
    kwargs = {"max_age": 0} if "timed" in form else {}
    different = 0
    for value, our_text, their_text in zip(values, ours, theirs):
        assert serializer.loads(our_text, **kwargs) == value, (form, value, our_text)
        if our_text != their_text:
            assert our_text.startswith(".") and their_text.startswith("."), (form, value, our_text, their_text)
            different += 1
    for value, text in zip(values, ask(peer, "loads", form, derivation, digest, theirs)):
        assert not text.startswith("error"), (form, value, text)
        assert json.loads(text) == value, (form, value, text)
    return different


def main():
    peer = sys.argv[1]
    total = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    rng = random.Random(20231114)
    rows = [(form, derivation, digest) for form in FORMS for derivation in DERIVATIONS for digest in HASHES]
    each = -(-total // len(rows))
    different = sum(check(peer, *row, each, rng) for row in rows)
    print(f"{each * len(rows)} documents both ways in {len(rows)} settings; {different} compressed differently")


main()
