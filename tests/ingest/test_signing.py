"""A text is made for one person, one act and one time."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from geoportal.accounts.models import User
from ingest.acts import BadFields
from ingest.models import SigningRequest
from ingest.signing import (
    NoSuchRequest,
    TooManyRequests,
    open_request,
    remove_unsigned,
    request_signature,
)
from ingest.statement import parse
from tests.fakes.authority import OTHER_IIN
from tests.ingest.signed import PROBLEM, asked, asked_to_sign_in, citizen, handed_in, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_the_text_says_all_that_becomes_the_record(settings: LazySettings) -> None:
    settings.PORTAL_ORIGIN = "https://map.example.kz"
    request = asked(citizen())
    said = parse(bytes(request.content or b""))
    assert (said.type, said.language, said.object, said.revision) == ("problem.submit", "kk", "problem", 1)
    assert said.origin == "https://map.example.kz"
    assert said.fields == {
        "title": PROBLEM["title"],
        "text": PROBLEM["text"],
        "category": "Жолдар › Шұңқырлар (potholes)",
        "place": "50.250000, 70.500000",
        "address": PROBLEM["address"],
        "text_language": "kk",
    }
    assert (said.nonce, said.issued_at, said.expires_at) == (
        request.nonce,
        request.issued_at,
        request.expires_at,
    )
    assert request.expires_at - request.issued_at == timedelta(hours=1)


def test_no_two_texts_have_the_same_nonce() -> None:
    user = citizen()
    assert len({asked(user).nonce for _ in range(5)}) == 5


def test_a_text_is_shown_to_its_owner_alone() -> None:
    request = asked(citizen())
    other = citizen(OTHER_IIN)
    assert open_request(request_id=request.pk, user=request.user, browser="", at=now()) == request
    for user, number in ((other, request.pk), (None, request.pk), (request.user, uuid.uuid4())):
        with pytest.raises(NoSuchRequest):
            open_request(request_id=number, user=user, browser="", at=now())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "\u2800\ufe0f"),
        ("title", "х" * 201),
        ("title", "Көше\u202eде"),
        ("text", "а\u200bб"),
        ("text", " \n "),
        ("text", "…"),
        ("text", "х" * 10_001),
        ("text", "х" * 1_000_000),
        ("category", "no-such-category"),
        ("category", "\0"),
        ("category", None),
        ("language", "de"),
        ("lat", "north"),
        ("lat", "nan"),
        ("lat", "91"),
        ("lon", "inf"),
        ("lon", ""),
        ("lat", "40"),  # outside the country
        ("address", "х" * 301),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(field: str, value: Any) -> None:
    with pytest.raises(BadFields) as refused:
        asked(citizen(), **{field: value})
    assert set(refused.value.errors) == {field}
    assert not SigningRequest.objects.exists()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadFields) as refused:
        asked(citizen(), title="", text="", category="", language="", lat="", lon="", address="\u202e")
    assert set(refused.value.errors) == {"title", "text", "category", "language", "lat", "lon", "address"}


def test_the_place_that_is_signed_is_the_place_that_is_kept() -> None:
    feature = handed_in(asked(citizen(), lon="70.12345678", lat=50.1)).feature
    assert feature
    assert (feature.geom.x, feature.geom.y) == (70.123457, 50.1)


def test_a_person_asks_for_so_many_texts_an_hour(settings: LazySettings) -> None:
    settings.SIGNING_REQUESTS_PER_HOUR = 3
    user, other = citizen(), citizen(OTHER_IIN)
    for minutes in (0, 10, 59):
        asked(user, at=now() - timedelta(minutes=minutes))
    with pytest.raises(TooManyRequests, match="3"):
        asked(user)
    asked(other)
    asked(user, at=now() + timedelta(minutes=2))


def test_a_browser_asks_to_sign_in_so_many_times_an_hour(settings: LazySettings) -> None:
    settings.SIGNING_REQUESTS_PER_HOUR = 1
    asked_to_sign_in("one")
    asked_to_sign_in("two")
    with pytest.raises(TooManyRequests):
        asked_to_sign_in("one")


def test_a_login_needs_a_browser_and_the_rest_a_person() -> None:
    for type, user, browser in (("login", citizen(), ""), ("problem.submit", None, "secret")):
        with pytest.raises(ValueError, match="login"):
            request_signature(type=type, payload=PROBLEM, user=user, browser=browser, language="kk", at=now())


def test_what_nobody_signed_is_removed_and_what_was_signed_stays() -> None:
    user = citizen()
    kept = handed_in(asked(user)).request
    asked(user, at=now() - timedelta(hours=26))
    asked_to_sign_in(at=now() - timedelta(hours=26))
    fresh = asked(user)
    assert remove_unsigned(now=now()) == 2
    assert set(SigningRequest.objects.all()) == {kept, fresh}
    assert remove_unsigned(now=now() + timedelta(days=3)) == 1
    assert SigningRequest.objects.get() == kept
    assert User.objects.count() == 1
