"""The form that reports a problem: a few fields, a clear word about each, nothing typed is lost."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from geoportal.accounts.models import User
from ingest.models import SigningRequest
from layers.models import Feature
from tests.fakes.authority import OTHER_IIN
from tests.ingest.signed import asked, citizen, handed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
ADDRESS = "/report/problem/"
FILLED = {
    "title": "Hole in the road",
    "text": "A deep one.\r\n\r\nPlease mend it.",
    "category": "potholes",
    "language": "en",
    "lat": "50,25",
    "lon": "70.5",
    "address": "5 Abai Street",
}


@pytest.fixture
def user(client: Client) -> User:
    user = citizen()
    client.force_login(user)
    return user


def sent(client: Client, path: str = ADDRESS, *, language: str = "en", **changes: str) -> Any:
    return client.post(path, FILLED | changes, headers={"accept-language": language})


def test_who_is_not_signed_in_signs_in_and_comes_back(client: Client) -> None:
    answer = client.get(f"{ADDRESS}?at=70.5,50.5")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/?next=/report/problem/")  # type: ignore[attr-defined]
    assert sent(client).status_code == 302
    assert not SigningRequest.objects.exists()


def test_a_report_goes_on_to_its_signature(client: Client, user: User) -> None:
    answer = sent(client)
    request = SigningRequest.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/sign/{request.pk}/")
    assert (request.type, request.user, request.language) == ("problem.submit", user, "en")
    assert request.payload == {
        "title": "Hole in the road",
        "text": "A deep one.\n\nPlease mend it.",
        "category": "potholes",
        "language": "en",
        "lat": 50.25,
        "lon": 70.5,
        "address": "5 Abai Street",
    }
    assert not Feature.objects.exists()


def test_the_text_to_sign_is_in_the_language_of_the_reader(client: Client, user: User) -> None:
    sent(client, language="ru")
    assert SigningRequest.objects.get().language == "ru"


@pytest.mark.parametrize(
    ("at", "lon", "lat"),
    [
        ("70.5,50.25", "70.5", "50.25"),
        ("-70,50", "-70", "50"),
        ("north", "", ""),
        ("70.5", "", ""),
        ("70.5,50.25,3", "", ""),
        ('1,2"><script>', "", ""),
    ],
)
def test_a_place_in_the_address_is_filled_in(client: Client, user: User, at: str, lon: str, lat: str) -> None:
    page = client.get(ADDRESS, {"at": at}).content.decode()
    assert f'name="lat" value="{lat}"' in page
    assert f'name="lon" value="{lon}"' in page


def test_each_error_stands_beside_its_field_and_nothing_typed_is_lost(client: Client, user: User) -> None:
    answer = sent(client, title="", lat="ninety", text="first\nsec\u200bond", address="<b>5</b>")
    page = answer.content.decode()
    assert answer.status_code == 400
    for name in ("title", "lat", "text"):
        assert f'id="error-{name}"' in page
        assert f"error-{name}" in page.split(f'name="{name}"')[1].split(">")[0]
    assert "3 fields" in page
    assert 'id="error-lon"' not in page
    assert 'value="ninety"' in page
    assert "first\nsec\u200bond</textarea>" in page
    assert 'value="&lt;b&gt;5&lt;/b&gt;"' in page
    assert '<option value="potholes" selected>' in page
    assert '<option value="en" selected>' in page
    assert not SigningRequest.objects.exists()


@pytest.mark.parametrize("field", ["title", "text", "address"])
def test_what_stands_behind_many_blanks_is_not_lost(client: Client, user: User, field: str) -> None:
    answer = sent(client, **{field: "first" + " " * 60_000 + "last"})
    assert answer.status_code == 400
    assert f'id="error-{field}"' in answer.content.decode()


def test_no_field_cuts_what_is_pasted_into_it(client: Client, user: User) -> None:
    """Browsers cut at ``maxlength`` without a word; the portal says how much is too much."""
    assert "maxlength" not in client.get(ADDRESS).content.decode()
    answer = sent(client, title="x" * 201)
    assert "there are 201" in answer.content.decode()


def test_a_field_that_was_not_sent_is_an_empty_one(client: Client, user: User) -> None:
    answer = client.post(ADDRESS)
    assert answer.status_code == 400
    assert 'id="error-category"' in answer.content.decode()


def test_who_asks_too_often_is_told_so_and_keeps_the_text(
    client: Client, user: User, settings: LazySettings
) -> None:
    settings.SIGNING_REQUESTS_PER_HOUR = 1
    sent(client)
    answer = sent(client)
    assert answer.status_code == 429
    assert "Please mend it." in answer.content.decode()


def test_a_report_is_changed_from_what_it_says_now(client: Client, user: User) -> None:
    feature = handed_in(asked(user)).feature
    assert feature
    address = f"{ADDRESS}{feature.pk}/"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    for shown in ("Change your report", feature.title, f"{feature.text}</textarea>", 'value="50.250000"'):
        assert shown in page
    assert sent(client, address).status_code == 302
    request = SigningRequest.objects.get(consumed_at=None)
    assert (request.type, request.payload["problem"], request.payload["revision"]) == (
        "problem.revise",
        feature.pk,
        2,
    )


def test_nobody_changes_the_report_of_another(client: Client, user: User) -> None:
    feature = handed_in(asked(user)).feature
    assert feature
    client.force_login(citizen(OTHER_IIN))
    assert client.get(f"{ADDRESS}{feature.pk}/").status_code == 404
    assert sent(client, f"{ADDRESS}{feature.pk}/").status_code == 404


def test_a_report_that_was_taken_up_is_not_changed(client: Client, user: User) -> None:
    feature = handed_in(asked(user)).feature
    assert feature
    Feature.objects.update(status="accepted")
    answer = client.get(f"{ADDRESS}{feature.pk}/", headers={"accept-language": "en"})
    assert answer.status_code == 409
    assert "taken this report up" in answer.content.decode()
    assert "report-form" not in answer.content.decode()
