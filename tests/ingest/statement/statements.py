"""Any statement that the portal could issue, for tests of properties."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ingest.statement import WORDINGS, Attachment, BadText, Statement, canonical_text
from ingest.statement.wording import Wording

NONCE = "0123456789abcdef0123456789abcdef"
ISSUED, EXPIRES = datetime(2026, 11, 27, 13, 0, 5, tzinfo=UTC), datetime(2026, 11, 27, 14, 0, 5, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LANGUAGES = ("kk", "ru", "en")
PROBLEM = {
    "title": "Көшеде шұңқыр бар",
    "text": "Екінші апта бойы көлік өте алмайды.\n\nЖөндеуді сұраймын.",
    "category": "Жолдар › Шұңқырлар (potholes)",
    "place": "50.500000, 70.500000",
    "address": "Абай көшесі, 5",
    "text_language": "kk",
}


def statement(type: str = "problem.submit", language: str = "kk", **changes: Any) -> Statement:
    """A report in Kazakh, or what ``changes`` make of it."""
    values: dict[str, Any] = {
        "version": 1,
        "origin": "https://map.example.kz",
        "object": "problem",
        "revision": 1,
        "nonce": NONCE,
        "issued_at": ISSUED,
        "expires_at": EXPIRES,
        "fields": dict(PROBLEM) if type != "login" else {},
    }
    return Statement(type=type, language=language, **(values | changes))


def _text(drawn: str) -> str:
    try:
        return canonical_text(drawn, field="text")
    except BadText:
        return ""


def _line(drawn: str) -> str:
    return " ".join(_text(drawn).split())


# Letters of all kinds, and much of what a text would need to pass for something else.
LETTERS = st.one_of(st.characters(), st.sampled_from("|: \n\t[]-ңқ́a1"))
TEXTS = st.text(LETTERS, max_size=60).map(_text)
LINES = st.text(LETTERS, max_size=40).map(_line)
FILLED = LINES.map(lambda line: line or "x")
# The years 1000 to 9999.
TIMES = st.integers(-30_610_224_000, 253_402_300_799).map(lambda second: EPOCH + timedelta(seconds=second))
ATTACHMENTS = st.builds(Attachment, sha256=st.text("0123456789abcdef", min_size=64, max_size=64), name=FILLED)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    wording: Wording = draw(st.sampled_from(sorted(WORDINGS.values(), key=lambda each: each.type)))
    return Statement(
        type=wording.type,
        version=wording.version,
        language=draw(st.sampled_from(LANGUAGES)),
        origin=draw(FILLED),
        object=draw(FILLED),
        revision=draw(st.none() | st.integers(0, 9_999_999_999)),
        nonce=draw(FILLED),
        issued_at=draw(TIMES),
        expires_at=draw(TIMES),
        fields={each.name: draw(TEXTS if each.is_marked else FILLED) for each in wording.fields},
        attachments=tuple(draw(st.lists(ATTACHMENTS, max_size=3))),
    )
