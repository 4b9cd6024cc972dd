"""What an entry says, byte for byte."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoportal.log.canonical import canonical_json, read_utc, utc_text
from geoportal.log.entry import Entry, commit

AT = datetime(2026, 11, 27, 8, 0, 0, 5, tzinfo=UTC)
OBJECT = UUID("00112233-4455-6677-8899-aabbccddeeff")
VALUES: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_Z", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_an_entry_is_these_bytes() -> None:
    entry = Entry("submission.accepted", OBJECT, AT, b"\x01" * 32, {"type": "problem.submit"})
    assert entry.encode().decode() == (
        '{"at":"2026-11-27T08:00:00.000005Z","commitment":"' + "01" * 32 + '","event":"submission.accepted",'
        '"object":"00112233-4455-6677-8899-aabbccddeeff","public":{"type":"problem.submit"},"v":1}'
    )
    assert Entry.decode(entry.encode()) == entry


def test_other_bytes_of_the_same_meaning_are_no_entry() -> None:
    encoded = Entry("a.b", OBJECT, AT, None).encode()
    for other in (
        b" " + encoded,
        encoded.replace(b'"v":1', b'"v":2'),
        encoded.replace(b"ff", b"FF"),
        b"[]",
        b"{",
        b"",
    ):
        with pytest.raises(ValueError, match="not an entry"):
            Entry.decode(other)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_no_bytes_make_the_reader_fail_otherwise(encoded: bytes) -> None:
    with pytest.raises(ValueError, match="not an entry"):
        Entry.decode(encoded)


@pytest.mark.parametrize("public", [{"iin": "900101300123"}, {"a": ["x 900101300123"]}, {"n": 900101300123}])
def test_a_personal_number_does_not_come_into_the_log(public: Any) -> None:
    with pytest.raises(ValueError, match="twelve digits") as caught:
        Entry("a.b", OBJECT, AT, None, public).encode()
    assert "900101300123" not in str(caught.value)


def test_a_reference_is_no_personal_number() -> None:
    Entry(
        "a.b", OBJECT, AT, None, {"id": "00112233-4455-6677-8899-123456789012", "sha": "a" + "1" * 12}
    ).encode()


@pytest.mark.parametrize("event", ["", "a", "A.b", "a.b.c", "a.b ", "a b.c"])
def test_an_event_has_two_words(event: str) -> None:
    with pytest.raises(ValueError, match="name of an event"):
        Entry(event, OBJECT, AT, None).encode()


def test_an_entry_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="65535 bytes"):
        Entry("a.b", OBJECT, AT, None, {"a": "x" * 65_536}).encode()


def test_a_commitment_hides_behind_its_salt() -> None:
    content = {"text": "Шұңқыр"}
    one = commit(salt=b"\x01" * 32, content=content)
    # sha256sum of the salt and {"text":"Шұңқыр"}, made with hashlib alone.
    assert one.hex() == "dfc6b0434a70592b84e294165bed3b58cd58e0dc5b9a57a8e2a67de0ab8557af"
    assert one != commit(salt=b"\x02" * 32, content=content)
    with pytest.raises(ValueError, match="32 bytes"):
        commit(salt=b"", content=content)


@given(VALUES)
def test_canonical_json_is_json_and_has_one_form(value: Any) -> None:
    encoded = canonical_json(value)
    assert json.loads(encoded) == value
    assert canonical_json(json.loads(encoded)) == encoded


# RFC 8785, section 3.2.2, without its numbers, which have fractions.
def test_canonical_json_is_that_of_the_rfc() -> None:
    value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]}
    assert (
        canonical_json(value).decode()
        == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, {"қ": 1}, {1: 2}, b"x", "\ud800", {"a": [object()]}]
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"\$|surrogate"):
        canonical_json(value)


def test_times_are_in_utc() -> None:
    almaty = timezone(timedelta(hours=5))
    assert utc_text(datetime(2026, 11, 27, 13, 0, tzinfo=almaty)) == "2026-11-27T08:00:00.000000Z"
    assert read_utc("2026-11-27T08:00:00.000000Z") == datetime(2026, 11, 27, 8, tzinfo=UTC)
    with pytest.raises(ValueError, match="without zone"):
        utc_text(datetime(2026, 11, 27))  # noqa: DTZ001
    for text in ("2026-11-27T08:00:00Z", "2026-11-27T13:00:00.000000+05:00", "2026-11-27", "x"):
        with pytest.raises(ValueError, match=r".+"):
            read_utc(text)
