"""One signature checked, without anything around it: ours against gostcrypto, which is pure Python too."""

import secrets
from collections.abc import Callable
from functools import partial

import gostcrypto
from cryptography.hazmat.primitives import serialization

from ingest.authority.keys import RsaKey
from ingest.eds import gost
from ingest.eds.algorithms import SHA256, public_key, signature_holds
from tests.benchmarks.snapshot.findings import Aim, Section
from tests.benchmarks.snapshot.timing import figure, medians

Check = Callable[[bytes], bool]

# As long as the signed text of a problem in a few lines.
MESSAGE = secrets.token_bytes(1_200)
CHANGED = bytes([MESSAGE[0] ^ 1]) + MESSAGE[1:]
CURVE = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019["id-tc26-gost-3410-12-512-paramSetA"]
PASSES = 15


def section() -> Section:
    checks = (*_gost(), _rsa())
    for check in checks:
        assert check(MESSAGE)
        assert not check(CHANGED)
    ours, rival, rsa = medians([partial(check, MESSAGE) for check in checks], passes=PASSES)
    return Section(
        "One signature",
        [
            f"A text of {len(MESSAGE):,} bytes is hashed and its signature checked, with a key seen for the "
            f"first time: {figure(ours)} ms, by gostcrypto {figure(rival)} ms. Each accepts it and "
            "refuses it for a text with one bit changed.",
        ],
        [
            Aim("a GOST-512 signature", 15, "ms", ours),
            Aim("the same against gostcrypto", 10, "times", rival / ours, at_least=True),
            Aim("an RSA-2048 signature", 2, "ms", rsa),
        ],
    )


def _gost() -> tuple[Check, Check]:
    private = secrets.randbelow(gost.Q - 1) + 1
    public = gost.public_key(private)
    signature = gost.sign(private, gost.streebog_512(MESSAGE))

    def ours(text: bytes) -> bool:
        return gost.verify(public, gost.streebog_512(text), signature)

    def rival(text: bytes) -> bool:
        # The order of bytes of RFC 7091 is the other way round.
        digest = bytearray(gostcrypto.gosthash.new("streebog512", data=bytearray(text)).digest())[::-1]
        checker = gostcrypto.gostsignature.new(gostcrypto.gostsignature.MODE_512, CURVE)
        key = public[:64][::-1] + public[64:][::-1]
        written = signature[:64][::-1] + signature[64:][::-1]
        return bool(checker.verify(bytearray(key), digest, bytearray(written)))

    return ours, rival


def _rsa() -> Check:
    key = RsaKey.new()
    signature = key.sign(MESSAGE)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = public_key(key.private.public_key().public_bytes(serialization.Encoding.DER, form))
    return lambda text: signature_holds(public, SHA256, text, signature, lasting=False)
