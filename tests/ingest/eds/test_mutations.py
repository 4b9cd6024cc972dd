"""No bit of a signature may change: each part of its structure is flipped, and each time it is refused."""

from collections.abc import Iterator

import pytest

from ingest.authority import cms
from ingest.authority.der import element
from ingest.authority.holders import Holder
from ingest.eds.policy import Policy
from ingest.eds.refusals import Refusal
from ingest.eds.verify import verify
from tests.fakes.authority import authority_of, citizen_of
from tests.ingest.eds.asking import CONTENT, Silent, now, policy_of

Tree = tuple[int, "list[Tree] | bytes"]
# Where certificates stand in a SignedData, as the end of a place: an authority has signed what is in them.
CERTIFICATES = {(1, 0, 3), (0, 1, 0, 3)}
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


def trees(data: bytes) -> list[Tree]:
    """The elements of contents: tags, with trees of their own or with bytes."""
    found: list[Tree] = []
    while data:
        begin = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
        end = begin + (int.from_bytes(data[2:begin], "big") if data[1] & 0x80 else data[1])
        body = data[begin:end]
        found.append((data[0], trees(body) if data[0] & 0x20 else body))
        data = data[end:]
    return found


def encoded(tree: Tree) -> bytes:
    tag, body = tree
    return element(tag, body if isinstance(body, bytes) else b"".join(map(encoded, body)))


def restructured(tree: Tree, place: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...], Tree]]:
    """Every tree with one element taken out, doubled or followed by a NULL, outside of certificates."""
    tag, body = tree
    if isinstance(body, bytes) or place[-4:] in CERTIFICATES:
        return
    for index, child in enumerate(body):
        here = (*place, index)
        rest = body[:index], body[index + 1 :]
        yield "out", here, (tag, [*rest[0], *rest[1]])
        yield "double", here, (tag, [*rest[0], child, child, *rest[1]])
        yield "followed", here, (tag, [*rest[0], child, (5, b""), *rest[1]])
        for change, where, other in restructured(child, here):
            yield change, where, (tag, [*rest[0], other, *rest[1]])


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
@pytest.mark.parametrize(("algorithm", "every"), [("rsa", 2), ("gost", 11)])
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


def test_no_element_can_be_added_and_only_what_means_the_same_taken_out() -> None:
    signature, policy = citizen_of("rsa").sign(CONTENT, attached=True), policy_of(authority_of("rsa"))
    accepted = {
        (change, place)
        for change, place, tree in restructured(trees(signature)[0])
        if not refused(encoded(tree), policy)
    }
    assert accepted == {
        ("out", (1, 0, 2, 1)),  # the content: the signature is then detached
        ("out", (1, 0, 4, 0, 4, 1)),  # the NULL of the signature's algorithm (RFC 4055, 5)
        ("out", (1, 0, 4, 0, 6)),  # the timestamp, which no signature covers
        ("out", (1, 0, 4, 0, 6, 0, 1, 0, 1, 0, 4, 0, 4, 1)),  # the NULL of the timestamp's algorithm
    }
