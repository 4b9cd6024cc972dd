"""One meaning, one encoding: what the guard before the parsers lets through."""

import pytest

from ingest.eds import der

# SEQUENCE { INTEGER 1, [0] { OCTET STRING "ab" } }
PLAIN = bytes.fromhex("3009 020101 a004 0402 6162")


def test_der_stays_as_it_is() -> None:
    assert der.check(PLAIN) == PLAIN
    assert der.from_ber(PLAIN) == PLAIN


@pytest.mark.parametrize(
    "ber",
    [
        "3080 020101 a004 0402 6162 0000",
        "3080 020101 a080 2480 0401 61 0401 62 0000 0000 0000",
        "300d 020101 a008 2406 0401 61 0401 62",
    ],
    ids=["indefinite", "indefinite and split", "split"],
)
def test_indefinite_lengths_and_split_strings_become_der(ber: str) -> None:
    assert der.from_ber(bytes.fromhex(ber)) == PLAIN
    with pytest.raises(ValueError, match="not DER"):
        der.check(bytes.fromhex(ber))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "30",
        "3001",
        "308102 0500",  # a long form where the short one is enough
        "30820002 0500",
        "3002 0500 00",  # a byte after the end
        "3003 020100 00",
        "3080 0500",  # no end
        "0480 0000",  # indefinite and primitive
        "1f8101 00",  # a high tag
        "3002 0000",
        "3003 0201",
        "0101 01",  # TRUE is ff
        "0202 0001",  # an integer with a byte too many
        "0202 ff80",
        "0200",
        "0501 00",
        "0301 08",
        "0302 0101",  # an unused bit that is set
        "0300",
        "0602 8001",
        "0601 80",
        "0600",
        "1000",  # a SEQUENCE that is primitive
        "2203 020101",  # a constructed integer
        "2403 020101",  # pieces that are no octet strings
    ],
)
def test_other_encodings_are_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        der.from_ber(bytes.fromhex(data))


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = (
            b"\x30"
            + (bytes([len(data)]) if len(data) < 128 else b"\x82" + len(data).to_bytes(2, "big"))
            + data
        )
    return data


@pytest.mark.parametrize(
    "bomb",
    [b"\x30\x80" * 30_000, nested(60), b"\x30\x83\x00\xea\x60" + b"\x05\x00" * 30_000],
    ids=["indefinite", "definite", "flat"],
)
def test_bombs_are_refused_before_they_cost_anything(bomb: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        der.from_ber(bomb)
