"""Streebog and GOST signatures: published vectors, another implementation, and what is no key."""

import secrets

import gostcrypto
import pytest

from ingest.eds import gost
from ingest.eds.gost import Q, public_key, sign, streebog_512, verify

PRIVATE = 0x1B5A6E0D7A7F4C0FAEB0D3C5E3A1A9A2C8F4B6D7E9F1A3B5C7D9EBFD0F21436587
DIGEST = streebog_512(b"\x01\x02\x03")


def oracle_digest(data: bytes) -> bytes:
    return bytes(gostcrypto.gosthash.new("streebog512", data=bytearray(data)).digest())


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 300])
def test_a_digest_is_that_of_another_implementation(length: int) -> None:
    data = secrets.token_bytes(length)
    assert streebog_512(data) == oracle_digest(data)


def test_carries_in_the_sum_of_blocks_are_kept() -> None:
    assert streebog_512(b"\xff" * 128) == oracle_digest(b"\xff" * 128)


def test_the_digest_of_the_standards_first_message() -> None:
    # RFC 6986, 10.1.1, whose numbers are written from the highest byte on.
    message = b"012345678901234567890123456789012345678901234567890123456789012"
    assert streebog_512(message).hex() == (
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
    )


def oracle() -> gostcrypto.gostsignature.GOST34102012:
    curves = gostcrypto.gostsignature.CURVES_R_1323565_1_024_2019
    return gostcrypto.gostsignature.new(
        gostcrypto.gostsignature.MODE_512, curves["id-tc26-gost-3410-12-512-paramSetA"]
    )


def test_another_implementation_accepts_our_signature() -> None:
    """It reads digests, keys and signatures from the highest byte on (docs/eds.md)."""
    public, signature = public_key(PRIVATE), sign(PRIVATE, DIGEST)
    key = public[:64][::-1] + public[64:][::-1]
    turned = signature[:64][::-1] + signature[64:][::-1]
    assert oracle().verify(bytearray(key), bytearray(DIGEST[::-1]), bytearray(turned))


def test_we_accept_the_signature_of_another_implementation() -> None:
    theirs = bytes(oracle().sign(bytearray(PRIVATE.to_bytes(64, "big")), bytearray(DIGEST[::-1])))
    signature = theirs[:64][::-1] + theirs[64:][::-1]
    assert verify(public_key(PRIVATE), DIGEST, signature)


@pytest.mark.parametrize("private", [1, 2, 15, 16, 17, 31, 32, 33, 2**511, Q - 1, Q - 2])
def test_keys_at_the_edges_of_windows_sign_and_verify(private: int) -> None:
    """The cases that formulas of addition leave out: the same point, the opposite one, infinity."""
    public, signature = public_key(private), sign(private, DIGEST)
    for lasting in (False, True):
        assert verify(public, DIGEST, signature, lasting=lasting)
        assert not verify(public, streebog_512(b"other"), signature, lasting=lasting)


def test_every_changed_byte_of_a_signature_is_noticed() -> None:
    public, signature = public_key(PRIVATE), sign(PRIVATE, DIGEST)
    for place in range(len(signature)):
        changed = bytearray(signature)
        changed[place] ^= 1 << place % 8
        assert not verify(public, DIGEST, bytes(changed), lasting=True)


def number(value: int) -> bytes:
    return value.to_bytes(64, "little")


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(127),
        bytes(129),
        number(0) + number(1),
        number(1) + number(0),
        number(Q) + number(1),
        number(1) + number(Q),
        b"\xff" * 128,
    ],
)
def test_numbers_out_of_range_are_no_signature(signature: bytes) -> None:
    assert not verify(public_key(PRIVATE), DIGEST, signature)


@pytest.mark.parametrize(
    "public",
    [
        b"",
        bytes(128),
        number(3) + number(3),
        public_key(PRIVATE)[:127],
        public_key(PRIVATE) + b"\0",
        number(gost.P + 3) + number(gost.BASE[1]),
    ],
    ids=["empty", "zero", "off the curve", "short", "long", "not reduced"],
)
def test_what_is_no_point_of_the_curve_is_no_key(public: bytes) -> None:
    assert not gost.is_public_key(public)
    assert not verify(public, DIGEST, sign(PRIVATE, DIGEST))


@pytest.mark.parametrize("private", [0, -1, Q])
def test_a_private_key_lies_within_the_group(private: int) -> None:
    with pytest.raises(ValueError, match="private key"):
        public_key(private)
    with pytest.raises(ValueError, match="private key"):
        sign(private, DIGEST)


def test_a_digest_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        verify(public_key(PRIVATE), DIGEST[:32], sign(PRIVATE, DIGEST))
