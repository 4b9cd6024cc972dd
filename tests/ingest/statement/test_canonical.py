"""What is signed shows all that is there."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.statement import BadText, canonical_line, canonical_text
from tests.ingest.statement.statements import TEXTS


@pytest.mark.parametrize(
    ("code", "characters"),
    [
        ("bidi", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"),
        ("invisible", "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\u180e\U000e0041"),
        ("unreadable", "\x00\x07\x1b\x7f\ue000\ud800\ufffe\ufdd0"),
    ],
)
def test_a_character_that_hides_something_is_refused_by_field_and_line(code: str, characters: str) -> None:
    for character in characters:
        with pytest.raises(BadText) as refused:
            canonical_text(f"бір\nе{character}кі", field="text")
        assert (refused.value.field, refused.value.code, refused.value.line) == ("text", code, 2)
        assert refused.value.character == f"U+{ord(character):04X}"


def test_every_control_of_direction_that_unicode_knows_is_refused() -> None:
    """Against Unicode's own classes of direction."""
    embedding = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    known = [chr(code) for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in embedding]
    assert len(known) == 9
    for character in known:
        with pytest.raises(BadText):
            canonical_line(character, field="title")


@pytest.mark.parametrize("text", ["Қазақстан, ңғүұқөһі", "Ёлка — «так»", "naïve €5 ½", "Жол ❤️ 👍🏽", "مرحبا"])
def test_people_write_what_they_like(text: str) -> None:
    assert canonical_text(text, field="text") == text


def test_one_spelling_of_what_looks_the_same() -> None:
    assert canonical_text("и\u0306", field="text") == "й"
    assert canonical_text("\r\n a  \r b\u2028c\t \n\n", field="text") == " a\n b\nc"
    assert canonical_line("  a \n\n b\u00a0c ", field="title") == "a b c"


@given(TEXTS)
def test_what_is_canonical_stays_as_it_is(text: str) -> None:
    assert canonical_text(text, field="text") == text


@given(st.text())
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        taken = canonical_text(text, field="text")
    except BadText:
        return
    assert unicodedata.is_normalized("NFC", taken)
    taken.encode()
