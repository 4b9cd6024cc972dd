"""Signed notes and checkpoints, against the examples of their specifications."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from geoportal.log.note import BadNote, Checkpoint, Signer, Verifier, open_checkpoint, open_note, sign

# The example of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PROBLEM = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
# The example of c2sp.org/tlog-checkpoint, without its signature.
SOFA = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

ONE = Signer("log.example/one", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
TWO = Signer("log.example/one", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
HEAD = Checkpoint("log.example/one", 5, b"\x07" * 32)


def test_the_published_note_is_opened() -> None:
    peter = Verifier.parse(PETER)
    text, signed_by = open_note(PROBLEM, [peter])
    assert text.endswith("what your problem is.\n")
    assert signed_by == [peter]
    assert str(peter) == PETER


def test_the_published_checkpoint_is_read() -> None:
    checkpoint = Checkpoint.parse(SOFA)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == SOFA


def test_a_head_says_who_has_signed_it() -> None:
    note = sign(HEAD.text, [ONE, TWO])
    assert open_checkpoint(note, [ONE.verifier]) == (HEAD, [ONE.verifier])
    assert open_checkpoint(note, [TWO.verifier, ONE.verifier])[1] == [ONE.verifier, TWO.verifier]


def test_a_stranger_alone_opens_nothing() -> None:
    with pytest.raises(BadNote, match="no known key"):
        open_checkpoint(sign(HEAD.text, [ONE]), [TWO.verifier])


def test_a_signature_of_a_known_key_that_fails_spoils_the_note() -> None:
    note = sign(HEAD.text, [ONE, TWO])
    with pytest.raises(BadNote, match="does not hold"):
        open_checkpoint(note.replace("\n5\n", "\n6\n"), [ONE.verifier])


@given(st.integers(0, len(sign(HEAD.text, [ONE]).encode()) * 8 - 1))
def test_no_flipped_bit_leaves_a_signed_head(bit: int) -> None:
    encoded = bytearray(sign(HEAD.text, [ONE]).encode())
    encoded[bit // 8] ^= 1 << bit % 8
    try:
        note = encoded.decode()
    except UnicodeDecodeError:
        return
    with pytest.raises(BadNote):
        open_checkpoint(note, [ONE.verifier])


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    for read in (Verifier.parse, Checkpoint.parse, lambda note: open_note(note, [ONE.verifier])):
        with pytest.raises(BadNote):
            read(text)


@pytest.mark.parametrize(
    "text",
    [
        "o\n05\n" + "A" * 43 + "=\n",
        "o\n5\nAAAA\n",
        "o\n5\n" + "A" * 43 + "=\nmore\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "\n5\n" + "A" * 43 + "=\n",
        "o\n5\n" + "A" * 42 + "B=\n",
    ],
)
def test_a_checkpoint_has_one_form(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_more_signatures_than_anybody_needs_are_refused() -> None:
    with pytest.raises(BadNote):
        open_note(sign(HEAD.text, [ONE] * 17), [ONE.verifier])
