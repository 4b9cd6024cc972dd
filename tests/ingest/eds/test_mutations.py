"""No bit of a signature may change: each part of its structure is flipped, and each time it is refused."""

from collections.abc import Iterator

import pytest

from ingest.authority import cms
from ingest.authority.holders import Holder
from ingest.eds.policy import Policy
from ingest.eds.refusals import Refusal
from ingest.eds.verify import verify
from tests.fakes.authority import authority_of, citizen_of
from tests.ingest.eds.asking import CONTENT, Silent, now, policy_of

TIMESTAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")


def parts(data: bytes, start: int, end: int) -> Iterator[int]:
    """Of each element inside: tag, length, and the first, middle and last byte of what it holds."""
    while start < end:
        tag, first = data[start], data[start + 1]
        begin = start + 2 + (first & 0x7F if first & 0x80 else 0)
        length = int.from_bytes(data[start + 2 : begin], "big") if first & 0x80 else first
        yield from range(start, begin)
        if tag & 0x20:
            yield from parts(data, begin, begin + length)
        elif length:
            yield from {begin, begin + length // 2, begin + length - 1}
        start = begin + length


def refused(data: bytes, policy: Policy) -> bool:
    """Nothing is asked about revocation: a mutant is caught by what it is, or it is accepted as pending."""
    try:
        verify(CONTENT, data, policy=policy, received_at=now(), sources=Silent())
    except Refusal:
        return True
    return False


def check_every_part(signature: bytes, policy: Policy, *, every: int) -> None:
    """``every``: one in so many of the parts, each flipped in one bit that goes with its place."""
    assert not refused(signature, policy)
    for place in list(parts(signature, 0, len(signature)))[::every]:
        changed = bytearray(signature)
        changed[place] ^= 1 << place % 8
        assert refused(bytes(changed), policy), place


# The parts of a GOST signature are those of an RSA one, and each costs ten times as much.
@pytest.mark.parametrize(("algorithm", "every"), [("rsa", 1), ("gost", 7)])
def test_no_part_of_a_signature_can_change(algorithm: str, every: int) -> None:
    kind = "gost" if algorithm == "gost" else "rsa"
    check_every_part(
        citizen_of(kind).sign(CONTENT, attached=True), policy_of(authority_of(kind)), every=every
    )


def test_no_part_can_change_without_a_timestamp_and_the_certificates_attribute() -> None:
    """What these two hold fast is then held by the path alone; the bag has the whole path in it."""
    authority, citizen = authority_of("rsa"), citizen_of("rsa")
    signature = citizen.sign(
        CONTENT,
        timestamp=False,
        attributes=attributes_without_certificate(citizen),
        certificates=(citizen.certificate, authority.issuing.certificate, authority.root.certificate),
    )
    check_every_part(signature, policy_of(authority), every=3)


def attributes_without_certificate(citizen: Holder) -> tuple[bytes, ...]:
    made = cms.attributes(CONTENT, signer=citizen, at=now())
    return tuple(each for each in made if b"\x10\x02\x2f" not in each[:20])


def test_every_bit_around_a_timestamp_counts() -> None:
    """asn1crypto takes an optional part with another tag for an absent one: the time would be lost."""
    signature, policy = citizen_of("rsa").sign(CONTENT), policy_of(authority_of("rsa"))
    place = signature.index(TIMESTAMP_TOKEN)
    for bit in range((place - 12) * 8, (place + 20) * 8):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert refused(bytes(changed), policy), bit
