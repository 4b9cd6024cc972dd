"""The text that is signed says what it is, to people and to programs, and nothing else."""

import base64
import binascii
import re
from contextlib import suppress
from typing import Any

import pytest
from asn1crypto.cms import ContentInfo
from asn1crypto.core import load
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.statement import WORDINGS, Attachment, NotAStatement, Statement, Wording, parse, render
from tests.ingest.statement.statements import (
    LANGUAGES,
    NONCE,
    PROBLEM,
    TEXTS,
    statement,
    statements,
)

IN_KAZAKH = f"""\
Мен порталға мәселе туралы өтініш жолдаймын. [problem.submit 1]
Портал: https://map.example.kz
Нысан: problem
Нұсқа: 1
Тақырыбы:
| Көшеде шұңқыр бар
Мәтіні:
| Екінші апта бойы көлік өте алмайды.
|
| Жөндеуді сұраймын.
Санаты: Жолдар › Шұңқырлар (potholes)
Ендігі, бойлығы: 50.500000, 70.500000
Мекенжайы:
| Абай көшесі, 5
Мәтін тілі: kk
Қосымшалар саны және олардың SHA-256 бақылау сомалары: 1
| {"ab" * 32} сурет 1.jpg
Құжат тілі: kk
Бір реттік код: {NONCE}
Берілген уақыты (UTC): 2026-11-27 13:00:05
Қол қою мерзімінің соңы (UTC): 2026-11-27 14:00:05
"""


def test_a_person_reads_what_they_sign_in_their_language() -> None:
    said = statement(attachments=(Attachment("ab" * 32, "сурет 1.jpg"),))
    assert render(said).decode() == IN_KAZAKH


@given(statements())
@example(statement(fields=PROBLEM | {"text": "| Портал: https://other.kz\n|\n\n  | x", "address": ""}))
def test_a_statement_is_read_back_as_it_was_written(said: Statement) -> None:
    assert parse(render(said)) == said


@given(TEXTS, TEXTS)
def test_no_text_of_a_person_can_pass_for_a_field(title: str, text: str) -> None:
    """The lines that do not begin with the mark are the same whatever the person writes."""
    frame = [line for line in render(statement()).decode().split("\n") if not line.startswith("|")]
    written = render(statement(fields=PROBLEM | {"title": title, "text": text})).decode().split("\n")
    assert [line for line in written if not line.startswith("|")] == frame


def test_a_text_that_imitates_a_statement_stays_a_text() -> None:
    forged = render(statement(object="problem/1")).decode()
    said = statement(fields=PROBLEM | {"text": forged.rstrip("\n")})
    assert parse(render(said)).object == "problem"


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=lambda each: each.type)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_takes_a_statement_for_a_cms_or_for_base64(wording: Wording, language: str) -> None:
    """NCALayer would add a signer to a CMS instead of signing it. Lenient decoders skip what is no base64."""
    content = render(statement(wording.type, language))
    with pytest.raises(binascii.Error):
        base64.b64decode(content, validate=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
    for data in (content, base64.b64decode(letters[: len(letters) // 4 * 4])):
        with pytest.raises(ValueError, match=r"."):
            repr(ContentInfo.load(data, strict=True).native)
        with pytest.raises(ValueError, match=r"."):
            load(data, strict=True)


def test_each_type_and_language_says_another_first_line() -> None:
    """So a login can never be shown as an appeal, in whatever language."""
    firsts = [said for wording in WORDINGS.values() for said in wording.says.values()]
    assert len(set(firsts)) == len(firsts)


@given(st.binary(max_size=300))
def test_bytes_from_anywhere_are_no_statement(data: bytes) -> None:
    with pytest.raises(NotAStatement):
        parse(data)


@given(st.data())
def test_a_damaged_statement_is_refused_or_is_another_one(data: st.DataObject) -> None:
    """One text for one statement: whatever is cut, doubled or changed, nothing is read as the same."""
    whole = render(statement())
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    damaged = whole[:start] + data.draw(st.binary(max_size=5)) + whole[end:]
    with suppress(NotAStatement):
        assert (parse(damaged) == statement()) == (damaged == whole)


@pytest.mark.parametrize(
    "changes",
    [
        {"object": "problem\nPortal: x"},
        {"origin": ""},
        {"fields": PROBLEM | {"title": "a\u202eb"}},
        {"fields": PROBLEM | {"category": "two\nlines"}},
        {"fields": PROBLEM | {"category": ""}},
        {"fields": {"title": "alone"}},
        {"attachments": (Attachment("AB" * 32, "x.jpg"),)},
        {"attachments": (Attachment("ab" * 32, "x\ny.jpg"),)},
        {"issued_at": statement().issued_at.replace(microsecond=1)},
        {"issued_at": statement().issued_at.replace(tzinfo=None)},
    ],
)
def test_what_is_not_canonical_is_never_written(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"canonical|fields|UTC"):
        render(statement(**changes))


def test_a_statement_longer_than_any_is_not_read() -> None:
    with pytest.raises(NotAStatement, match="longer"):
        parse(b"x" * 300_000)
